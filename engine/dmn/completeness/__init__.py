"""Overlaps, gaps and rows that never answer in a decision table, each with an example that its own cells confirm.

Nothing is reported that is not certain: a cell that reads the facts of a case proves neither cover nor overlap, and is
listed as unread. Columns are taken for independent, save those with the same expression, which are one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from engine.dmn.completeness.columns import Unread
from engine.dmn.completeness.effort import Effort, EffortSpent
from engine.dmn.completeness.gaps import Found, gap_of_missing, gaps_of_values, minds_gaps, told
from engine.dmn.completeness.layout import Layout, layout_of
from engine.dmn.completeness.overlaps import overlaps_in
from engine.dmn.completeness.reach import hidden, impossible_rows, rows_before
from engine.dmn.completeness.report import Analysis, Example, Gap, Overlap, Unreached
from engine.dmn.completeness.sentences import Problem, problems
from engine.dmn.table import DecisionTable

__all__ = [
    "Analysis",
    "Example",
    "Gap",
    "Overlap",
    "Problem",
    "Unreached",
    "Unread",
    "analyse",
    "findings",
]

#: A table with more is broken as a whole, and a longer list helps nobody.
MOST_OVERLAPS: Final = 100
_EFFORT: Final = 2_000_000
_EFFORT_FOR_ONE: Final = 250_000
_MOST_NAMED: Final = 10


def analyse(table: DecisionTable) -> Analysis:
    """What can be said of a table without a case, in bounded work."""
    try:
        layout = layout_of(table, Effort(_EFFORT))
    except EffortSpent:
        return Analysis(unfinished=("the table is too large to be looked through",))
    unbounded = next((each for each in layout.unread if not each.row), None)
    if unbounded is not None:
        unknown = f"which values '{unbounded.column}' allows is not known: their list {unbounded.reason}"
        return Analysis(unread=layout.unread, unfinished=(unknown,))
    unfinished: list[str] = []
    overlaps = tuple(_overlaps(layout, unfinished))
    gaps = tuple(_gaps(layout, unfinished))
    unreached = (*impossible_rows(layout), *_hidden(layout, unfinished))
    return Analysis(overlaps, gaps, unreached, layout.unread, tuple(unfinished))


def findings(table: DecisionTable) -> Iterator[Problem]:
    """The problems of a table, in words for the person who draws it."""
    return problems(analyse(table), table.hit_policy)


def _overlaps(layout: Layout, unfinished: list[str]) -> Iterator[Overlap]:
    found = overlaps_in(layout, Effort(_EFFORT))
    try:
        yield from islice(found, MOST_OVERLAPS)
        if next(found, None) is not None:
            unfinished.append(f"more than {MOST_OVERLAPS} pairs of rows overlap, and the others are not listed")
    except EffortSpent:
        unfinished.append("the table has too many rows to find every two that overlap")


def _gaps(layout: Layout, unfinished: list[str]) -> Iterator[Gap]:
    if not minds_gaps(layout):
        return
    found = gaps_of_values(layout, Effort(_EFFORT))
    try:
        yield from told(layout, found, Effort(_EFFORT))
    except EffortSpent:
        found = replace(found, given_up=True)
    if found.given_up:
        unfinished.append("the table is too large to find every gap")
    elif found.all_there_are:
        yield from _gaps_of_missing(layout, found, unfinished)


def _gaps_of_missing(layout: Layout, found: Found, unfinished: list[str]) -> Iterator[Gap]:
    effort, undecided = Effort(_EFFORT), []
    for d, dimension in enumerate(layout.dimensions):
        try:
            gap = gap_of_missing(layout, d, found, effort.part(_EFFORT_FOR_ONE))
        except EffortSpent:
            undecided.append(dimension.label)
        else:
            yield from () if gap is None else (gap,)
    if undecided:
        what = "the table is too large to see whether it answers when one of these is missing"
        unfinished.append(f"{what}: {_some_of(undecided)}")


def _hidden(layout: Layout, unfinished: list[str]) -> Iterator[Unreached]:
    effort, undecided = Effort(_EFFORT), []
    try:
        order = rows_before(layout, effort)
    except EffortSpent:
        unfinished.append("the outputs take too long to evaluate to see which rows go before others")
        return
    for row, before in order.items():
        try:
            found = hidden(layout, row, before, effort.part(_EFFORT_FOR_ONE))
        except EffortSpent:
            undecided.append(str(layout.table.rules[row].index))
        else:
            yield from () if found is None else (found,)
    if undecided:
        unfinished.append(f"the table is too large to see whether these rows ever answer: {_some_of(undecided)}")


def _some_of(names: Sequence[str]) -> str:
    rest = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")
