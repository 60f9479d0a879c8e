"""What proves that the record is the one that was written: signed checkpoints, and what they find."""
