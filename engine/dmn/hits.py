"""What several matching rules answer together: by priority, in output order, or collected into one number."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel import Value, compile_expression

_AGGREGATES = {
    "+": compile_expression("sum(values)"),
    "<": compile_expression("min(values)"),
    ">": compile_expression("max(values)"),
    "#": compile_expression("count(values)"),
}


def aggregate(symbol: str, values: list[Value]) -> Value:
    """The sum (+), least (<), greatest (>) or number (#) of the values; null when they have none."""
    return _AGGREGATES[symbol].evaluate({"values": values})


def by_output_order(rows: Sequence[tuple[Value, ...]], ranks: Sequence[Sequence[Value]]) -> list[int]:
    """The places of the rows, highest priority first; rows of equal priority stay in rule order."""

    def rank(place: int) -> tuple[int, ...]:
        return tuple(_rank(value, order) for value, order in zip(rows[place], ranks, strict=True))

    return sorted(range(len(rows)), key=rank)


def by_priority(rows: Sequence[tuple[Value, ...]], ranks: Sequence[Sequence[Value]]) -> int:
    """The place of the row with the highest priority."""
    return by_output_order(rows, ranks)[0]


def _rank(value: Value, order: Sequence[Value]) -> int:
    """The place of a value among the output values; one that is not listed comes last."""
    return next(
        (place for place, other in enumerate(order) if type(other) is type(value) and other == value),
        len(order),
    )
