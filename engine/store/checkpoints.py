"""Checkpoints and their leaves: appended to, never changed (triggers refuse it), and read with care for who did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, func, insert, or_, select
from sqlalchemy.exc import DataError

from engine.errors import UnreadableCheckpoint
from engine.store.entry_form import hash_in_sql
from engine.store.tables import cases, checkpoint_leaves, checkpoints, history

# What each column holds. SQLite keeps any value in any column, so that what was tampered with may be anything.
_TYPES = {column.name: column.type.python_type for column in checkpoints.c}


def last_checkpoint(connection: Connection) -> RowMapping | None:
    """The newest one, None when there is none yet; raises UnreadableCheckpoint. By primary key."""
    found = _read(connection, select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1))
    return found[0] if found else None


def checkpoints_between(connection: Connection, first: int, last: int) -> Sequence[RowMapping]:
    """Those of some numbers in order, both ends included; raises UnreadableCheckpoint. By primary key."""
    query = select(checkpoints).where(checkpoints.c.number.between(first, last))
    return _read(connection, query.order_by(checkpoints.c.number))


def checkpoint_numbers(connection: Connection) -> Sequence[int]:
    """The numbers there are, in order. By primary key."""
    return connection.execute(select(checkpoints.c.number).order_by(checkpoints.c.number)).scalars().all()


def checkpoint_by_number(connection: Connection, number: int) -> RowMapping | None:
    """One of them; raises UnreadableCheckpoint. By primary key."""
    found = _read(connection, select(checkpoints).where(checkpoints.c.number == number))
    return found[0] if found else None


def leaves_in_order(connection: Connection) -> Iterator[RowMapping]:
    """Every leaf, by checkpoint and case. By primary key."""
    order = (checkpoint_leaves.c.checkpoint, checkpoint_leaves.c.case_id)
    yield from connection.execute(select(checkpoint_leaves).order_by(*order)).mappings()


def leaves_of(connection: Connection, number: int) -> Sequence[RowMapping]:
    """What one checkpoint added: the cases that had grown. By primary key."""
    query = select(checkpoint_leaves).where(checkpoint_leaves.c.checkpoint == number)
    return connection.execute(query.order_by(checkpoint_leaves.c.case_id)).mappings().all()


def leaves_of_case(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """A case's leaves in order. Index ix_checkpoint_leaves_case."""
    query = select(checkpoint_leaves).where(checkpoint_leaves.c.case_id == case_id)
    return connection.execute(query.order_by(checkpoint_leaves.c.checkpoint)).mappings().all()


def current_leaves(connection: Connection) -> Sequence[RowMapping]:
    """The latest leaf of each case, by its id. Index ix_checkpoint_leaves_case."""
    leaf = checkpoint_leaves
    newest = select(leaf.c.case_id, func.max(leaf.c.checkpoint).label("number")).group_by(leaf.c.case_id).subquery()
    same = and_(newest.c.case_id == leaf.c.case_id, newest.c.number == leaf.c.checkpoint)
    return connection.execute(select(leaf).join(newest, same).order_by(leaf.c.case_id)).mappings().all()


def leaves_that_do_not_hold(connection: Connection, case_id: str | None = None) -> Sequence[RowMapping]:
    """Leaves whose entry is gone or another, of all cases or of one; in order. Primary keys of history and cases.

    ``found`` is the hash of the entry that stands there now, ``case_exists`` the case's id where there is the case.
    """
    leaf = checkpoint_leaves
    entry = and_(history.c.case_id == leaf.c.case_id, history.c.seq == leaf.c.length)
    query = (
        select(leaf, hash_in_sql().label("found"), cases.c.id.label("case_exists"), cases.c.history_length)
        .outerjoin(history, entry)
        .outerjoin(cases, cases.c.id == leaf.c.case_id)
        .where(or_(cases.c.id.is_(None), hash_in_sql().is_(None), hash_in_sql() != leaf.c.head))
        .order_by(leaf.c.case_id, leaf.c.checkpoint)
    )
    if case_id is not None:
        query = query.where(leaf.c.case_id == case_id)
    return connection.execute(query).mappings().all()


def add_checkpoint(connection: Connection, row: Mapping[str, Any], leaves: Sequence[Mapping[str, Any]]) -> None:
    """Write one with the leaves of the cases that have grown; raises IntegrityError when another was first."""
    connection.execute(insert(checkpoints).values(**row))
    if leaves:
        connection.execute(insert(checkpoint_leaves), [dict(leaf) for leaf in leaves])


def _read(connection: Connection, query: Select[Any]) -> Sequence[RowMapping]:
    """The rows; raises UnreadableCheckpoint where one holds what cannot stand there, such as a day that is none."""
    try:
        rows = connection.execute(query).mappings().all()
    # A text that is no instant, on SQLite; one beyond the calendar, such as infinity, on PostgreSQL.
    except (TypeError, ValueError, DataError) as error:
        raise UnreadableCheckpoint from error
    if any(not isinstance(row[name], kind) for row in rows for name, kind in _TYPES.items()):
        raise UnreadableCheckpoint
    return rows
