"""What a revision does to big tables while others work on them: indexes and changes of many rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

ROWS_AT_ONCE = 1000


def create_index(name: str, table: str, columns: list[Any], **options: Any) -> None:
    """Make an index, on PostgreSQL without keeping writers out; one that an earlier try left half-built is replaced.

    What the revision did before is committed by this: a revision that uses it can be run again from its start.
    """
    if op.get_context().dialect.name != "postgresql":
        op.create_index(name, table, columns, if_not_exists=True, **options)
        return
    with by_statements():
        if _is_half_built(name):
            op.drop_index(name, postgresql_concurrently=True)
        op.create_index(name, table, columns, postgresql_concurrently=True, if_not_exists=True, **options)


def drop_index(name: str, table: str) -> None:
    """Drop an index, on PostgreSQL without keeping anybody out; none is fine."""
    if op.get_context().dialect.name != "postgresql":
        op.drop_index(name, table_name=table, if_exists=True)
        return
    with by_statements():
        op.drop_index(name, table_name=table, postgresql_concurrently=True, if_exists=True)


def in_batches(table: sa.TableClause, change: sa.Update) -> None:
    """Change rows of a table with a whole number ``id``, on PostgreSQL a thousand at once, each with its commit.

    ``change`` must be one that does no harm a second time: after a crash it begins anew.
    """
    if op.get_context().dialect.name != "postgresql":
        op.execute(change)
        return
    with by_statements():
        last = op.get_bind().scalar(sa.select(sa.func.max(table.c.id))) or 0
        for first in range(0, last, ROWS_AT_ONCE):
            op.execute(change.where(table.c.id.between(first + 1, first + ROWS_AT_ONCE)))


@contextmanager
def by_statements() -> Iterator[None]:
    """Each statement is a transaction of its own, and waits as long as it takes: it is in nobody's way meanwhile."""
    with op.get_context().autocommit_block():
        before = op.get_bind().scalar(sa.text("SHOW lock_timeout"))
        op.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            op.execute(f"SET lock_timeout = '{before}'")


def _is_half_built(name: str) -> bool:
    """Whether an index of this name is there that was broken off: it is kept up to date, but answers nothing."""
    found = sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    return op.get_bind().scalar(found, {"name": name}) is False
