"""Whose record is asked for: a case by its id or a task's, else patients by name or MBI, with each case's version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.store.tables import cases, history, versions


@dataclass(frozen=True, slots=True)
class RecordLine:
    """What a list says of a case's record: the version it runs on, how long its record is, from when to when."""

    version_number: int
    entries: int
    started_at: datetime
    closed_at: datetime | None


def records_of(connection: Connection, case_ids: Sequence[str]) -> Mapping[str, RecordLine]:
    """The records of some cases, by the case. By primary keys."""
    columns = (cases.c.id, versions.c.number, cases.c.history_length, cases.c.started_at, cases.c.closed_at)
    query = select(*columns).join(versions, versions.c.hash == cases.c.version).where(cases.c.id.in_(case_ids))
    return {row[0]: RecordLine(*row[1:]) for row in connection.execute(query)}


def first_entry_of_task(connection: Connection, case_id: str, task_id: str) -> int | None:
    """The number of the entry with which a task came up. Reads the case's entries by primary key."""
    query = select(func.min(history.c.seq)).where(history.c.case_id == case_id, history.c.task_id == task_id)
    return connection.execute(query).scalar_one_or_none()
