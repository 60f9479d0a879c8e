"""What several matching rules answer together: by priority, in output order, or collected into one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from engine.feel import Budget, Value, compile_expression

Row: TypeAlias = tuple[Value, ...]

_AGGREGATES: Final = {
    "+": compile_expression("sum(values)"),
    "<": compile_expression("min(values)"),
    ">": compile_expression("max(values)"),
    "#": compile_expression("count(values)"),
}


def aggregate(symbol: str, values: list[Value], budget: Budget) -> Value:
    """The sum (+), least (<), greatest (>) or number (#) of the values; null when they have none."""
    return _AGGREGATES[symbol].evaluate_within(budget, {"values": values})


def by_output_order(rows: Sequence[Row], ranks: Sequence[Sequence[Value]]) -> list[int]:
    """The places of the rows, highest priority first; rows of equal priority stay in rule order."""

    def rank(place: int) -> tuple[int, ...]:
        return tuple(_rank(value, order) for value, order in zip(rows[place], ranks, strict=True))

    return sorted(range(len(rows)), key=rank)


def other_than_first(rows: Sequence[Row]) -> int | None:
    """The place of a row that does not answer as the first does; None when all agree."""
    return next((place for place, row in enumerate(rows) if not all(map(_same, row, rows[0]))), None)


def _rank(value: Value, order: Sequence[Value]) -> int:
    """The place of a value among the output values; one that is not listed comes last."""
    return next((place for place, other in enumerate(order) if _same(value, other)), len(order))


def _same(value: Value, other: Value) -> bool:
    return type(value) is type(other) and value == other  # true is not 1, though Python says so
