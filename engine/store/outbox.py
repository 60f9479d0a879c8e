"""Background work, written in the transaction that decides it; a row's id is the idempotency key of its effect."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    RowMapping,
    Text,
    and_,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import NotFound
from engine.store.organisations import cared_for_by
from engine.store.tables import cases, outbox_files, patients
from engine.store.tables import outbox as table
from engine.store.tables import outbox_attempts as attempts

STATUSES = ("waiting", "done", "failed", "dropped")
UNREADABLE = "unreadable"  # the member that holds, as text, what a row carried and was no JSON object
RETRIED = "retried"  # the member that says who has let work about no case be tried again, and when


def add_outgoing(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Write work that waits, and call a worker for it; returns the ids, in order."""
    if not rows:
        return ()
    query = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    written = connection.execute(query, [dict(row) for row in rows]).scalars().all()
    _call_for(connection, written)
    return written


def add_once(connection: Connection, row: Mapping[str, Any]) -> int | None:
    """Write work that must exist once by its ``key``; None where it exists. Index ix_outbox_key."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    query = dialect.insert(table).values(**row)
    query = query.on_conflict_do_nothing(index_elements=[table.c.key], index_where=table.c.key.is_not(None))
    written: int | None = connection.execute(query.returning(table.c.id)).scalar_one_or_none()
    if written is not None:
        _call_for(connection, [written])
    return written


def add_files(connection: Connection, row_id: int, files: Sequence[tuple[str, bytes]]) -> None:
    """What an import carries: each file with its name."""
    rows = [{"outbox_id": row_id, "number": n, "name": name, "content": content}
            for n, (name, content) in enumerate(files, start=1)]  # fmt: skip
    connection.execute(insert(outbox_files), rows)


def files_of(connection: Connection, row_id: int) -> list[tuple[str, bytes]]:
    """The files that a row carries, in order; none once its work is done or dropped."""
    query = select(outbox_files.c.name, outbox_files.c.content).where(outbox_files.c.outbox_id == row_id)
    return [(row.name, row.content) for row in connection.execute(query.order_by(outbox_files.c.number))]


def with_key(connection: Connection, key: str) -> RowMapping | None:
    """The work with a key, if there is some. Index ix_outbox_key."""
    return connection.execute(select(table).where(table.c.key == key)).mappings().first()


def _call_for(connection: Connection, rows: Sequence[int]) -> None:
    if connection.dialect.name == "postgresql":
        from engine.store.queue import call_for  # the queue's library, which SQLite needs nothing of

        call_for(connection, rows)


def call_again(connection: Connection, row_id: int, at: datetime | None = None) -> None:
    """Call a worker for work that has waited before; on SQLite the one thread looks by itself."""
    if connection.dialect.name == "postgresql":
        from engine.store.queue import call_again as call

        call(connection, row_id, at)


def outgoing(connection: Connection, row_id: int) -> RowMapping:
    """One piece of outgoing work; raises NotFound. By primary key."""
    found = connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
    if found is None:
        raise NotFound("outgoing work", str(row_id))
    return found


def keep_as_text(connection: Connection, row_id: int) -> None:
    """Let a row be read whose payload or result is no JSON object: what stood there is kept in one, as text.

    The program writes none; SQLite takes whatever it is given from outside, and reading such a row raises ValueError.
    """
    for column in (table.c.payload, table.c.result):
        found = connection.execute(select(cast(column, Text)).where(table.c.id == row_id)).scalar_one()
        if found is not None and not _is_object(found):
            connection.execute(update(table).where(table.c.id == row_id).values({column: {UNREADABLE: found}}))


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def due_outgoing(connection: Connection, now: datetime, operations: Sequence[str], limit: int) -> Sequence[int]:
    """The ids of waiting work whose next attempt has come, oldest first. Index ix_outbox_waiting."""
    query = select(table.c.id).where(_is_due(now), table.c.operation.in_(operations))
    return connection.execute(query.order_by(table.c.id).limit(limit)).scalars().all()


def next_attempt(connection: Connection, operations: Sequence[str]) -> datetime | None:
    """When the first waiting work is tried (it was written, where nobody tried yet). Index ix_outbox_waiting."""
    first = func.min(func.coalesce(table.c.next_attempt_at, table.c.created_at), type_=table.c.created_at.type)
    query = select(first).where(table.c.status == _said("waiting"), table.c.operation.in_(operations))
    return connection.execute(query).scalar_one_or_none()


def claim(connection: Connection, row_id: int, now: datetime, again_at: datetime) -> RowMapping | None:
    """Take due work in hand: nobody else tries it before ``again_at``. None when somebody else was first."""
    query = update(table).where(table.c.id == row_id, _is_due(now))
    taken = connection.execute(query.values(attempts=table.c.attempts + 1, next_attempt_at=again_at)).rowcount
    if not taken:
        return None
    row = outgoing(connection, row_id)
    connection.execute(insert(attempts).values(outbox_id=row_id, number=row["attempts"], at=now))
    return row


def postpone(connection: Connection, row_id: int, attempt: int, until: datetime, why: str) -> None:
    """Waiting work that could not be done for a reason that is nobody's failure: the attempt does not count."""
    values = {"attempts": table.c.attempts - 1, "next_attempt_at": until, "error": why}
    if connection.execute(update(table).where(_is_in_hand(row_id, attempt)).values(**values)).rowcount:
        connection.execute(delete(attempts).where(_is_attempt(row_id, attempt)))


def note_error(connection: Connection, row_id: int, attempt: int, now: datetime, error: str) -> None:
    """What the attempt at waiting work said; another attempt that has begun since keeps its own word in the row."""
    _end_attempt(connection, row_id, attempt, now, error)
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
    finished = bool(connection.execute(query.values(**values)).rowcount)
    if finished:
        _end_attempt(connection, row_id, None, now, None)
        _forget_files(connection, row_id)
    return finished


def give_up(connection: Connection, row_id: int, attempt: int, now: datetime, error: str) -> bool:
    """Mark waiting work as failed for good; False when somebody else has ended it, or another attempt has begun."""
    values = {"status": "failed", "done_at": now, "error": error, "next_attempt_at": None}
    _end_attempt(connection, row_id, attempt, now, error)
    return bool(connection.execute(update(table).where(_is_in_hand(row_id, attempt)).values(**values)).rowcount)


def start_anew(connection: Connection, row_id: int) -> bool:
    """Let work that was given up wait again, under the same key, with all attempts before it; False if it was not.

    The numbers of attempts go on: an attempt of before must not be taken for one of now.
    """
    query = update(table).where(table.c.id == row_id, table.c.status == "failed")
    values = {"status": "waiting", "done_at": None, "next_attempt_at": None, "tried_before": table.c.attempts}
    if not connection.execute(query.values(**values)).rowcount:
        return False
    call_again(connection, row_id)
    return True


def note_retried(connection: Connection, row_id: int, now: datetime, by: str) -> None:
    """Keep who has let work be tried again; of a case's work its history says so."""
    payload = outgoing(connection, row_id)["payload"]
    told = [*payload.get(RETRIED, ()), {"by": by, "at": now.isoformat()}]
    connection.execute(update(table).where(table.c.id == row_id).values(payload={**payload, RETRIED: told}))


def drop(connection: Connection, row_id: int, now: datetime, by: str, reason: str) -> bool:
    """Let work that was given up be: nobody tries it again, and what it carried goes. False if it was not given up."""
    query = update(table).where(table.c.id == row_id, table.c.status == "failed")
    values = {"status": "dropped", "done_at": now, "ended_by": by, "reason": reason}
    dropped = bool(connection.execute(query.values(**values)).rowcount)
    if dropped:
        _forget_files(connection, row_id)
    return dropped


def attempts_of(connection: Connection, row_id: int) -> Sequence[RowMapping]:
    """Every attempt at a row, in order. By primary key."""
    query = select(attempts).where(attempts.c.outbox_id == row_id).order_by(attempts.c.number)
    return connection.execute(query).mappings().all()


def outgoing_of_case(connection: Connection, case_id: str, operation: str | None = None) -> Sequence[RowMapping]:
    """What a case has sent or will send, in order: all of it, or one operation's."""
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.id)
    if operation is not None:
        query = query.where(table.c.operation == operation)
    return connection.execute(query).mappings().all()


def listed(
    connection: Connection,
    status: str | None,
    limit: int,
    *,
    operation: str | None = None,
    organisation: str | None = None,
    before: int | None = None,
) -> Sequence[RowMapping]:
    """Background work, the newest first: all of it, or what has a status, is of a kind, or is older than an id.

    With the patient of its case. With an organisation, only work of its cases, and of none that names another. Indexes
    ix_outbox_waiting and ix_outbox_ended_otherwise.
    """
    joined = table.outerjoin(cases, cases.c.id == table.c.case_id)
    query = select(table, cases.c.patient_id).select_from(joined).order_by(table.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(table.c.status == _said(status))
    if operation is not None:
        query = query.where(table.c.operation == operation)
    if before is not None:
        query = query.where(table.c.id < before)
    return connection.execute(query.where(_within(organisation))).mappings().all()


def counted(connection: Connection, status: str, organisation: str | None = None) -> dict[str, int]:
    """How much work there is in a status that is not the usual end, by operation. The partial index of that status."""
    query = select(table.c.operation, func.count()).where(table.c.status == _said(status), _within(organisation))
    return {str(name): int(count) for name, count in connection.execute(query.group_by(table.c.operation))}


def counts_by_status(connection: Connection) -> Sequence[Row[Any]]:
    """How much outgoing work there is in each status."""
    return connection.execute(select(table.c.status, func.count()).group_by(table.c.status)).all()


def failed_in_closed_cases(connection: Connection) -> int:
    """How much was given up in cases that have closed since or before: no task asks for it there."""
    query = select(func.count()).select_from(table.join(cases, cases.c.id == table.c.case_id))
    query = query.where(table.c.status == "failed", cases.c.closed_at.is_not(None))
    return connection.execute(query).scalar_one()


def _said(status: str) -> ColumnElement[str]:
    """A status as it stands in the condition of an index: a parameter would keep SQLite from using it."""
    assert status in STATUSES
    return literal_column(f"'{status}'")


def _within(organisation: str | None) -> ColumnElement[bool]:
    """Work of an organisation's cases; of work about no case, what names no other organisation."""
    if organisation is None:
        return true()
    mine = select(cases.c.id).join(patients, patients.c.id == cases.c.patient_id).where(*cared_for_by(organisation))
    named = table.c.payload["organisation"].as_string()
    of_none = table.c.case_id.is_(None) & or_(named.is_(None), named == organisation)
    return or_(of_none, table.c.case_id.in_(mine))


def _end_attempt(connection: Connection, row_id: int, number: int | None, now: datetime, error: str | None) -> None:
    """Note how an attempt ended: the one with a number, or, where none is given, all that have not."""
    query = update(attempts).where(attempts.c.outbox_id == row_id, attempts.c.ended_at.is_(None))
    if number is not None:
        query = query.where(attempts.c.number == number)
    connection.execute(query.values(ended_at=now, error=error))


def _forget_files(connection: Connection, row_id: int) -> None:
    """What an import carried is in the record now, or was not wanted: it is about patients, and is not kept twice."""
    connection.execute(delete(outbox_files).where(outbox_files.c.outbox_id == row_id))


def _is_attempt(row_id: int, number: int) -> ColumnElement[bool]:
    return (attempts.c.outbox_id == row_id) & (attempts.c.number == number)


def _is_in_hand(row_id: int, attempt: int) -> ColumnElement[bool]:
    """Whether the attempt that is named is the latest: the number is what a claim gave out."""
    return (table.c.id == row_id) & (table.c.status == "waiting") & (table.c.attempts == attempt)


def _is_due(now: datetime) -> ColumnElement[bool]:
    at = table.c.next_attempt_at
    return and_(table.c.status == _said("waiting"), or_(at.is_(None), at <= now))
