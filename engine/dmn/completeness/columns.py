"""The columns of a table as dimensions: which values each may have, and at which of their places a cell holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, time
from typing import Final

from engine.dmn.columns import Input
from engine.dmn.completeness.axes import Axis, Choice, Scale, Strangers, bits, span
from engine.dmn.completeness.cells import Unreadable, bounds_of
from engine.dmn.completeness.effort import Effort, EffortSpent
from engine.dmn.intervals import (
    COUNT,
    DATE,
    DAYS,
    INSTANT,
    KINDS,
    LOCAL_INSTANT,
    LOCAL_TIME,
    MONTHS,
    NUMBER,
    WHOLE,
    Kind,
    kinds_of,
)
from engine.dmn.table import DecisionTable
from engine.feel import FeelError, UnaryTests, Value, kind_of, nodes

_KINDS: Final[dict[str, tuple[Kind, ...]]] = {
    "number": (NUMBER,),
    "whole number": (WHOLE,),
    "date": (DATE,),
    "time": (LOCAL_TIME,),
    "date and time": (INSTANT, LOCAL_INSTANT),
    "days and time duration": (DAYS,),
    "years and months duration": (MONTHS,),
    "string": (),
    "boolean": (),
}
#: What columns of other types hold; how a cell compares with it is not looked into.
_NESTED: Final[dict[str, tuple[Value, ...]]] = {"list": ([],), "context": ({},), "range": (), "function": ()}
#: Built-in functions whose value is a whole number, from 0 on.
_COUNTING: Final = ("count", "string length")
_MOST_DIMENSIONS: Final = 100
#: A place costs as much as looking at so many pieces, and more in a table of many rows.
_PER_PLACE: Final = 8


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that could not be turned into intervals, and why; allowed values have an empty `rule_id` and row 0."""

    rule_id: str
    row: int
    column: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """What one expression may be, cut into places; the last place is null.

    `columns` are the columns that show the expression, `allowed` the places that have a value it may have; `nested` is
    the kind of its values when they are lists, contexts, ranges or functions.
    """

    label: str
    columns: tuple[int, ...]
    axes: tuple[Axis, ...]
    samples: tuple[Value, ...] = field(repr=False)
    allowed: int = field(repr=False)
    nested: str = ""

    @property
    def null(self) -> int:
        """The set with the place of null alone."""
        return 1 << (len(self.samples) - 1)

    @property
    def given(self) -> int:
        """The allowed places of a value that is not null, and of a kind that the column is meant for."""
        meant = sum(len(axis.samples) for axis in self.axes if self.nested or not isinstance(axis, Strangers))
        return self.allowed & span(0, meant)  # strangers are the last axis

    def holding(self, tests: UnaryTests, effort: Effort) -> int:
        """The places whose values the tests accept; Unreadable when nobody can tell."""
        if not tests.tree.tests:
            return span(0, len(self.samples))
        if self.nested:
            raise Unreadable(f"tests a {self.nested}")
        bounds = bounds_of(tests, effort)
        effort.spend((2 * len(bounds) + 1) * (len(bounds) + 1))
        try:
            return self._holding(tests, bounds, effort)
        except FeelError as error:
            raise Unreadable(f"goes beyond a limit: {error}") from error

    def _holding(self, tests: UnaryTests, bounds: Sequence[Value], effort: Effort) -> int:
        found, offset = self.null if effort.ask(tests, None) else 0, 0
        for axis in self.axes:
            for part in axis.parts(bounds):
                sample = next((axis.samples[place] for place in bits(part) if axis.samples[place] is not None), None)
                if sample is not None and effort.ask(tests, sample):
                    found |= part << offset
            offset += len(axis.samples)
        return found

    def nicest(self, places: int) -> Value:
        """The value that shows best what a set of places holds; null only when there is nothing else."""
        axis, here = next(self._by_axis(places), (None, 0))
        return None if axis is None else axis.samples[min(bits(here), key=axis.rank)]

    def words(self, places: int) -> str:
        """A set of places as a condition on the column: `Age < 3 or in [5..7]`."""
        found = [words for axis, here in self._by_axis(places) for words in axis.words(here)]
        return f"{self.label} {' or '.join(found + ['is missing'] * bool(places & self.null))}"

    def cell(self, places: int) -> str:
        """A set of places as a cell of the column: `< 3, [5..7]`."""
        found = [test for axis, here in self._by_axis(places) for test in axis.tests(here)]
        return ", ".join(found + ["null"] * bool(places & self.null))

    def _by_axis(self, places: int) -> Iterator[tuple[Axis, int]]:
        offset = 0
        for axis in self.axes:
            here = places >> offset & span(0, len(axis.samples))
            if here:
                yield axis, here
            offset += len(axis.samples)


def dimensions_of(table: DecisionTable, unread: list[Unread], effort: Effort) -> tuple[Dimension, ...]:
    """One dimension for each different input expression; notes the allowed values that cannot be read."""
    places: dict[str, list[int]] = {}
    for index, column in enumerate(table.inputs):
        places.setdefault(column.expression.source, []).append(index)
    if len(places) > _MOST_DIMENSIONS:
        raise EffortSpent
    return tuple(_dimension(table, tuple(columns), unread, effort) for columns in places.values())


def _dimension(table: DecisionTable, columns: tuple[int, ...], unread: list[Unread], effort: Effort) -> Dimension:
    inputs = [table.inputs[index] for index in columns]
    limits = [(column.label, tests) for column in inputs for tests in _limits(column)]
    cells = [tests for _, tests in limits] + [rule.tests[index] for index in columns for rule in table.rules]
    bounds = list(_readable_bounds({cell.source: cell for cell in cells}.values(), effort))
    within = next(filter(None, map(nested, inputs)), "")
    axes = (Strangers(_NESTED[within]),) if within else _axes(inputs, bounds)
    samples = (*(sample for axis in axes for sample in axis.samples), None)
    effort.spend(len(samples) * (_PER_PLACE + len(table.rules) // 8))
    null = 1 << (len(samples) - 1)
    allowed = sum(1 << place for place, sample in enumerate(samples) if sample is not None) | null
    dimension = Dimension(inputs[0].label, columns, axes, samples, allowed, within)
    for label, tests in limits:
        try:
            allowed &= dimension.holding(tests, effort) | null
        except Unreadable as error:
            unread.append(Unread("", 0, label, tests.source, error.reason))
    return replace(dimension, allowed=allowed)


def _limits(column: Input) -> tuple[UnaryTests, ...]:
    """The allowed values of a column and of its type; those of a list are for its items."""
    if nested(column):
        return ()
    return (*column.kind.allowed, *([] if column.accepts is None else [column.accepts]))


def nested(column: Input) -> str:
    """The kind of a column of lists, contexts, ranges or functions; empty for all others."""
    kind = column.kind
    if kind.item is not None:
        return "list"
    return "context" if kind.members is not None else kind.kind if kind.kind in _NESTED else ""


def _readable_bounds(cells: Iterable[UnaryTests], effort: Effort) -> Iterable[Value]:
    for cell in cells:
        try:
            yield from bounds_of(cell, effort)
        except Unreadable:
            continue


def _axes(inputs: Sequence[Input], bounds: Sequence[Value]) -> tuple[Axis, ...]:
    """The axes of the declared type, else of the kinds that the cells name; text, when they name none."""
    declared = next((each.kind.kind for each in inputs if each.kind.kind in _KINDS), "")
    scales = _scales(inputs[0], declared, kinds_of(bounds))
    axes: list[Axis] = [Scale.cut(kind, bounds) for kind in scales]
    if declared == "boolean" or (not declared and any(isinstance(value, bool) for value in bounds)):
        axes.append(Choice.of_truth())
    has_text = any(isinstance(value, str) for value in bounds)
    if declared == "string" or (not declared and (has_text or not axes)):
        axes.append(Choice.of_text(bounds))
    if scales != (COUNT,):
        others = _others(axes, bounds)
        axes.append(Strangers(tuple(each for each in others if not declared or kind_of(each) == declared)))
    return tuple(axes)


def _others(axes: Sequence[Axis], bounds: Sequence[Value]) -> list[Value]:
    """Values of the kinds that have no axis; no gap is told of them, but a row may be there for them.

    A column without a type may hold any of them, one of dates and times local ones where its cells have a zone.
    """
    scales = [axis.kind for axis in axes if isinstance(axis, Scale)]
    choices = {type(value) for axis in axes if isinstance(axis, Choice) for value in axis.samples}
    samples = [kind.value(kind.home) for kind in KINDS if kind not in scales]
    samples += [value for value in ("", True, False) if type(value) not in choices]
    named = [value for value in bounds if isinstance(value, list | dict)]
    return [*samples, time(12, tzinfo=UTC), *named, [], {}]


def _scales(column: Input, declared: str, named: tuple[Kind, ...]) -> tuple[Kind, ...]:
    if declared in ("", "number", "whole number") and _counts(column):
        return (COUNT,)
    if not declared:
        return named
    return tuple(kind for kind in _KINDS[declared] if kind in named) or _KINDS[declared][:1]


def _counts(column: Input) -> bool:
    tree = column.expression.tree
    return isinstance(tree, nodes.Call) and isinstance(tree.callee, nodes.Name) and tree.callee.dotted in _COUNTING
