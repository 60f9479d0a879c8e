"""What the rows of a table answer, as far as it is known without a case: whether two differ, and which ranks higher."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from engine.dmn.columns import Output
from engine.dmn.completeness.effort import Effort
from engine.dmn.hits import by_output_order
from engine.dmn.table import DecisionTable
from engine.dmn.types import Misfit, fitted
from engine.feel import BUILTINS, Budget, Expression, FeelError, Value
from engine.feel.functions.clock import CLOCK_FUNCTIONS

Difference: TypeAlias = Literal["differ", "may differ"]


class _Unknown:
    """The type of UNKNOWN, which stands for an output that depends on the case."""


UNKNOWN: Final = _Unknown()


class Outputs:
    """The outputs of each row; EffortSpent when they take too long to evaluate."""

    def __init__(self, table: DecisionTable, effort: Effort) -> None:
        self._ranks = [output.values for output in table.outputs]
        self._sources = [tuple(output.source for output in rule.outputs) for rule in table.rules]
        self._values = [
            tuple(_constant(*cell, effort) for cell in zip(table.outputs, rule.outputs, strict=True))
            for rule in table.rules
        ]

    def difference(self, row: int, other: int) -> Difference | None:
        """How the answers of two rows differ; None when they are the same in every case."""
        if self._sources[row] == self._sources[other]:
            return None
        cells = zip(self._values[row], self._values[other], self._sources[row], self._sources[other], strict=True)
        found = {_difference(*cell) for cell in cells}
        if "differ" in found:
            return "differ"
        return "may differ" if "may differ" in found else None

    def by_priority(self) -> list[int]:
        """The rows whose outputs are known, the highest priority first; equal ones stay in order."""
        known: list[tuple[Value, ...]] = []
        rows = []
        for row, values in enumerate(self._values):
            constants = tuple(value for value in values if not isinstance(value, _Unknown))
            if len(constants) == len(values):
                known.append(constants)
                rows.append(row)
        return [rows[place] for place in by_output_order(known, self._ranks)]


def _difference(left: Value | _Unknown, right: Value | _Unknown, source: str, other: str) -> Difference | None:
    if source == other:
        return None
    if isinstance(left, _Unknown) or isinstance(right, _Unknown):
        return "may differ"
    return None if type(left) is type(right) and left == right else "differ"


def _constant(column: Output, cell: Expression, effort: Effort) -> Value | _Unknown:
    """What a cell gives in every case, as its column shows it."""
    called = cell.called
    if cell.names or cell.possible_names or any(name not in BUILTINS or name in CLOCK_FUNCTIONS for name in called):
        return UNKNOWN
    try:
        found = fitted(effort.evaluate(cell), column.kind, Budget())
    except FeelError:
        return UNKNOWN
    return UNKNOWN if isinstance(found, Misfit) else found
