"""Commands that were carried out: an idempotency key finds its first outcome here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select

from engine.store.prepared import Prepared
from engine.store.tables import commands as table

_ADD = Prepared(insert(table).returning(table.c.id))
_WITH_KEY = select(table).where(table.c.key == bindparam("asked"))  # built once: every command asks it


def command_with_key(connection: Connection, key: str) -> RowMapping | None:
    """The command that came with an idempotency key. Index uq_commands_key."""
    return connection.execute(_WITH_KEY, {"asked": key}).mappings().first()


def add_command(connection: Connection, row: Mapping[str, Any]) -> int:
    """Note a command and return its id; a second one with the same key violates uq_commands_key."""
    added = _ADD.first(connection, row)
    assert added is not None
    return int(added["id"])
