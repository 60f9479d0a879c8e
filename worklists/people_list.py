"""All patients by name: who they are, which year they are in, and how much waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, RowMapping, and_, case, func, or_, select

from care.calendars import day_number
from engine.store.organisations import cared_for_by
from engine.store.tables import cases, patients, tasks

PAGE = 50


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One of a patient's cases, in a line."""

    id: str
    track: str
    status: str
    day: int


@dataclass(frozen=True, slots=True)
class PatientLine:
    """A patient in the list. ``open_tasks`` counts what is in sight or snoozed, ``overdue`` what is late of it."""

    id: str
    name: str
    birth_date: date
    phone: str | None
    language: str | None
    pcp: str | None
    cases: tuple[CaseLine, ...]
    open_tasks: int
    overdue: int


@dataclass(frozen=True, slots=True)
class PatientPage:
    """Some of the patients that fit, in the order of their names. ``next`` begins the following page."""

    items: tuple[PatientLine, ...]
    total: int
    next: str | None


def patient_list(
    connection: Connection,
    *,
    today: date,
    organisation: str | None,
    q: str | None = None,
    after: str | None = None,
) -> PatientPage:
    """An organisation's patients whose name holds every word of ``q``, or whose MBI or id it is, fifty at a time.

    None are those of all organisations.
    Relies on ix_patients_name; a search reads all names.
    """
    fits = cared_for_by(organisation)
    if q:
        words = [patients.c.name.icontains(word, autoescape=True) for word in q.split()]
        whole = q.strip().replace("-", "")
        fits.append(or_(and_(*words), patients.c.mbi == whole.upper(), patients.c.id == whole.lower()))
    total = int(connection.execute(select(func.count()).select_from(patients).where(*fits)).scalar_one())
    query = select(patients).where(*fits).order_by(patients.c.name, patients.c.id).limit(PAGE + 1)
    if after:
        name, _, patient_id = after.rpartition("~")
        query = query.where(or_(patients.c.name > name, (patients.c.name == name) & (patients.c.id > patient_id)))
    rows = connection.execute(query).mappings().all()
    shown, more = rows[:PAGE], len(rows) > PAGE
    ids = [row["id"] for row in shown]
    enrolled, waiting = _cases(connection, ids, today), _waiting(connection, ids, today)
    items = tuple(_line(row, enrolled.get(row["id"], ()), waiting.get(row["id"], (0, 0))) for row in shown)
    return PatientPage(items, total, f"{shown[-1]['name']}~{shown[-1]['id']}" if more else None)


def _line(row: RowMapping, enrolled: tuple[CaseLine, ...], waiting: tuple[int, int]) -> PatientLine:
    return PatientLine(
        id=row["id"],
        name=row["name"],
        birth_date=row["birth_date"],
        phone=row["phone"],
        language=row["language"],
        pcp=row["pcp"],
        cases=enrolled,
        open_tasks=waiting[0],
        overdue=waiting[1],
    )


def _cases(connection: Connection, ids: list[str], today: date) -> dict[str, tuple[CaseLine, ...]]:
    """The cases of some patients, the newest first. Index ix_cases_patient."""
    query = select(cases).where(cases.c.patient_id.in_(ids)).order_by(cases.c.started_at.desc(), cases.c.id)
    found: dict[str, list[CaseLine]] = {}
    for row in connection.execute(query).mappings():
        line = CaseLine(row["id"], row["track"], row["status"], day_number(row["aligned_on"], today))
        found.setdefault(row["patient_id"], []).append(line)
    return {patient_id: tuple(lines) for patient_id, lines in found.items()}


def _waiting(connection: Connection, ids: list[str], today: date) -> dict[str, tuple[int, int]]:
    """Open and overdue tasks of some patients. Index ix_tasks_patient."""
    late = func.sum(case((tasks.c.due_on < today, 1), else_=0))
    query = (
        select(tasks.c.patient_id, func.count(), late)
        .where(tasks.c.patient_id.in_(ids), tasks.c.status == "open")
        .group_by(tasks.c.patient_id)
    )
    return {patient_id: (int(count), int(overdue)) for patient_id, count, overdue in connection.execute(query)}
