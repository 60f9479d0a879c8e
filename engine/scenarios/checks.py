"""What a scenario may look for: one reader for each verb of `then`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.bpmn.extension import KINDS, PRIORITIES, ROLES
from engine.operations import OPERATIONS
from engine.scenarios.clauses import Line, Reader, mapping_at, moment_at, texts_at
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
from engine.scenarios.moments import EXAMPLES, Moment, moment
from engine.statuses import FINAL, RUNNING

_WORDS: Final = {"role": ROLES, "priority": PRIORITIES, "kind": KINDS}
_DAYS: Final = {"due": "due_on", "closes": "closes_on", "opened": "opens_on"}
STATUSES: Final = (*RUNNING, *FINAL)


def _task(line: Line) -> Clause:
    """`task: collect_baseline` with what it must say; `title` and `why` may be told in part."""
    line.only(*_WORDS, *_DAYS, "title", "why", "count")
    entry = line.entry
    days = {column: moment_at(entry, key) for key, column in _DAYS.items()}
    return TaskOpen(
        **line.where,
        element=line.element(),
        exact={key: entry.choice(key, words) for key, words in _WORDS.items() if key in entry.values},
        days={column: found for column, found in days.items() if found is not None},
        contains={key: texts_at(entry, key) for key in ("title", "why") if key in entry.values},
        count=entry.optional_integer("count"),
    )


def _only_tasks(line: Line) -> Clause:
    line.only()
    if line.value in ("none", []):
        return OnlyTasks(**line.where, elements=())
    listed = line.value if isinstance(line.value, list) else [line.value]
    elements = [line.names.element(line.entry, line.verb, each) for each in listed]
    return OnlyTasks(**line.where, elements=tuple(sorted(elements)))


def _no_task(line: Line) -> Clause:
    line.only()
    return NoTask(**line.where, tasks=line.names.some(line.entry, line.verb, line.value))


def _never(line: Line) -> Clause:
    line.only()
    return Never(**line.where, tasks=line.names.some(line.entry, line.verb, line.value))


def _appeared(line: Line) -> Clause:
    line.only("on")
    told = line.entry.values.get("on")
    found = [(each, moment(each)) for each in (told if isinstance(told, list) else [told])]
    days: list[Moment] = []
    for text, day in found:
        if day is None:
            raise line.entry.fail("on", f"'{text}' is not a day; {EXAMPLES}")
        days.append(day)
    return Appeared(**line.where, element=line.element(), on=tuple(days))


def _done(line: Line) -> Clause:
    line.only()
    return Ended(**line.where, element=line.element(), status=line.verb)


def _case(line: Line) -> Clause:
    line.only("closed")
    closed = line.entry.flag("closed", False) if "closed" in line.entry.values else None
    return CaseIs(**line.where, status=line.entry.choice("case", STATUSES), closed=closed)


def _facts(line: Line) -> Clause:
    line.only()
    facts = line.entry.entry("facts").values
    if not facts:
        raise line.entry.fail("facts", "name at least one fact")
    for name in facts:
        line.names.check_fact(line.entry, "facts", str(name))
    return FactsAre(**line.where, facts=facts)


def _event(line: Line) -> Clause:
    line.only()
    return EventTaken(**line.where, taken=line.entry.choice("event", ("taken", "not taken")) == "taken")


def _record(line: Line) -> Clause:
    line.only()
    return Recorded(**line.where, sentence=line.entry.text(line.verb), there=line.verb == "record")


def _sent(line: Line) -> Clause:
    """`sent: care_update.send` with members of its payload, and how many of it."""
    line.only("with", "count")
    operation = line.entry.choice("sent", tuple(OPERATIONS))
    payload, count = mapping_at(line.entry, "with"), line.entry.optional_integer("count")
    return Sent(**line.where, operation=operation, payload=payload, count=count)


CHECKS: Final[Mapping[str, Reader]] = {
    "task": _task,
    "tasks": _only_tasks,
    "no task": _no_task,
    "never": _never,
    "appeared": _appeared,
    "done": _done,
    "cancelled": _done,
    "case": _case,
    "facts": _facts,
    "event": _event,
    "record": _record,
    "no record": _record,
    "sent": _sent,
}
