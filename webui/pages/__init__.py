"""The pages: one module per page, each a blueprint."""
