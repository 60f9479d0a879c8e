"""A case's record in formats that leave the house, with what proves that it is the record."""
