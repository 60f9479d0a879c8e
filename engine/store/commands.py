"""Commands that were carried out: an idempotency key finds its first outcome here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, func, insert, select

from engine.store.tables import commands as table


def command_with_key(connection: Connection, key: str) -> RowMapping | None:
    """The command that came with an idempotency key. Index uq_commands_key."""
    return connection.execute(select(table).where(table.c.key == key)).mappings().first()


def add_command(connection: Connection, row: Mapping[str, Any]) -> None:
    """Note a command; a second one with the same key violates uq_commands_key."""
    connection.execute(insert(table).values(**row))


def counts_by_kind(connection: Connection) -> list[Row[Any]]:
    """How many commands of each kind were carried out."""
    return list(connection.execute(select(table.c.kind, func.count()).group_by(table.c.kind)).all())
