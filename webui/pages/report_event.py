"""Report an event: what happened to the patient, when and where, and what it led to."""
