"""When did something happen in a case: its record as moments, each one command or one instant of the clock's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands import WORKER

PERSON, CLOCK, EVENT, RULE, CASE = "person", "clock", "event", "rule", "case"
_EVENTS = frozenset({"event.received", "event.unmatched"})


@dataclass(frozen=True, slots=True)
class Moment:
    """Entries that belong together, from ``first`` to ``last``; ``sort`` is what a person looks for in it."""

    first: int
    last: int
    at: datetime
    actor: str
    sort: str
    elements: frozenset[str]


def moments(outline: Sequence[Any]) -> tuple[Moment, ...]:
    """A record's moments in order.

    What a person or another system did is one moment with all that it led to. When the clock catches up, each instant
    at which timers fired is a moment of its own, although one command ran them all.
    """
    return tuple(_moment(group) for group in _groups(outline))


def moment_of(found: Sequence[Moment], seq: int) -> Moment:
    """The moment that an entry belongs to; the nearest one for a number that no entry has."""
    place = bisect_right(found, seq, key=lambda each: each.first) - 1
    return found[max(place, 0)]


def moment_at(found: Sequence[Moment], instant: datetime) -> Moment:
    """The last moment that had happened by an instant; the first one before anything had."""
    place = bisect_right(found, instant, key=lambda each: each.at) - 1
    return found[max(place, 0)]


def place_of(found: Sequence[Moment], moment: Moment) -> int:
    """The moment's place, counted from 0."""
    return bisect_right(found, moment.first, key=lambda each: each.first) - 1


def _groups(outline: Sequence[Any]) -> Iterable[list[Any]]:
    group: list[Any] = []
    for row in outline:
        if group and _begins_another(group[-1], row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _begins_another(before: Any, row: Any) -> bool:
    if (row.command, row.actor) != (before.command, before.actor):
        return True
    return bool(row.kind == "timer.fired" and before.kind != "timer.fired")


def _moment(group: Sequence[Any]) -> Moment:
    elements = frozenset(row.element_id for row in group if row.element_id)
    return Moment(group[0].seq, group[-1].seq, group[0].at, group[0].actor, _sort(group), elements)


def _sort(group: Sequence[Any]) -> str:
    kinds = {row.kind for row in group}
    if any(kind.startswith("case.") for kind in kinds) or "process.migrated" in kinds:
        return CASE
    if "rule.matched" in kinds:
        return RULE
    if kinds & _EVENTS and group[0].kind in _EVENTS:
        return EVENT
    return CLOCK if group[0].actor == WORKER.id else PERSON
