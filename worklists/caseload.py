"""How much there is to do, by person and by what it is: counted in the database, not by reading the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, distinct, func, literal, select

from engine.store.tables import cases, patients, tasks, users
from worklists.filters import Filter
from worklists.queries import conditions


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tasks, and how many of them press. ``people`` counts patients."""

    total: int = 0
    urgent: int = 0
    overdue: int = 0
    today: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """One person's open tasks; nobody's have no email."""

    email: str | None
    name: str
    role: str | None
    counts: Counts


def counts(
    connection: Connection, chosen: Filter, *, email: str, role: str, organisation: str | None, today: date
) -> Counts:
    """Counts of a list. Relies on ix_tasks_open_assignee for one person's."""
    row = connection.execute(_counted(chosen, email, role, organisation, today, _columns(today))).one()
    return _counts(row)


def counts_by_track(
    connection: Connection, chosen: Filter, *, email: str, role: str, organisation: str | None, today: date
) -> dict[str, Counts]:
    """Counts of a list by track, in the tracks' order of size."""
    columns = [cases.c.track, *_columns(today)]
    found = _counted(chosen, email, role, organisation, today, columns).group_by(cases.c.track)
    by_track = {row[0]: _counts(row[1:]) for row in connection.execute(found)}
    return dict(sorted(by_track.items(), key=lambda item: (-item[1].total, item[0])))


def counts_by_kind(
    connection: Connection, chosen: Filter, *, email: str, role: str, organisation: str | None, today: date
) -> dict[str, Counts]:
    """Counts of a list by kind of task, in their order of size."""
    columns = [tasks.c.kind, *_columns(today)]
    found = _counted(chosen, email, role, organisation, today, columns).group_by(tasks.c.kind)
    by_kind = {row[0]: _counts(row[1:]) for row in connection.execute(found)}
    return dict(sorted(by_kind.items(), key=lambda item: (-item[1].total, item[0])))


def team_loads(connection: Connection, *, organisation: str | None, today: date) -> list[Load]:
    """Everybody's open tasks about an organisation's patients, nobody's first, then who has most.

    Reads all open tasks once.
    """
    fits = conditions(today=today, organisation=organisation)
    query = (
        select(tasks.c.assignee, users.c.name, users.c.role, *_columns(today))
        .join_from(tasks, patients, tasks.c.patient_id == patients.c.id)
        .join(users, tasks.c.assignee == users.c.email, isouter=True)
        .where(*fits)
        .group_by(tasks.c.assignee, users.c.name, users.c.role)
    )
    loads = [
        Load(email, "Nobody yet" if name is None else name, role, _counts(rest))
        for email, name, role, *rest in connection.execute(query)
    ]
    return sorted(loads, key=lambda load: (load.email is not None, -load.counts.total, load.name))


def _columns(today: date) -> list[ColumnElement[Any]]:
    day = literal(today, tasks.c.due_on.type)
    urgent = tasks.c.priority == "urgent"
    return [
        func.count().label("total"),
        _sum(urgent),
        _sum(and_(~urgent, tasks.c.due_on < day)),
        _sum(and_(~urgent, tasks.c.due_on == day)),
        func.count(distinct(tasks.c.patient_id)),
    ]


def _counted(
    chosen: Filter,
    email: str,
    role: str,
    organisation: str | None,
    today: date,
    columns: Sequence[ColumnElement[Any]],
) -> Select[Any]:
    fits = conditions(today=today, organisation=organisation, **chosen.query(email, role))
    return (
        select(*columns)
        .select_from(tasks)
        .join(patients, tasks.c.patient_id == patients.c.id)
        .join(cases, tasks.c.case_id == cases.c.id)
        .where(*fits)
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _counts(row: Sequence[Any]) -> Counts:
    return Counts(*(int(value) for value in row))
