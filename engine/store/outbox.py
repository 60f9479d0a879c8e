"""Outgoing work, written in the transaction that decides it; a row's id is the idempotency key of its effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, func, insert, or_, select, update

from engine.errors import NotFound
from engine.store.tables import cases
from engine.store.tables import outbox as table

STATUSES = ("waiting", "done", "failed")


def add_outgoing(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), [dict(row) for row in rows])


def outgoing(connection: Connection, row_id: int) -> RowMapping:
    """One piece of outgoing work; raises NotFound. By primary key."""
    found = connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
    if found is None:
        raise NotFound("outgoing work", str(row_id))
    return found


def due_outgoing(connection: Connection, now: datetime, operations: Sequence[str], limit: int) -> list[tuple[int, int]]:
    """The ids of waiting work whose next attempt has come, with the attempts so far, oldest first.

    Index ix_outbox_waiting.
    """
    query = select(table.c.id, table.c.attempts).where(_is_due(now), table.c.operation.in_(operations))
    return [(row.id, row.attempts) for row in connection.execute(query.order_by(table.c.id).limit(limit))]


def next_attempt(connection: Connection, operations: Sequence[str]) -> datetime | None:
    """When the first waiting work is tried (it was written, where nobody tried yet). Index ix_outbox_waiting."""
    first = func.min(func.coalesce(table.c.next_attempt_at, table.c.created_at), type_=table.c.created_at.type)
    query = select(first).where(table.c.status == "waiting", table.c.operation.in_(operations))
    return connection.execute(query).scalar_one_or_none()


def claim(connection: Connection, row_id: int, now: datetime, again_at: datetime) -> RowMapping | None:
    """Take due work in hand: nobody else tries it before ``again_at``. None when somebody else was first."""
    query = update(table).where(table.c.id == row_id, _is_due(now))
    taken = connection.execute(query.values(attempts=table.c.attempts + 1, next_attempt_at=again_at)).rowcount
    return outgoing(connection, row_id) if taken else None


def postpone(connection: Connection, row_id: int, attempt: int, until: datetime, why: str) -> None:
    """Waiting work that could not be done for a reason that is nobody's failure: the attempt does not count."""
    values = {"attempts": table.c.attempts - 1, "next_attempt_at": until, "error": why}
    connection.execute(update(table).where(_is_in_hand(row_id, attempt)).values(**values))


def note_error(connection: Connection, row_id: int, attempt: int, error: str) -> None:
    """What the attempt at waiting work said; nothing, where another attempt has begun since."""
    connection.execute(update(table).where(_is_in_hand(row_id, attempt)).values(error=error))


def keep_evidence(connection: Connection, row_id: int, result: Mapping[str, Any]) -> None:
    """The effect is there, its case could not note it yet: waiting work with a result is not tried, only noted."""
    query = update(table).where(table.c.id == row_id, table.c.status == "waiting")
    connection.execute(query.values(result=dict(result)))


def finish(connection: Connection, row_id: int, now: datetime, result: Mapping[str, Any]) -> bool:
    """Mark waiting work as done; False when somebody else has.

    What has arrived has arrived, also where the attempt took so long that another has begun: both have one key.
    """
    query = update(table).where(table.c.id == row_id, table.c.status == "waiting")
    values = {"status": "done", "done_at": now, "result": dict(result), "next_attempt_at": None, "error": None}
    return bool(connection.execute(query.values(**values)).rowcount)


def give_up(connection: Connection, row_id: int, attempt: int, now: datetime, error: str) -> bool:
    """Mark waiting work as failed for good; False when somebody else has ended it, or another attempt has begun."""
    values = {"status": "failed", "done_at": now, "error": error, "next_attempt_at": None}
    return bool(connection.execute(update(table).where(_is_in_hand(row_id, attempt)).values(**values)).rowcount)


def outgoing_of_case(connection: Connection, case_id: str, operation: str | None = None) -> Sequence[RowMapping]:
    """What a case has sent or will send, in order: all of it, or one operation's."""
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.id)
    if operation is not None:
        query = query.where(table.c.operation == operation)
    return connection.execute(query).mappings().all()


def listed(connection: Connection, status: str | None, limit: int) -> Sequence[RowMapping]:
    """Outgoing work of any case, the newest first: all of it, or what has a status."""
    query = select(table).order_by(table.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(table.c.status == status)
    return connection.execute(query).mappings().all()


def counts_by_status(connection: Connection) -> Sequence[Row[Any]]:
    """How much outgoing work there is in each status."""
    return connection.execute(select(table.c.status, func.count()).group_by(table.c.status)).all()


def failed_in_closed_cases(connection: Connection) -> int:
    """How much was given up in cases that have closed since or before: no task asks for it there."""
    query = select(func.count()).select_from(table.join(cases, cases.c.id == table.c.case_id))
    query = query.where(table.c.status == "failed", cases.c.closed_at.is_not(None))
    return connection.execute(query).scalar_one()


def _is_in_hand(row_id: int, attempt: int) -> ColumnElement[bool]:
    """Whether the attempt that is named is the latest: the number is what a claim gave out."""
    return (table.c.id == row_id) & (table.c.status == "waiting") & (table.c.attempts == attempt)


def _is_due(now: datetime) -> ColumnElement[bool]:
    at = table.c.next_attempt_at
    return (table.c.status == "waiting") & or_(at.is_(None), at <= now)
