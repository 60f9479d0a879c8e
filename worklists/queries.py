"""The tasks of a list, the most urgent first: rows that the engine wrote, with who each is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, literal, or_, select, tuple_

from engine.errors import InvalidInput
from engine.store.organisations import cared_for_by
from engine.store.tables import cases, patients, tasks, users
from worklists import cursor
from worklists.ranking import BANDS, PRIORITIES, SAFETY, WEEK, Rank, rank

DUE = ("overdue", "today", "week")
NOBODY = "none"  # as an assignee: the tasks that nobody has


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as it stands in a list, with its patient and the case it belongs to."""

    id: str
    case_id: str
    patient_id: str
    process_id: str
    kind: str
    title: str
    why: str
    form: str
    role: str
    priority: str
    opens_on: date
    due_on: date
    closes_on: date | None
    status: str
    assignee: str | None
    assignee_name: str | None
    snoozed_until: date | None
    snooze_reason: str | None
    attempts: int
    element_id: str
    element_name: str
    process: str
    version: str
    created_at: datetime
    done_at: datetime | None
    done_by: str | None
    occurred_on: date | None
    late_reason: str | None
    patient_name: str
    birth_date: date
    sex: str | None
    phone: str | None
    language: str | None
    time_zone: str | None
    track: str
    aligned_on: date
    case_status: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and where the next ones begin: None at the end."""

    items: list[TaskRow]
    next: str | None


def worklist(
    connection: Connection,
    *,
    today: date,
    organisation: str | None,
    assignee: str | None = None,
    role: str | None = None,
    track: str | None = None,
    due: str | None = None,
    kind: str | None = None,
    status: str = "open",
    q: str | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """The tasks that fit, most urgent first (see `worklists.ranking`).

    ``organisation`` is whose patients they are about, None those of all.
    ``assignee`` is an email or "none"; with ``role`` beside it, tasks that nobody has and that wait for that role
    count as theirs. ``due`` is overdue, today or week. A snoozed task is out of sight until its day, unless
    ``status`` is "snoozed". ``after`` is the ``next`` of a page. Raises InvalidInput for what it cannot read.

    Relies on ix_tasks_open_assignee for one person's list; a whole team's reads all open tasks.
    """
    fits = conditions(
        today=today,
        organisation=organisation,
        assignee=assignee,
        role=role,
        track=track,
        due=due,
        kind=kind,
        status=status,
        q=q,
    )
    places = _places(today)
    query = rows().where(*fits).order_by(*places).limit(limit + 1)
    if after is not None:
        query = query.where(_comes_after(places, cursor.read(after)))
    found = [task_row(row) for row in connection.execute(query).mappings()]
    more = found[limit - 1] if len(found) > limit else None
    following = None if more is None else cursor.written(rank_of(more, today))
    return Page(found[:limit], following)


def rows() -> Select[Any]:
    """Tasks with their patient's and their case's columns, as `task_row` takes them."""
    about = (patients.c.birth_date, patients.c.sex, patients.c.phone, patients.c.language, patients.c.time_zone)
    return (
        select(
            *(tasks.c[name] for name in _OWN),
            patients.c.name.label("patient_name"),
            users.c.name.label("assignee_name"),
            *about,
            cases.c.track,
            cases.c.aligned_on,
            cases.c.status.label("case_status"),
        )
        .join_from(tasks, patients, tasks.c.patient_id == patients.c.id)
        .join(cases, tasks.c.case_id == cases.c.id)
        .join(users, tasks.c.assignee == users.c.email, isouter=True)
    )


def task_row(row: RowMapping) -> TaskRow:
    return TaskRow(**row)


def rank_of(task: TaskRow, today: date) -> Rank:
    """The place of a task in the list."""
    return rank(task.id, task.priority, task.due_on, today, task.kind)


def conditions(
    *,
    today: date,
    organisation: str | None,
    assignee: str | None = None,
    role: str | None = None,
    track: str | None = None,
    due: str | None = None,
    kind: str | None = None,
    status: str = "open",
    q: str | None = None,
) -> list[ColumnElement[bool]]:
    """What a task must be to stand in a list; the arguments are those of `worklist`. Reads `patients`."""
    fits = [*cared_for_by(organisation), *_status(status, today), *_assignee(assignee, role)]
    if track is not None:
        fits.append(cases.c.track == track)
    if due is not None:
        fits.append(_due(due, today))
    if kind is not None:
        fits.append(tasks.c.kind == kind)
    if q is not None and q.strip():
        words = [
            patients.c.name.icontains(w, autoescape=True) | tasks.c.title.icontains(w, autoescape=True)
            for w in q.split()
        ]
        fits.extend(words)
    return fits


_JOINED = (
    "patient_name",
    "assignee_name",
    "birth_date",
    "sex",
    "phone",
    "language",
    "time_zone",
    "track",
    "aligned_on",
    "case_status",
)
_OWN = tuple(name for name in TaskRow.__slots__ if name not in _JOINED)


def _status(status: str, today: date) -> list[ColumnElement[bool]]:
    if status == "snoozed":
        return [tasks.c.status == "open", tasks.c.snoozed_until > today]
    if status == "open":
        return [tasks.c.status == "open", or_(tasks.c.snoozed_until.is_(None), tasks.c.snoozed_until <= today)]
    return [tasks.c.status == status]


def _assignee(assignee: str | None, role: str | None) -> list[ColumnElement[bool]]:
    if assignee is None:
        return [] if role is None else [tasks.c.role == role]
    if assignee == NOBODY:
        return [tasks.c.assignee.is_(None)] + ([] if role is None else [tasks.c.role == role])
    mine = tasks.c.assignee == assignee
    if role is None:
        return [mine]
    return [or_(mine, and_(tasks.c.assignee.is_(None), tasks.c.role == role))]


def _due(due: str, today: date) -> ColumnElement[bool]:
    if due == "overdue":
        return tasks.c.due_on < today
    if due == "today":
        return tasks.c.due_on == today
    if due == "week":
        return and_(tasks.c.due_on >= today, tasks.c.due_on < today + WEEK)
    raise InvalidInput({"due": f"'{due}' is not known; choose one of {', '.join(DUE)}"})


def _places(today: date) -> Sequence[ColumnElement[Any]]:
    """`ranking.rank` as SQL; a test holds the two together."""
    day = literal(today, tasks.c.due_on.type)
    due_on = tasks.c.due_on
    band = case(
        (due_on < day, BANDS.index("overdue")),
        (due_on == day, BANDS.index("today")),
        (due_on < literal(today + WEEK, due_on.type), BANDS.index("week")),
        else_=BANDS.index("later"),
    )
    priority = case(
        *((tasks.c.priority == name, place) for place, name in enumerate(PRIORITIES)), else_=len(PRIORITIES)
    )
    urgency = case((or_(tasks.c.priority == "urgent", tasks.c.kind == SAFETY), 0), else_=1)
    return (urgency, case((due_on < day, due_on), else_=day), band, priority, due_on, tasks.c.id)


def _comes_after(places: Sequence[ColumnElement[Any]], last: Rank) -> ColumnElement[bool]:
    day = tasks.c.due_on.type
    values = (
        literal(last.urgency),
        literal(last.lateness, day),
        literal(last.band),
        literal(last.priority),
        literal(last.due_on, day),
        literal(last.id),
    )
    return tuple_(*places) > tuple_(*values)
