"""Built-in functions that relate points and ranges, after Allen's interval algebra (DMN table 78)."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.operators import equal, order, within
from engine.feel.values import Range, Value


def _span(value: Value) -> Range:
    """A point as the range that holds only it."""
    return value if isinstance(value, Range) else Range(value, value)


def _known(*spans: Range) -> bool:
    """Whether each end has a value, or is told to have none."""
    return all(span.reaching or (span.start is not None and span.end is not None) for span in spans)


def _before(first: Range, second: Range, budget: Budget) -> bool | None:
    """Whether the first ends before the second starts, with no point in common."""
    if first.end is None or second.start is None:
        return False if _known(first, second) else None
    position = order(first.end, second.start, budget)
    if position is None:
        return None
    return position < 0 or (position == 0 and not (first.end_included and second.start_included))


def _starts_order(first: Range, second: Range, budget: Budget) -> int | None:
    """-1, 0 or 1 as the first starts before, with or after the second; no start is before any."""
    if first.start is None or second.start is None:
        return (first.start is not None) - (second.start is not None) if _known(first, second) else None
    position = order(first.start, second.start, budget)
    return position or (None if position is None else second.start_included - first.start_included)


def _ends_order(first: Range, second: Range, budget: Budget) -> int | None:
    """-1, 0 or 1 as the first ends before, with or after the second; no end is after any."""
    if first.end is None or second.end is None:
        return (first.end is None) - (second.end is None) if _known(first, second) else None
    position = order(first.end, second.end, budget)
    return position or (None if position is None else first.end_included - second.end_included)


@builtin("before(point: any, range: any) -> boolean")
@builtin("before(range: any, point: any) -> boolean")
@builtin("before(range1: any, range2: any) -> boolean")
@builtin("before(point1: any, point2: any) -> boolean")
def before(budget: Budget, first: Value, second: Value) -> Value:
    return _before(_span(first), _span(second), budget)


@builtin("after(point: any, range: any) -> boolean")
@builtin("after(range: any, point: any) -> boolean")
@builtin("after(range1: any, range2: any) -> boolean")
@builtin("after(point1: any, point2: any) -> boolean")
def after(budget: Budget, first: Value, second: Value) -> Value:
    return _before(_span(second), _span(first), budget)


@builtin("meets(range1: range, range2: range) -> boolean")
def meets(budget: Budget, first: Range, second: Range) -> Value:
    if first.end is None or second.start is None:
        return False if _known(first, second) else None
    position = order(first.end, second.start, budget)
    return None if position is None else position == 0 and first.end_included and second.start_included


@builtin("met by(range1: range, range2: range) -> boolean")
def met_by(budget: Budget, first: Range, second: Range) -> Value:
    return meets(budget, second, first)


@builtin("overlaps(range1: range, range2: range) -> boolean")
def overlaps(budget: Budget, first: Range, second: Range) -> Value:
    left, right = _before(first, second, budget), _before(second, first, budget)
    return None if left is None or right is None else not left and not right


@builtin("overlaps before(range1: range, range2: range) -> boolean")
def overlaps_before(budget: Budget, first: Range, second: Range) -> Value:
    """Whether the first starts before the second, and ends inside it or with it."""
    start, end = _starts_order(first, second, budget), _ends_order(first, second, budget)
    if start is None or end is None:
        return None
    return start < 0 and end <= 0 and _before(first, second, budget) is False


@builtin("overlaps after(range1: range, range2: range) -> boolean")
def overlaps_after(budget: Budget, first: Range, second: Range) -> Value:
    return overlaps_before(budget, second, first)


@builtin("includes(range1: range, range2: any) -> boolean")
@builtin("includes(range: range, point: any) -> boolean")
def includes(budget: Budget, interval: Range, point: Value) -> Value:
    if not isinstance(point, Range):
        return within(point, interval, budget)
    start, end = _starts_order(interval, point, budget), _ends_order(interval, point, budget)
    return None if start is None or end is None else start <= 0 and end >= 0


@builtin("during(range1: any, range2: range) -> boolean")
@builtin("during(point: any, range: range) -> boolean")
def during(budget: Budget, point: Value, interval: Range) -> Value:
    return includes(budget, interval, point)


@builtin("starts(range1: any, range2: range) -> boolean")
@builtin("starts(point: any, range: range) -> boolean")
def starts(budget: Budget, point: Value, interval: Range) -> Value:
    start, end = _starts_order(_span(point), interval, budget), _ends_order(_span(point), interval, budget)
    return None if start is None or end is None else start == 0 and end <= 0


@builtin("started by(range1: range, range2: any) -> boolean")
@builtin("started by(range: range, point: any) -> boolean")
def started_by(budget: Budget, interval: Range, point: Value) -> Value:
    return starts(budget, point, interval)


@builtin("finishes(range1: any, range2: range) -> boolean")
@builtin("finishes(point: any, range: range) -> boolean")
def finishes(budget: Budget, point: Value, interval: Range) -> Value:
    start, end = _starts_order(_span(point), interval, budget), _ends_order(_span(point), interval, budget)
    return None if start is None or end is None else end == 0 and start >= 0


@builtin("finished by(range1: range, range2: any) -> boolean")
@builtin("finished by(range: range, point: any) -> boolean")
def finished_by(budget: Budget, interval: Range, point: Value) -> Value:
    return finishes(budget, point, interval)


@builtin("coincides(range1: any, range2: any) -> boolean")
@builtin("coincides(point1: any, point2: any) -> boolean")
def coincides(budget: Budget, first: Value, second: Value) -> Value:
    if not isinstance(first, Range) and not isinstance(second, Range):
        return equal(first, second, budget)
    start = _starts_order(_span(first), _span(second), budget)
    end = _ends_order(_span(first), _span(second), budget)
    return None if start is None or end is None else start == 0 and end == 0
