"""A person's day: what to do now, what is late, what is for today and for later, by patient."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from care.calendars import day_number
from worklists.due_words import DueWords, due_words, window_words
from worklists.filters import Filter
from worklists.queries import TaskRow, worklist
from worklists.ranking import BANDS, Band, band_of

TITLES: dict[Band, str] = {
    "now": "Now",
    "overdue": "Overdue",
    "today": "Today",
    "week": "This week",
    "later": "Later",
}


@dataclass(frozen=True, slots=True)
class DayRow:
    """One task in the list: when it is due in words, and its window."""

    task: TaskRow
    due: DueWords
    window: str | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A patient with the tasks of one band. ``cases`` says where the patient is: (track, day of the year)."""

    patient: TaskRow
    cases: tuple[tuple[str, int], ...]
    rows: tuple[DayRow, ...]


@dataclass(frozen=True, slots=True)
class DayBand:
    """The tasks of one part of the day."""

    name: Band
    title: str
    count: int
    people: tuple[PersonCard, ...]


@dataclass(frozen=True, slots=True)
class MyDay:
    """The list as it is shown; ``more`` says that there are further tasks behind it."""

    bands: tuple[DayBand, ...]
    shown: int
    more: bool

    def ids(self) -> list[str]:
        """The tasks in the order in which the eye meets them."""
        return [row.task.id for band in self.bands for person in band.people for row in person.rows]


def my_day(connection: Connection, chosen: Filter, *, email: str, role: str, today: date) -> MyDay:
    """The list of what a person has chosen to see."""
    page = worklist(connection, today=today, limit=chosen.show, **chosen.query(email, role))
    return arranged(page.items, today, more=page.next is not None)


def arranged(tasks: Iterable[TaskRow], today: date, *, more: bool = False) -> MyDay:
    """Tasks in their order, put into bands and there under their patients."""
    by_band: dict[Band, list[TaskRow]] = {name: [] for name in BANDS}
    for task in tasks:
        by_band[band_of(task.priority, task.due_on, today)].append(task)
    bands = tuple(_band(name, found, today) for name, found in by_band.items() if found)
    return MyDay(bands, sum(band.count for band in bands), more)


def _band(name: Band, tasks: list[TaskRow], today: date) -> DayBand:
    by_patient: dict[str, list[TaskRow]] = {}
    for task in tasks:  # a patient stands where their first task does
        by_patient.setdefault(task.patient_id, []).append(task)
    people = tuple(_person(found, today) for found in by_patient.values())
    return DayBand(name, TITLES[name], len(tasks), people)


def _person(tasks: list[TaskRow], today: date) -> PersonCard:
    cases = {task.case_id: (task.track, day_number(task.aligned_on, today)) for task in tasks}
    return PersonCard(tasks[0], tuple(cases.values()), tuple(day_row(task, today) for task in tasks))


def day_row(task: TaskRow, today: date) -> DayRow:
    due = due_words(task.priority, task.due_on, today)
    return DayRow(task, due, window_words(task.opens_on, task.closes_on))
