"""Whether what a scenario looks for is there; what is not is told with what stands in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from engine.scenarios.failure import NotSo
from engine.scenarios.model import (
    Appeared,
    CaseIs,
    Clause,
    Ended,
    EventTaken,
    FactsAre,
    Never,
    NoTask,
    OnlyTasks,
    Recorded,
    Sent,
    TaskOpen,
)
from engine.scenarios.moments import moment
from engine.scenarios.walk import Row, Walk
from engine.store.facts import decoded, latest
from engine.store.history import entries
from engine.store.outbox import outgoing_of_case
from engine.yaml_text import as_written


def judge(walk: Walk, clause: Clause) -> None:
    """Look for one line of `then`; raises NotSo when it is not there."""
    _JUDGES[type(clause)](walk, clause)


# -- tasks ------------------------------------------------------------------------------------------------------------
def _task(walk: Walk, clause: TaskOpen) -> None:
    rows = [row for row in walk.open_tasks(clause.case) if row["element_id"] == clause.element]
    if not rows:
        raise NotSo(f"no task '{clause.element}' is open{_last(walk, clause)}")
    if clause.count is not None and len(rows) != clause.count:
        raise NotSo(f"{len(rows)} of them")
    wrong = [_differences(walk, clause, row) for row in rows]
    if all(wrong):
        raise NotSo("; or ".join(", ".join(each) for each in wrong))


def _differences(walk: Walk, clause: TaskOpen, row: Row) -> list[str]:
    frame = walk.frame(clause.case)
    days = {column: told.day(frame) for column, told in clause.days.items()}
    found = [f"{name} is {row[name] or 'nothing'}" for name, value in clause.exact.items() if row[name] != value]
    for column, day in days.items():
        if row[column] != day:
            found.append(f"{_KEYS[column]} {_day(row[column], walk, clause)} instead of {_day(day, walk, clause)}")
    for column, texts in clause.contains.items():
        missing = [text for text in texts if text.lower() not in str(row[column]).lower()]
        found += [f"{column} says '{row[column]}', not '{text}'" for text in missing]
    return found


def _only_tasks(walk: Walk, clause: OnlyTasks) -> None:
    there = Counter(row["element_id"] for row in walk.open_tasks(clause.case))
    wanted = Counter(clause.elements)
    if there != wanted:
        missing, besides = sorted((wanted - there).elements()), sorted((there - wanted).elements())
        parts = [f"{word} {', '.join(some)}" for word, some in (("without", missing), ("also", besides)) if some]
        raise NotSo("; ".join(parts))


def _no_task(walk: Walk, clause: NoTask) -> None:
    _none(row for row in walk.open_tasks(clause.case) if clause.tasks.holds(row))


def _never(walk: Walk, clause: Never) -> None:
    _none(row for row in walk.all_tasks(clause.case) if clause.tasks.holds(row))


def _none(rows: Iterable[Row]) -> None:
    found = [f"{row['element_id']} ('{row['title']}', {row['status']}, since {row['opens_on']})" for row in rows]
    if found:
        raise NotSo(", ".join(found))


def _appeared(walk: Walk, clause: Appeared) -> None:
    frame = walk.frame(clause.case)
    there = [row["opens_on"] for row in walk.all_tasks(clause.case) if row["element_id"] == clause.element]
    if sorted(there) != sorted(told.day(frame) for told in clause.on):
        raise NotSo(", ".join(_day(day, walk, clause) for day in sorted(there)) or "it never appeared")


def _ended(walk: Walk, clause: Ended) -> None:
    there = [row for row in walk.all_tasks(clause.case) if row["element_id"] == clause.element]
    if not there:
        raise NotSo(f"there never was a task '{clause.element}'")
    if there[-1]["status"] != clause.status:
        raise NotSo(f"it is {there[-1]['status']}")


def _last(walk: Walk, clause: TaskOpen) -> str:
    """What became of it, where it was there before."""
    there = [row for row in walk.all_tasks(clause.case) if row["element_id"] == clause.element]
    return f"; the last one was {there[-1]['status']}, since {there[-1]['opens_on']}" if there else ""


# -- the case ---------------------------------------------------------------------------------------------------------
def _case(walk: Walk, clause: CaseIs) -> None:
    row = walk.case(clause.case)
    closed = row["closed_at"] is not None
    if clause.status not in (None, row["status"]) or clause.closed not in (None, closed):
        raise NotSo(f"{row['status']}, {'closed' if closed else 'not closed'}")


def _facts(walk: Walk, clause: FactsAre) -> None:
    wrong = []
    with walk.engine.db.reading() as connection:
        for name, wanted in clause.facts.items():
            row = latest(connection, walk.case_id(clause.case), name)
            value = None if row is None else decoded(dict(row))
            if not _same(value, wanted, walk, clause):
                wrong.append(f"{name} is {'not known' if value is None else _plain(value)}")
    if wrong:
        raise NotSo("; ".join(wrong))


def _same(value: Any, wanted: Any, walk: Walk, clause: Clause) -> bool:
    """Whether a fact has the value that a scenario writes: a number by its value, a day by its words, too."""
    if isinstance(value, date) and not isinstance(value, datetime):
        told = moment(wanted)
        return told is not None and told.day(walk.frame(clause.case)) == value
    if isinstance(value, Decimal) and isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return value == Decimal(str(wanted))
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(_same(a, b, walk, clause) for a, b in zip(value, wanted, strict=True))
    if isinstance(value, bool):
        return wanted in (("yes", True) if value else ("no", False))
    return bool(value == wanted)


def _event(walk: Walk, clause: EventTaken) -> None:
    if walk.event_taken is None:
        raise NotSo("no event has come yet")
    if walk.event_taken != clause.taken:
        raise NotSo("something waited for it" if walk.event_taken else "nothing waited for it")


def _recorded(walk: Walk, clause: Recorded) -> None:
    with walk.engine.db.reading() as connection:
        found = entries(connection, walk.case_id(clause.case))
    there = [row["summary"] for row in found if clause.sentence.lower() in row["summary"].lower()]
    if there and not clause.there:
        raise NotSo(f"an entry says: {there[-1]}")
    if clause.there and not there:
        last = "; ".join(row["summary"] for row in found[-3:])
        raise NotSo(f"no entry says so; the last ones: {last}")


def _sent(walk: Walk, clause: Sent) -> None:
    with walk.engine.db.reading() as connection:
        rows = outgoing_of_case(connection, walk.case_id(clause.case))
    there = [row["payload"] for row in rows if row["operation"] == clause.operation]
    fitting = [each for each in there if all(each.get(key) == value for key, value in clause.payload.items())]
    if not fitting or (clause.count is not None and len(fitting) != clause.count):
        told = [{key: each.get(key) for key in clause.payload} for each in there]
        raise NotSo(f"{len(fitting)} such; {len(there)} of {clause.operation} in all: {as_written(told)}")


def _day(day: date | None, walk: Walk, clause: Clause) -> str:
    if day is None:
        return "never"
    return f"day {(day - walk.case(clause.case)['aligned_on']).days} ({day})"


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


_KEYS: Final = {"due_on": "due", "closes_on": "closes", "opens_on": "opened"}
_JUDGES: Final[Mapping[type, Callable[[Walk, Any], None]]] = {
    TaskOpen: _task,
    OnlyTasks: _only_tasks,
    NoTask: _no_task,
    Never: _never,
    Appeared: _appeared,
    Ended: _ended,
    CaseIs: _case,
    FactsAre: _facts,
    EventTaken: _event,
    Recorded: _recorded,
    Sent: _sent,
}
