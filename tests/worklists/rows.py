"""Rows for lists to read: people, patients, cases and tasks, each valid as it is and with overrides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from engine.store import tables
from engine.store.database import Database
from worklists.queries import TaskRow

TODAY = date(2026, 1, 13)  # a Tuesday
NOW = datetime(2026, 1, 13, 14, tzinfo=UTC)
DANA, LEE = "dana@example.org", "lee@example.org"


def in_days(count: int) -> date:
    return TODAY + timedelta(days=count)


@dataclass
class Rows:
    """Writes rows into a database: `Rows(db).task(due_on=in_days(-1))` makes all that a task stands on."""

    db: Database
    tasks: int = 0

    def __post_init__(self) -> None:
        with self.db.writing() as connection:
            connection.execute(insert(tables.users), [_user(DANA, "Dana Reed"), _user(LEE, "Lee Chen")])
            connection.execute(insert(tables.versions).values(_VERSION))

    def task(self, patient: int = 1, track: str = "msk", **given: Any) -> str:
        """One open task of a patient, with the patient and the case when they are not there yet."""
        return self.many([(patient, track, given)])[0]

    def many(self, wanted: Sequence[tuple[int, str, dict[str, Any]]]) -> list[str]:
        """Several tasks in one transaction: (patient's number, track, overrides)."""
        with self.db.writing() as connection:
            return [self._task(connection, patient, track, given) for patient, track, given in wanted]

    def patient(self, number: int, **given: Any) -> str:
        with self.db.writing() as connection:
            _patient(connection, number, given)
        return f"p{number}"

    def _task(self, connection: Connection, number: int, track: str, given: dict[str, Any]) -> str:
        case_id = f"p{number}-{track}-1"
        about: dict[str, Any] = {key: given.pop(key) for key in ("name", "language") if key in given}
        _patient(connection, number, about)
        _case(connection, case_id, number, track)
        self.tasks += 1
        row = _task_row(f"{case_id}-t{self.tasks}", case_id, number) | given
        connection.execute(insert(tables.tasks).values(row))
        return str(row["id"])


def a_row(**given: Any) -> TaskRow:
    """A task as a list has it, without a database."""
    case_id = f"{given.get('patient_id', 'p1')}-msk-1"
    values: dict[str, Any] = dict.fromkeys(TaskRow.__slots__)
    values |= {key: v for key, v in _task_row("p1-msk-1-t1", case_id, 1).items() if key in values}
    values |= {
        "patient_name": "Ada Long",
        "birth_date": date(1950, 3, 1),
        "track": "msk",
        "aligned_on": in_days(-40),
        "case_status": "active",
    }
    return TaskRow(**(values | given))


_VERSION = {
    "hash": "v1", "process_id": "msk", "number": 1, "title": "MSK", "track": "msk", "tracks": None, "messages": [],
    "sources": {}, "note": "first", "published_at": NOW, "published_by": "system",
}  # fmt: skip


def _user(email: str, name: str) -> dict[str, Any]:
    return {
        "email": email, "name": name, "role": "case_manager", "password_hash": "", "one_time": False, "active": True,
        "created_at": NOW,
    }  # fmt: skip


def _patient(connection: Connection, number: int, given: dict[str, Any]) -> None:
    known = connection.execute(tables.patients.select().where(tables.patients.c.number == number)).first()
    if known is None:
        row = {
            "id": f"p{number}", "number": number, "name": f"Patient {number}", "birth_date": date(1950, 3, 1),
            "conditions": [], "equity": {}, "created_at": NOW, "updated_at": NOW,
        } | given  # fmt: skip
        connection.execute(insert(tables.patients).values(row))


def _case(connection: Connection, case_id: str, number: int, track: str) -> None:
    known = connection.execute(tables.cases.select().where(tables.cases.c.id == case_id)).first()
    if known is None:
        case = {
            "id": case_id, "patient_id": f"p{number}", "track": track, "status": "active", "version": "v1",
            "aligned_on": in_days(-40), "started_at": NOW,
        }  # fmt: skip
        process = {
            "id": f"{case_id}-p1", "case_id": case_id, "definition": "msk", "version": "v1", "title": "MSK",
            "status": "active", "state": "", "started_at": NOW,
        }  # fmt: skip
        connection.execute(insert(tables.cases).values(case))
        connection.execute(insert(tables.processes).values(process))


def _task_row(task_id: str, case_id: str, number: int) -> dict[str, Any]:
    return {
        "id": task_id, "case_id": case_id, "patient_id": f"p{number}", "process_id": f"{case_id}-p1", "token": 1,
        "element_id": "Task_week_12", "element_name": "Week 12 measures", "process": "msk", "version": "v1",
        "kind": "prom", "title": "Week 12 measures", "why": "Third milestone.", "form": "prom_milestone",
        "role": "case_manager", "priority": "normal", "opens_on": TODAY, "due_on": TODAY, "closes_on": None,
        "status": "open", "assignee": DANA, "attempts": 0, "created_at": NOW,
    }  # fmt: skip
