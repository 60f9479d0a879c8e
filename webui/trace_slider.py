"""The slider over a case's time: how long it is in minutes, where a moment stands on it, and a tick for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from worklists.trace_moments import CASE, CLOCK, EVENT, PERSON, RULE, Moment

WIDTH, HEIGHT = 1000, 18
_MINUTE = 60
_HEIGHTS = {CLOCK: 6, PERSON: 10, RULE: 14, EVENT: 14, CASE: 18}  # what is looked for stands out


@dataclass(frozen=True, slots=True)
class Ticks:
    """The ticks of one sort of moment, as one SVG path."""

    sort: str
    path: str


@dataclass(frozen=True, slots=True)
class Slider:
    """From the start of a case to now, or to its end; ``length`` and ``value`` are minutes."""

    start: datetime
    end: datetime
    length: int
    value: int
    ticks: tuple[Ticks, ...]


def slider(moments: Sequence[Moment], chosen: Moment, end: datetime) -> Slider:
    """The slider with a moment chosen."""
    start = moments[0].at
    length = max(_minutes(start, max(end, moments[-1].at)), 1)
    marks: dict[str, dict[int, None]] = {sort: {} for sort in _HEIGHTS}
    for each in moments:
        marks[each.sort][round(_minutes(start, each.at) * (WIDTH - 2) / length) + 1] = None
    ticks = tuple(
        Ticks(sort, "".join(f"M{x} {HEIGHT}v-{_HEIGHTS[sort]}" for x in found))
        for sort, found in marks.items()
        if found
    )
    return Slider(start, end, length, _minutes(start, chosen.at), ticks)


def _minutes(start: datetime, instant: datetime) -> int:
    """Whole minutes, begun ones counted: a moment is never after its place on the slider."""
    return -int((start - instant).total_seconds() // _MINUTE)
