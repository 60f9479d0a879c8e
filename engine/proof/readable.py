"""Which checkpoints can be read, and which were changed so that nobody can."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.errors import UnreadableCheckpoint
from engine.proof.statement import Row
from engine.store import checkpoints as store

Numbered = tuple[int, Row | None]


def every_checkpoint(connection: Connection) -> list[Numbered]:
    """Each by its number, in order; None for one that cannot be read."""
    return _read(connection, store.checkpoint_numbers(connection))


def newest_checkpoints(connection: Connection, before: int | None, limit: int) -> list[Numbered]:
    """The newest ones, the newest first, or those before a number; None for one that cannot be read."""
    numbers = [each for each in store.checkpoint_numbers(connection) if before is None or each < before]
    return _read(connection, numbers[-limit:])[::-1]


def _read(connection: Connection, numbers: Sequence[int]) -> list[Numbered]:
    """In one query, unless one of them cannot be read."""
    if not numbers:
        return []
    try:
        found = {row["number"]: row for row in store.checkpoints_between(connection, numbers[0], numbers[-1])}
    except UnreadableCheckpoint:
        return [(number, _one(connection, number)) for number in numbers]
    return [(number, found.get(number)) for number in numbers]


def _one(connection: Connection, number: int) -> Row | None:
    try:
        return store.checkpoint_by_number(connection, number)
    except UnreadableCheckpoint:
        return None
