"""The SQL: one module per table group, queries named for the question they answer."""
