"""Where a list of open tasks is read: stretches of an index that are in the list's order, each from its beginning.

An order that depends on today cannot stand in an index. But of the tasks of one priority that all press, or all do
not, the one due first comes first, whatever the day: what is late before what is not, the latest first. So the first
hundred of a list are among the first hundred of each such stretch, and no more of it is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    String,
    bindparam,
    case,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from engine.store.prepared import Prepared
from engine.store.tables import tasks
from worklists.ranking import BANDS, PRIORITIES, SAFETY, WEEK, Rank
from worklists.wanted import NEXT_WEEK, TODAY, Conditions, Shape, Wanted

# Written out, as `worklists.wanted.IS_OPEN` is. What is urgent presses by that alone: named twice, by two indexes.
_OF_PRIORITY = {name: tasks.c.priority == literal_column(f"'{name}'") for name in PRIORITIES}
_IS_SAFETY = tasks.c.kind == literal_column(f"'{SAFETY}'")
# A `Rank`, bound.
_LAST: tuple[ColumnElement[Any], ...] = (
    bindparam("last_urgency", type_=Integer()),
    bindparam("last_lateness", type_=Date()),
    bindparam("last_band", type_=Integer()),
    bindparam("last_priority", type_=Integer()),
    bindparam("last_due_on", type_=Date()),
    bindparam("last_id", type_=String()),
)
# Where a stretch begins: with its first task; behind the last one shown; with the first of the day, or the days, that
# that one's priority shares with others in the order; with the first after these; or nowhere.
Begin = Literal["first", "behind", "beside", "after", "past"]
_BEGINS: dict[Begin, Conditions] = {
    "first": (),
    "behind": (
        tuple_(tasks.c.due_on, tasks.c.id)
        > tuple_(bindparam("last_due", type_=Date()), bindparam("last_id", type_=String())),
    ),
    "beside": (tasks.c.due_on >= bindparam("beside", type_=Date()),),
    "after": (tasks.c.due_on >= bindparam("after", type_=Date()),),
}


def first_ids(connection: Connection, wanted: Wanted, *, today: date, after: Rank | None, limit: int) -> list[str]:
    """The tasks that come first, at most ``limit``, behind ``after``.

    Index ix_tasks_open_mine for a person's, ix_tasks_open_pool for what nobody has, ix_tasks_open_due for
    everybody's, ix_tasks_open_of_kind for everybody's of one kind, ix_tasks_open_role for a role's pool; for what
    presses ix_tasks_pressing_mine and _due. What is few is read whole, by ix_tasks_open_of_patient and _of_title.
    """
    if wanted.shape.is_few:
        beyond = {} if after is None else {f"last_{name}": value for name, value in asdict(after).items()}
        statement = _first_of_few(wanted.shape, "first" if after is None else "behind", limit)
        return [row["id"] for row in statement.rows(connection, {**wanted.values, **beyond})]
    found: list[str] = []
    for pressing in (True, False):
        begins, values = _begins(pressing, after, today)
        if len(found) < limit and any(begin != "past" for begin in begins):
            statement = _first(wanted.shape, pressing, begins, limit)
            found += [row["id"] for row in statement.rows(connection, {**wanted.values, **values})]
    return found[:limit]


def places(of: Any, today: ColumnElement[date], next_week: ColumnElement[date]) -> Sequence[ColumnElement[Any]]:
    """`ranking.rank` as SQL, of the columns of tasks; a test holds the two together."""
    band = case(
        (of.due_on < today, BANDS.index("overdue")),
        (of.due_on == today, BANDS.index("today")),
        (of.due_on < next_week, BANDS.index("week")),
        else_=BANDS.index("later"),
    )
    priority = case((of.priority == "urgent", 0), (of.priority == "high", 1), else_=PRIORITIES.index("normal"))
    urgency = case((or_(of.priority == "urgent", of.kind == SAFETY), 0), else_=1)
    return (urgency, case((of.due_on < today, of.due_on), else_=today), band, priority, of.due_on, of.id)


@lru_cache(maxsize=512)
def _first(shape: Shape, pressing: bool, begins: tuple[Begin, ...], limit: int) -> Prepared:
    """The statement for what presses, or for the rest; built once for each shape, the limit being part of the plan."""
    columns = (tasks.c.id, tasks.c.priority, tasks.c.due_on, tasks.c.kind)
    most = literal_column(str(limit), Integer())
    stretches = [
        select(
            shape.chosen(columns, whose)
            .where(*_presses(name) if pressing else _is_plain(name), *_BEGINS[begin])
            .order_by(tasks.c.due_on, tasks.c.id)
            .limit(most)
            .subquery()
        )
        for name, begin in zip(PRIORITIES, begins, strict=True)
        if begin != "past"
        for whose in shape.sets_in_order()
    ]
    found = union_all(*stretches).subquery()
    return Prepared(select(found.c.id).order_by(*places(found.c, TODAY, NEXT_WEEK)).limit(most))


@lru_cache(maxsize=512)
def _first_of_few(shape: Shape, begin: Literal["first", "behind"], limit: int) -> Prepared:
    """The statement for tasks that are read whole and put in order: apart from one another, or the order would lead."""
    columns = (tasks.c.id, tasks.c.priority, tasks.c.due_on, tasks.c.kind)
    whole = union_all(*(shape.chosen(columns, each) for each in shape.sets())).cte("found")
    found = whole.prefix_with("MATERIALIZED")
    order = places(found.c, TODAY, NEXT_WEEK)
    first = select(found.c.id).order_by(*order).limit(literal_column(str(limit), Integer()))
    return Prepared(first if begin == "first" else first.where(tuple_(*order) > tuple_(*_LAST)))


def _presses(priority: str) -> Conditions:
    return (_OF_PRIORITY[priority],) if priority == "urgent" else (_OF_PRIORITY[priority], _IS_SAFETY)


def _is_plain(priority: str) -> Conditions:
    return (_OF_PRIORITY[priority], ~_IS_SAFETY)


def _begins(pressing: bool, last: Rank | None, today: date) -> tuple[tuple[Begin, ...], Mapping[str, Any]]:
    """Where each priority's stretch begins, so that its tasks come after the last one that was shown."""
    urgency = 0 if pressing else 1
    begins: list[Begin] = ["first"] * len(PRIORITIES)
    values: dict[str, Any] = {}
    if last is not None and last.urgency >= urgency:
        begins = ["past"] * len(PRIORITIES)
    if last is not None and last.urgency == urgency:
        beside, after = _days_of(last, today)
        sooner: Begin = "past" if after is None else "after"
        for place in range(len(PRIORITIES)):
            begins[place] = "behind" if place == last.priority else "beside" if place > last.priority else sooner
        values = {"last_due": last.due_on, "last_id": last.id, "beside": beside, "after": after}
    begins[0] = begins[0] if pressing else "past"  # what is urgent presses
    return tuple(begins), values


def _days_of(last: Rank, today: date) -> tuple[date, date | None]:
    """From when on, a task of a lower priority comes after the last one; and from when on, one of a higher."""
    day = timedelta(days=1)
    if last.due_on < today:  # of late ones the day comes before the priority
        return last.due_on, last.due_on + day
    if last.due_on == today:
        return today, today + day
    return (today + day, today + WEEK) if last.due_on < today + WEEK else (today + WEEK, None)
