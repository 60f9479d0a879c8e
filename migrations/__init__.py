"""The revisions of the database schema, for Alembic."""
