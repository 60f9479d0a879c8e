"""How Alembic runs our revisions: in the transaction that `engine.store.migrate` opens."""

from alembic import context

from engine.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
