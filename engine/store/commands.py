"""Commands that were carried out: an idempotency key finds its first outcome here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select

from engine.store.tables import commands as table

_ADD = insert(table)  # built once, like the next: every command asks them
_WITH_KEY = select(table).where(table.c.key == bindparam("asked"))


def command_with_key(connection: Connection, key: str) -> RowMapping | None:
    """The command that came with an idempotency key. Index uq_commands_key."""
    return connection.execute(_WITH_KEY, {"asked": key}).mappings().first()


def add_command(connection: Connection, row: Mapping[str, Any]) -> int:
    """Note a command and return its id; a second one with the same key violates uq_commands_key."""
    added = connection.execute(_ADD, dict(row)).inserted_primary_key
    assert added is not None
    return int(added[0])
