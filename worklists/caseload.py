"""How much there is to do, by person and by what it is: counted in the database, a long list only to five hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Subquery,
    and_,
    case,
    distinct,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from engine.bpmn.extension import KINDS, TRACKS
from engine.store.prepared import Prepared
from engine.store.tables import cases, patients, tasks, users
from worklists.filters import Filter
from worklists.named import as_named, has_key
from worklists.queries import conditions
from worklists.ranking import PRIORITIES
from worklists.reach import reach
from worklists.wanted import TODAY, Conditions, Shape, Wanted, wanted

# A list is counted so far: nobody does more in a day, and what lies beyond must not slow the page down.
MOST = 500
Found = Mapping[str, Any]  # some columns of a task


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tasks, and how many of them press. ``people`` counts patients, 0 where they were not counted.

    ``at_least`` names what there is more of: a long list is counted to `MOST`.
    """

    total: int = 0
    urgent: int = 0
    overdue: int = 0
    today: int = 0
    people: int = 0
    at_least: frozenset[str] = frozenset()

    def said(self, name: str) -> str:
        """A count as people read it: "17", or "500+" where there are more."""
        return f"{getattr(self, name)}{'+' if name in self.at_least else ''}"


@dataclass(frozen=True, slots=True)
class Load:
    """One person's open tasks; nobody's have no email."""

    email: str | None
    name: str
    role: str | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Caseload:
    """What one person may see, counted list by list; a list that is asked about twice is read once."""

    connection: Connection
    email: str
    role: str
    organisation: str | None
    today: date
    _read: dict[Filter, Sequence[Found]] = field(default_factory=dict)
    _asked: dict[Filter, Wanted] = field(default_factory=dict)
    _others: dict[str, Sequence[str]] = field(default_factory=dict)

    def counts(self, chosen: Filter) -> Counts:
        """Counts of a list. Reads `MOST` tasks at most, three times, from the indexes of `worklists.runs.first_ids`."""
        rows = self._rows(chosen)
        if len(rows) <= MOST:
            return _tally(rows, self.today)
        pressing = self._so_far(chosen, _pressing)
        return replace(pressing, total=MOST, at_least=pressing.at_least | {"total"})

    def brief(self, chosen: Filter) -> Counts:
        """How many tasks there are in a list, and how many urgent ones: for a list that is not looked at now."""
        return self._so_far(chosen, _total)

    def by_track(self, chosen: Filter) -> dict[str, Counts]:
        """Counts of a list by track, in the tracks' order of size."""
        return self._by(chosen, "track", TRACKS)

    def by_kind(self, chosen: Filter) -> dict[str, Counts]:
        """Counts of a list by kind of task, in their order of size."""
        return self._by(chosen, "kind", KINDS)

    def _by(self, chosen: Filter, name: str, known: Sequence[str]) -> dict[str, Counts]:
        """Of a list that is longer than was counted, each part holds so many at least, and none may be left out."""
        rows, parts = self._rows(chosen), defaultdict[str, list[Found]](list)
        tracks = self._tracks(rows) if name == "track" else {}
        for row in rows:
            parts[tracks[row["case_id"]] if name == "track" else row["kind"]].append(row)
        found = {each: _tally(part, self.today) for each, part in parts.items()}
        if len(rows) > MOST:
            some = frozenset({"total", "urgent", "overdue", "today", "people"})
            every = {**dict.fromkeys(known), **found}
            found = {each: replace(found.get(each, Counts()), at_least=some) for each in every}
        return dict(sorted(found.items(), key=lambda item: (-item[1].total, item[0])))

    def _rows(self, chosen: Filter) -> Sequence[Found]:
        if chosen not in self._read:
            asked = self._wanted(chosen)
            self._read[chosen] = _first_of(asked.shape).rows(self.connection, asked.values)
        return self._read[chosen]

    def _tracks(self, rows: Sequence[Found]) -> dict[str, str]:
        """The track of each task's case: there are fewer cases than tasks."""
        found = _TRACKS.rows(self.connection, {"keys": as_named({row["case_id"] for row in rows})})
        return {row["id"]: row["track"] for row in found}

    def _so_far(self, chosen: Filter, statement: Callable[[Shape], Prepared]) -> Counts:
        asked = self._wanted(chosen)
        found: dict[str, int] = statement(asked.shape).rows(self.connection, asked.values)[0]
        at_least = frozenset(name for name, number in found.items() if number > MOST)
        return Counts(**{name: min(number, MOST) for name, number in found.items()}, at_least=at_least)

    def _wanted(self, chosen: Filter) -> Wanted:
        if chosen not in self._asked:
            own = chosen.query(self.email, self.role)
            asked = wanted(today=self.today, organisation=self.organisation, **own)
            self._asked[chosen] = reach(self.connection, asked, known=self._others)
        return self._asked[chosen]


def whole_counts(connection: Connection, *, organisation: str | None, today: date) -> Counts:
    """Everybody's open tasks about an organisation's patients, counted to the end: reads all of them."""
    query = select(*_columns(tasks.c, today)).join_from(tasks, patients, tasks.c.patient_id == patients.c.id)
    return _counts(connection.execute(query.where(*conditions(today=today, organisation=organisation))).one())


def team_loads(connection: Connection, *, organisation: str | None, today: date) -> list[Load]:
    """Everybody's open tasks about an organisation's patients, nobody's first, then who has most.

    Reads all open tasks once.
    """
    fits = conditions(today=today, organisation=organisation)
    query = (
        select(tasks.c.assignee, users.c.name, users.c.role, *_columns(tasks.c, today))
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


def _columns(of: Any, today: date) -> list[ColumnElement[Any]]:
    """What is counted, of the columns of tasks."""
    day, urgent = literal(today, tasks.c.due_on.type), of.priority == "urgent"
    return [
        func.count().label("total"),
        _sum(urgent),
        _sum(and_(~urgent, of.due_on < day)),
        _sum(and_(~urgent, of.due_on == day)),
        func.count(distinct(of.patient_id)),
    ]


@lru_cache(maxsize=256)
def _first_of(shape: Shape) -> Prepared:
    """Five hundred tasks of a list, and one more where there are more."""
    columns = (tasks.c.priority, tasks.c.due_on, tasks.c.patient_id, tasks.c.kind, tasks.c.case_id)
    return Prepared(select(_read_so_far(shape, ((),), columns)))


@lru_cache(maxsize=256)
def _pressing(shape: Shape) -> Prepared:
    """How many tasks of a list are urgent and how many of the others late, each counted so far."""
    columns: list[ColumnElement[Any]] = [
        _counted(_read_so_far(shape, _STRETCHES[part])).label(part) for part in ("urgent", "overdue")
    ]
    return Prepared(select(*columns))


@lru_cache(maxsize=256)
def _total(shape: Shape) -> Prepared:
    """How many tasks of a list are urgent and how many there are in all, of which no more is read than is counted."""
    pressing = select(_counted(_read_so_far(shape, _STRETCHES["urgent"])).label("number")).cte("pressing")
    urgent = pressing.prefix_with("MATERIALIZED")  # it is asked for three times
    left = select(_SO_FAR - urgent.c.number).scalar_subquery()
    others = select(_read_so_far(shape, _STRETCHES["others"])).limit(left).subquery()
    total = urgent.c.number + _counted(others)
    columns: list[ColumnElement[Any]] = [total.label("total"), urgent.c.number.label("urgent")]
    return Prepared(select(*columns))


def _counted(found: Subquery) -> ColumnElement[int]:
    return select(func.count()).select_from(found).scalar_subquery()


def _read_so_far(
    shape: Shape, stretches: Iterable[Conditions], columns: Sequence[ColumnElement[Any]] = (tasks.c.id,)
) -> Subquery:
    """The first tasks of some stretches of an index, as many as are counted and one more."""
    # As the index has them; what is reached by people or titles has no order, and needs none to be counted.
    in_order = () if shape.names_who_or_what else (tasks.c.priority, tasks.c.due_on, tasks.c.id)
    found = [
        select(shape.chosen(columns, whose).where(*stretch).order_by(*in_order).limit(_SO_FAR).subquery())
        for whose in shape.sets()
        for stretch in stretches
    ]
    return select(union_all(*found).subquery()).limit(_SO_FAR).subquery()


_TRACKS = Prepared(select(cases.c.id, cases.c.track).where(has_key(cases.c.id, "keys")))
_SO_FAR = literal_column(str(MOST + 1), Integer())
_OF_PRIORITY = {name: tasks.c.priority == literal_column(f"'{name}'") for name in PRIORITIES}
_STRETCHES: dict[str, tuple[Conditions, ...]] = {
    "urgent": ((_OF_PRIORITY["urgent"],),),
    # The words of the others come before "urgent" in an index, so they are one stretch of it.
    "others": ((tasks.c.priority < literal_column("'urgent'"),),),
    "overdue": tuple((of, tasks.c.due_on < TODAY) for name, of in _OF_PRIORITY.items() if name != "urgent"),
}


def _tally(rows: Sequence[Found], today: date) -> Counts:
    urgent = overdue = on_the_day = 0
    for row in rows:
        if row["priority"] == "urgent":
            urgent += 1
        elif row["due_on"] < today:
            overdue += 1
        elif row["due_on"] == today:
            on_the_day += 1
    return Counts(len(rows), urgent, overdue, on_the_day, people=len({row["patient_id"] for row in rows}))


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _counts(row: Sequence[Any]) -> Counts:
    total, urgent, overdue, on_the_day, people = (int(value) for value in row)
    return Counts(total, urgent, overdue, on_the_day, people)
