"""Cases and their running processes: the rows that a command locks, reads and writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, RowMapping, bindparam, func, insert, select, update

from engine.errors import NotFound
from engine.store.prepared import Prepared
from engine.store.tables import cases, history, processes

# Every command asks these.
_RUNNING = Prepared(
    select(processes)
    .where(processes.c.case_id == bindparam("case"), processes.c.status == "active")
    .order_by(processes.c.started_at, processes.c.id)
)
# With the instant of its last entry, which saves a command one query. Primary keys of both.
_LAST_ENTRY_AT = select(history.c.at).where(history.c.case_id == cases.c.id, history.c.seq == cases.c.history_length)
_WITH_LAST = select(cases, _LAST_ENTRY_AT.scalar_subquery().label("last_entry_at"))
_LOCKED = Prepared(_WITH_LAST.where(cases.c.id == bindparam("case")).with_for_update(of=cases))
_DUE = (
    _WITH_LAST
    .where(cases.c.next_due <= bindparam("now", type_=cases.c.next_due.type))
    .order_by(cases.c.next_due)
    .with_for_update(of=cases, skip_locked=True)
)
_FIRST_OF_DUE = Prepared(_DUE.limit(bindparam("most", type_=Integer)))
# SQLite takes a partial index only where the query says what the index leaves out.
_FIRST_DUE = select(func.min(cases.c.next_due)).where(cases.c.next_due.is_not(None))
_ADD_CASE, _ADD_PROCESS = insert(cases), Prepared(insert(processes))
_SAVE_CASE = Prepared(update(cases).where(cases.c.id == bindparam("case")))
_STAYS = ("id", "patient_id", "track", "started_at", "number")
_SAVED_OF_CASE = [each.name for each in cases.c if each.name not in _STAYS]
_SAVE_PROCESS = Prepared(update(processes).where(processes.c.id == bindparam("process")))


def case(connection: Connection, case_id: str) -> RowMapping:
    """One case; raises NotFound. By primary key."""
    found = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
    if found is None:
        raise NotFound("case", case_id)
    return found


def locked_case(connection: Connection, case_id: str) -> dict[str, Any]:
    """One case, held against other commands until the transaction ends (SQLite holds the whole database).

    With ``last_entry_at`` as in `claimed_case`.
    """
    found = _LOCKED.first(connection, {"case": case_id})
    if found is None:
        raise NotFound("case", case_id)
    return found


def cases_of_patient(connection: Connection, patient_id: str) -> Sequence[RowMapping]:
    """All cases of a patient, the newest first. Index ix_cases_patient."""
    query = (
        select(cases).where(cases.c.patient_id == patient_id).order_by(cases.c.started_at.desc(), cases.c.id)
    )
    return connection.execute(query).mappings().all()


def case_count_of(connection: Connection, patient_id: str, track: str) -> int:
    """How many cases the patient has had in a track. Index ix_cases_patient."""
    query = select(func.count()).where(cases.c.patient_id == patient_id, cases.c.track == track)
    return int(connection.execute(query).scalar_one())


def add_case(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(_ADD_CASE, dict(row))


def save_case(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write back a locked case."""
    _SAVE_CASE.run(connection, {"case": row["id"], **{name: row[name] for name in _SAVED_OF_CASE}})


def due_cases(connection: Connection, now: datetime, limit: int = 100) -> list[str]:
    """The cases whose earliest timer is due, the earliest first. Index ix_cases_next_due; no case is loaded."""
    query = (
        select(cases.c.id).where(cases.c.next_due <= now).order_by(cases.c.next_due, cases.c.id).limit(limit)
    )
    return list(connection.execute(query).scalars())


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether a timer of any case is due. Index ix_cases_next_due; no case is read."""
    first = next_due(connection)
    return first is not None and first <= now


def claimed_cases(
    connection: Connection, now: datetime, most: int, besides: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The cases whose timers are due first, locked, the earliest first; at most so many. Index ix_cases_next_due.

    What another transaction has locked is passed over (SQLite, where writers follow one another, knows no such row).
    ``last_entry_at`` is when its last entry was written: None also where that was a moment ago, by a command that this
    one waited for.
    """
    # Not ordered by id as well: the index gives the earliest at once, and of many that are due at one instant each
    # claim would have to sort all.
    if not besides:
        return _FIRST_OF_DUE.rows(connection, {"now": now, "most": most})
    query = _DUE.where(cases.c.id.not_in(besides)).limit(most)
    return [dict(row) for row in connection.execute(query, {"now": now}).mappings()]


def next_due(connection: Connection) -> datetime | None:
    """When the first timer of any case is due. Index ix_cases_next_due."""
    return connection.execute(_FIRST_DUE).scalar_one_or_none()


def running_processes(connection: Connection, case_id: str) -> list[dict[str, Any]]:
    """The running processes of a case, oldest first. Index ix_processes_running."""
    return _RUNNING.rows(connection, {"case": case_id})


def running_events(connection: Connection, case_ids: Sequence[str]) -> list[dict[str, Any] | None]:
    """The events that started the running processes of several cases. Index ix_processes_running."""
    query = select(processes.c.event).where(processes.c.case_id.in_(case_ids), processes.c.status == "active")
    return list(connection.execute(query).scalars())


def processes_by_id(connection: Connection, ids: Sequence[str]) -> list[RowMapping]:
    """The processes with these ids, in their order. By primary key."""
    rows = connection.execute(select(processes).where(processes.c.id.in_(ids))).mappings()
    found = {row["id"]: row for row in rows}
    return [found[each] for each in ids if each in found]


def add_process(connection: Connection, row: Mapping[str, Any]) -> None:
    _ADD_PROCESS.run(connection, row)


def save_process(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write back what a command changes of a process."""
    changed = ("status", "paused", "event", "state", "next_due", "ended_at", "parked_at")
    _SAVE_PROCESS.run(connection, {"process": row["id"], **{name: row[name] for name in changed}})



def patients_by_version(connection: Connection) -> dict[str, int]:
    """How many patients have a process that runs on each version. Index ix_processes_running, each row once."""
    counted = func.count(func.distinct(cases.c.patient_id))
    query = (
        select(processes.c.version, counted)
        .join_from(processes, cases, cases.c.id == processes.c.case_id)
        .where(processes.c.status == "active")
        .group_by(processes.c.version)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def new_case_row(
    case_id: str,
    patient_id: str,
    track: str,
    version: str,
    aligned_on: date,
    now: datetime,
    assignee: str | None,
    period: int = 1,
    follows: str | None = None,
) -> dict[str, Any]:
    """A case before its first process has started."""
    return {
        "id": case_id,
        "patient_id": patient_id,
        "track": track,
        "status": "active",
        "version": version,
        "aligned_on": aligned_on,
        "period": period,
        "follows": follows,
        "assignee": assignee,
        "started_at": now,
        "closed_at": None,
        "paused_at": None,
        "next_due": None,
        "process_count": 0,
        "task_count": 0,
        "fact_count": 0,
        "command_count": 0,
        "history_length": 0,
        "history_head": "",
    }
