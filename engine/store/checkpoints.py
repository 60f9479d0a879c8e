"""Checkpoints and their leaves: appended to, never changed (triggers refuse it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, or_, select

from engine.store.tables import cases, checkpoint_leaves, checkpoints, history


def last_checkpoint(connection: Connection) -> RowMapping | None:
    """The newest one, None when there is none yet. By primary key."""
    query = select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)
    return connection.execute(query).mappings().first()


def all_checkpoints(connection: Connection) -> Sequence[RowMapping]:
    """Every one in order. By primary key; there is one a day."""
    return connection.execute(select(checkpoints).order_by(checkpoints.c.number)).mappings().all()


def latest_checkpoints(connection: Connection, before: int | None = None, limit: int = 50) -> Sequence[RowMapping]:
    """The newest ones, newest first, or those before a number. By primary key."""
    query = select(checkpoints).order_by(checkpoints.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(checkpoints.c.number < before)
    return connection.execute(query).mappings().all()


def checkpoint_numbers(connection: Connection) -> Sequence[int]:
    """The numbers there are, in order. By primary key."""
    return connection.execute(select(checkpoints.c.number).order_by(checkpoints.c.number)).scalars().all()


def checkpoint_by_number(connection: Connection, number: int) -> RowMapping | None:
    """One of them. By primary key."""
    return connection.execute(select(checkpoints).where(checkpoints.c.number == number)).mappings().first()


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
        select(leaf, history.c.hash.label("found"), cases.c.id.label("case_exists"), cases.c.history_length)
        .outerjoin(history, entry)
        .outerjoin(cases, cases.c.id == leaf.c.case_id)
        .where(or_(cases.c.id.is_(None), history.c.hash.is_(None), history.c.hash != leaf.c.head))
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
