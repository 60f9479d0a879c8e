"""The tasks of a list, the most urgent first: rows that the engine wrote, with who each is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from engine.errors import InvalidInput
from engine.store.organisations import cared_for_by
from engine.store.prepared import Prepared
from engine.store.tables import cases, patients, tasks, users
from worklists import cursor
from worklists.named import as_named, has_key
from worklists.ranking import WEEK, Rank, rank
from worklists.reach import weighed
from worklists.runs import first_ids, places
from worklists.wanted import IS_OPEN, NOBODY, Conditions, wanted

DUE = ("overdue", "today", "week")


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

    Open ones are read by `worklists.runs`, each list by its index; others, which are rare or asked for rarely, whole.
    """
    if due is not None and due not in DUE:
        raise unknown_due(due)
    last = None if after is None else cursor.read(after)
    whose: dict[str, Any] = {"organisation": organisation, "assignee": assignee, "role": role}
    whose |= {"track": track, "kind": kind, "q": q}
    if status == "open":
        asked = weighed(connection, wanted(today=today, due=due, **whose))
        found = rows_of(connection, first_ids(connection, asked, today=today, after=last, limit=limit + 1))
    else:
        day = tasks.c.due_on.type
        order = places(tasks.c, literal(today, day), literal(today + WEEK, day))
        query = rows().where(*conditions(today=today, due=due, status=status, **whose))
        if last is not None:
            query = query.where(_comes_after(order, last))
        query = query.order_by(*order).limit(limit + 1)
        found = [task_row(row) for row in connection.execute(query).mappings()]
    more = found[limit - 1] if len(found) > limit else None
    following = None if more is None else cursor.written(rank_of(more, today))
    return Page(found[:limit], following)


def rows_of(connection: Connection, ids: Sequence[str]) -> list[TaskRow]:
    """Some tasks in the order of their ids, each with whom it is about. By primary keys."""
    own = _by_key(connection, _TASKS, "id", ids)
    about = _by_key(connection, _CASES, "case_id", {task["case_id"] for task in own.values()})
    return [TaskRow(**about[task["case_id"]] | task) for task in (own[each] for each in ids)]


def _by_key(connection: Connection, query: Prepared, key: str, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in query.rows(connection, {"keys": as_named(keys)})} if keys else {}


def rows() -> Select[Any]:
    """Tasks with their patient's and their case's columns, as `task_row` takes them."""
    return (
        select(*_OWN, *_OF_PATIENT, *_OF_CASE, _WITH_NAME)
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
    people = _whose(assignee, role)
    fits = [*cared_for_by(organisation), *_status(status, today), or_(*(and_(true(), *each) for each in people))]
    return [*fits, *_about(track, kind, q), *([] if due is None else [_due(due, today)])]


_OF_PATIENT = (
    patients.c.name.label("patient_name"),
    *(patients.c[name] for name in ("birth_date", "sex", "phone", "language", "time_zone")),
)
_OF_CASE = (cases.c.track, cases.c.aligned_on, cases.c.status.label("case_status"))
_JOINED = {"assignee_name", *(column.name for column in (*_OF_PATIENT, *_OF_CASE))}
_OWN = tuple(tasks.c[name] for name in TaskRow.__slots__ if name not in _JOINED)
_WITH_NAME = users.c.name.label("assignee_name")
_TASKS = Prepared(
    select(*_OWN, _WITH_NAME)
    .join_from(tasks, users, tasks.c.assignee == users.c.email, isouter=True)
    .where(has_key(tasks.c.id, "keys"))
)
_CASES = Prepared(
    select(cases.c.id.label("case_id"), *_OF_PATIENT, *_OF_CASE)
    .join_from(cases, patients, cases.c.patient_id == patients.c.id)
    .where(has_key(cases.c.id, "keys"))
)


def _status(status: str, today: date) -> list[ColumnElement[bool]]:
    if status == "snoozed":
        return [IS_OPEN, tasks.c.snoozed_until > today]  # index ix_tasks_snoozed
    if status == "open":
        return [IS_OPEN, *_in_sight(today)]
    return [tasks.c.status == status]


def _in_sight(today: date) -> list[ColumnElement[bool]]:
    return [or_(tasks.c.snoozed_until.is_(None), tasks.c.snoozed_until <= today)]


def _about(track: str | None, kind: str | None, q: str | None) -> list[ColumnElement[bool]]:
    fits = [] if track is None else [cases.c.track == track]
    if kind is not None:
        fits.append(tasks.c.kind == kind)
    return fits + [
        patients.c.name.icontains(word, autoescape=True) | tasks.c.title.icontains(word, autoescape=True)
        for word in (q or "").split()
    ]


def _whose(assignee: str | None, role: str | None) -> tuple[Conditions, ...]:
    """Whose tasks, as sets that have no task in common."""
    waits = [] if role is None else [tasks.c.role == role]
    if assignee is None:
        return (waits,)
    nobodys = [tasks.c.assignee.is_(None), *waits]
    if assignee == NOBODY:
        return (nobodys,)
    mine = [tasks.c.assignee == assignee]
    return (mine,) if role is None else (mine, nobodys)


def _due(due: str, today: date) -> ColumnElement[bool]:
    if due == "overdue":
        return tasks.c.due_on < today
    if due == "today":
        return tasks.c.due_on == today
    if due == "week":
        return and_(tasks.c.due_on >= today, tasks.c.due_on < today + WEEK)
    raise unknown_due(due)


def unknown_due(due: str) -> InvalidInput:
    return InvalidInput({"due": f"'{due}' is not known; choose one of {', '.join(DUE)}"})


def _comes_after(order: Sequence[ColumnElement[Any]], last: Rank) -> ColumnElement[bool]:
    day = tasks.c.due_on.type
    values = (
        literal(last.urgency),
        literal(last.lateness, day),
        literal(last.band),
        literal(last.priority),
        literal(last.due_on, day),
        literal(last.id),
    )
    return tuple_(*order) > tuple_(*values)
