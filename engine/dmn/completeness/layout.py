"""A decision table as boxes: what each row may match, what it matches for certain, and examples that prove it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.dmn.columns import Input
from engine.dmn.completeness.axes import span
from engine.dmn.completeness.cells import Unreadable
from engine.dmn.completeness.columns import Dimension, Unread, dimensions_of, nested
from engine.dmn.completeness.effort import Effort
from engine.dmn.completeness.grid import Box, Grid
from engine.dmn.completeness.report import Example
from engine.dmn.table import DecisionTable
from engine.dmn.types import conforms
from engine.feel import Budget, UnaryTests, Value, to_text


@dataclass(frozen=True, slots=True)
class Layout:
    """`possible` has for each row all that it may match, `certain` what it matches whatever the facts of a case are.

    The two differ where a cell is in `unread`: it may hold anywhere, and holds nowhere for certain. `unsure` are these
    cells by row and column, from 0.
    """

    table: DecisionTable = field(repr=False)
    dimensions: tuple[Dimension, ...]
    possible: Grid
    certain: Grid
    unread: tuple[Unread, ...]
    unsure: frozenset[tuple[int, int]] = field(repr=False)

    @property
    def space(self) -> Box:
        """All inputs, also those with a value missing."""
        return tuple(dimension.allowed for dimension in self.dimensions)

    @property
    def given(self) -> Box:
        """The inputs of which no value is missing."""
        return tuple(dimension.given for dimension in self.dimensions)

    def example(self, box: Box, telling: Iterable[int]) -> Example:
        """An input in a box; `telling` are the dimensions of which its summary speaks."""
        values = [dimension.nicest(places) for dimension, places in zip(self.dimensions, box, strict=True)]
        by_column = {index: values[d] for d, each in enumerate(self.dimensions) for index in each.columns}
        ordered = tuple(by_column[index] for index in range(len(self.table.inputs)))
        labels = [column.label for column in self.table.inputs]
        inputs = tuple((label, to_text(value)) for label, value in zip(labels, ordered, strict=True))
        told = [f"{self.dimensions[d].label} = {to_text(values[d])}" for d in telling]
        return Example(inputs, ordered, ", ".join(told))

    def is_allowed(self, example: Example, effort: Effort) -> bool:
        """Whether the columns take an input as it is."""
        pairs = zip(self.table.inputs, example.values, strict=True)
        return all(_takes(column, value, effort) for column, value in pairs)

    def matches(self, row: int, example: Example, effort: Effort) -> bool:
        """Whether a row that is read matches an input, as its own cells say."""
        tests = self.table.rules[row].tests
        return all(effort.ask(test, value) for test, value in zip(tests, example.values, strict=True))

    def is_missed_by(self, row: int, example: Example, effort: Effort) -> bool:
        """Whether a cell of a row refuses an input, whatever the facts of a case are."""
        cells = enumerate(zip(self.table.rules[row].tests, example.values, strict=True))
        return any((row, column) not in self.unsure and not effort.ask(*cell) for column, cell in cells)


def _takes(column: Input, value: Value, effort: Effort) -> bool:
    if value is None or nested(column):
        return True
    fits = conforms(value, column.kind, Budget())
    return fits and (column.accepts is None or effort.ask(column.accepts, value))


def layout_of(table: DecisionTable, effort: Effort) -> Layout:
    """Read every cell of a table; EffortSpent when it is too large."""
    unread: list[Unread] = []
    dimensions = dimensions_of(table, unread, effort)
    by_column = {index: d for d, dimension in enumerate(dimensions) for index in dimension.columns}
    reader = _Reader(table, [dimensions[by_column[index]] for index in range(len(table.inputs))], effort)
    possible, certain = [], []
    for row in range(len(table.rules)):
        wide, narrow = [each.allowed for each in dimensions], [each.allowed for each in dimensions]
        for column in range(len(table.inputs)):
            places, d = reader.places(row, column), by_column[column]
            wide[d] &= span(0, len(dimensions[d].samples)) if places is None else places
            narrow[d] &= places or 0
        possible.append(tuple(wide))
        certain.append(tuple(narrow))
    sizes = [len(dimension.samples) for dimension in dimensions]
    grid = Grid.of(possible, sizes)
    sure = grid if certain == possible else Grid.of(certain, sizes)
    return Layout(table, dimensions, grid, sure, (*unread, *reader.unread), frozenset(reader.unsure))


class _Reader:
    """Asks each cell where it holds, and cells of the same text only once."""

    def __init__(self, table: DecisionTable, dimensions: Sequence[Dimension], effort: Effort) -> None:
        self._table, self._effort = table, effort
        self._dimensions = dimensions
        self._known: dict[tuple[int, str], int | str] = {}
        self.unread: list[Unread] = []
        self.unsure: list[tuple[int, int]] = []

    def places(self, row: int, column: int) -> int | None:
        """The places where a cell holds; None, and a note, when nobody can tell."""
        rule = self._table.rules[row]
        tests = rule.tests[column]
        found = self._known.get((column, tests.source))
        if found is None:
            found = self._known[column, tests.source] = self._asked(tests, self._dimensions[column])
        if isinstance(found, int):
            return found
        self.unsure.append((row, column))
        label = self._table.inputs[column].label
        self.unread.append(Unread(rule.rule_id, rule.index, label, tests.source, found))
        return None

    def _asked(self, tests: UnaryTests, dimension: Dimension) -> int | str:
        try:
            return dimension.holding(tests, self._effort)
        except Unreadable as error:
            return error.reason
