"""What people have to do today and what they see of a patient: read from the rows that the engine wrote."""
