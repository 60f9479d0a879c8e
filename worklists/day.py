"""A person's day: what to do now, what is late, what is for today and for later, each patient in one place."""

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
from worklists.visits import done_together, is_bundled

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
    """A patient with what is done in one sitting, the most urgent first, whichever track asks for it.

    ``cases`` says where the patient is: (track, day of the year). ``together`` are the tasks that the person who looks
    at the list can do in one go.
    """

    patient: TaskRow
    cases: tuple[tuple[str, int], ...]
    rows: tuple[DayRow, ...]
    together: tuple[TaskRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DayBand:
    """One part of the day. ``count`` tasks stand in it, ``due`` of them are this part's own.

    The others are due later and stand here because their patient is seen now.
    """

    name: Band
    title: str
    count: int
    due: int
    people: tuple[PersonCard, ...]


@dataclass(frozen=True, slots=True)
class MyDay:
    """The list as it is shown; ``more`` says that there are further tasks behind it."""

    bands: tuple[DayBand, ...]
    shown: int
    more: bool

    def patients(self) -> set[str]:
        """Whose names stand in it."""
        return {person.patient.patient_id for band in self.bands for person in band.people}

    def ids(self) -> list[str]:
        """The tasks in the order in which the eye meets them."""
        return [row.task.id for band in self.bands for person in band.people for row in person.rows]


def my_day(
    connection: Connection, chosen: Filter, *, email: str, role: str, organisation: str | None, today: date
) -> MyDay:
    """The list of what a person has chosen to see of an organisation's patients."""
    whose = chosen.query(email, role)
    page = worklist(connection, today=today, organisation=organisation, limit=chosen.show, **whose)
    return arranged(page.items, today, email=email, role=role, more=page.next is not None)


def arranged(tasks: Iterable[TaskRow], today: date, *, email: str = "", role: str = "", more: bool = False) -> MyDay:
    """Tasks in their order, put into bands and there under their patients.

    A patient's tasks of the coming week stand together where the first of them does, late ones and those of another
    track included: one call does for all. What presses stands for itself in "Now"; what is due later, in "Later".
    """
    cards: dict[tuple[Band, str], list[TaskRow]] = {}
    stands_in: dict[str, Band] = {}  # where a patient's bundle stands
    for task in tasks:  # a patient stands where their first task does
        band = _own_band(task, today)
        if is_bundled(task, today):
            band = stands_in.setdefault(task.patient_id, band)
        cards.setdefault((band, task.patient_id), []).append(task)
    by_band: dict[Band, list[list[TaskRow]]] = {}
    for (band, _), found in cards.items():
        by_band.setdefault(band, []).append(found)
    bands = tuple(_band(name, by_band[name], today, email, role) for name in BANDS if name in by_band)
    return MyDay(bands, sum(band.count for band in bands), more)


def _own_band(task: TaskRow, today: date) -> Band:
    return band_of(task.priority, task.due_on, today, task.kind)


def _band(name: Band, cards: list[list[TaskRow]], today: date, email: str, role: str) -> DayBand:
    found = [task for card in cards for task in card]
    due = sum(_own_band(task, today) == name for task in found)
    return DayBand(name, TITLES[name], len(found), due, tuple(_person(card, today, email, role) for card in cards))


def _person(tasks: list[TaskRow], today: date, email: str, role: str) -> PersonCard:
    cases = {task.case_id: (task.track, day_number(task.aligned_on, today)) for task in tasks}
    bundle = [task for task in tasks if is_bundled(task, today)]
    rows = tuple(day_row(task, today) for task in tasks)
    return PersonCard(tasks[0], tuple(cases.values()), rows, done_together(bundle, email=email, role=role))


def day_row(task: TaskRow, today: date) -> DayRow:
    due = due_words(task.priority, task.due_on, today)
    return DayRow(task, due, window_words(task.opens_on, task.closes_on))
