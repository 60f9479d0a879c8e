"""Inputs that no row of a table matches: boxes of given values, and what is missed only when a value is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.dmn.completeness.effort import Effort, EffortSpent
from engine.dmn.completeness.grid import Box, share, widened
from engine.dmn.completeness.layout import Layout
from engine.dmn.completeness.report import Gap
from engine.dmn.completeness.search import Search
from engine.dmn.table import HitPolicy

MOST_GAPS: Final = 5
_MOST_LOOKED_FOR: Final = 12
_ONE_ANSWER: Final = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST)


@dataclass(frozen=True, slots=True)
class Found:
    """Boxes of given values that no row meets; `all_there_are` when the whole space was looked through."""

    boxes: tuple[Box, ...]
    all_there_are: bool
    given_up: bool


def minds_gaps(layout: Layout) -> bool:
    """Whether an input without a row is left without an answer: a default is one, and so is an empty list."""
    table = layout.table
    return table.hit_policy in _ONE_ANSWER and all(output.default is None for output in table.outputs)


def gaps_of_values(layout: Layout, effort: Effort) -> Found:
    """The boxes in which every value is given and no row matches, the widest first."""
    space = layout.given
    if not all(space):
        return Found((), True, False)
    search = Search(layout.possible, space, layout.possible.everyone, effort)
    boxes: list[Box] = []
    exhausted = given_up = False
    try:
        while len(boxes) < _MOST_LOOKED_FOR and not exhausted:
            point = search.uncovered()
            exhausted = point is None
            if point is not None:
                boxes.append(widened(layout.possible, space, point))
                search.cover(boxes[-1])
    except EffortSpent:
        given_up = True
    boxes.sort(key=lambda box: -share(box, space))
    return Found(tuple(boxes), exhausted, given_up)


def gap_of_missing(layout: Layout, d: int, known: Found, effort: Effort) -> Gap | None:
    """A gap in which one value is missing and the others are given, where rows match whatever that value is."""
    given = layout.given
    if not all(given):
        return None
    space = tuple(each.null if at == d else given[at] for at, each in enumerate(layout.dimensions))
    search = Search(layout.possible, space, layout.possible.everyone, effort)
    for box in known.boxes:  # a gap of values too, wherever its other values are
        search.cover(tuple(each if at == d else box[at] for at, each in enumerate(space)))
    point = search.uncovered()
    return None if point is None else _gap(layout, widened(layout.possible, space, point), space, effort, d)


def told(layout: Layout, found: Found, effort: Effort) -> Iterator[Gap]:
    """The gaps of values that are told, each with an example that every row refuses."""
    space = layout.given
    for box in found.boxes[:MOST_GAPS]:
        gap = _gap(layout, box, space, effort)
        if gap is not None:
            yield gap


def _gap(layout: Layout, box: Box, space: Box, effort: Effort, missing: int | None = None) -> Gap | None:
    """The gap as it is told, if the rows themselves agree that none matches its example."""
    dimensions = layout.dimensions
    telling = [d for d in range(len(box)) if box[d] != space[d] or d == missing]
    example = layout.example(box, telling)
    refused = all(layout.is_missed_by(row, example, effort) for row in range(len(layout.table.rules)))
    if not refused or not layout.is_allowed(example, effort):
        return None
    cells = ["-"] * len(layout.table.inputs)
    for d in telling:
        for index in dimensions[d].columns:
            cells[index] = dimensions[d].cell(box[d])
    description = ", ".join(dimensions[d].words(box[d]) for d in telling)
    column = "" if missing is None else dimensions[missing].label
    return Gap("value" if missing is None else "null", column, description, tuple(cells), example)
