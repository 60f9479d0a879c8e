"""What happened to a patient, in plain sentences, from the history of the case."""
