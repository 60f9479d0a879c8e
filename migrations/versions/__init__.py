"""Each revision of the schema, oldest first."""
