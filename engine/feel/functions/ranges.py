"""Built-in functions that relate points and ranges, after Allen's interval algebra (DMN table 78)."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.operators import equal, order, within
from engine.feel.values import Range, Value


def _span(value: Value) -> Range:
    """A point as the range that holds only it."""
    return value if isinstance(value, Range) else Range(value, value)


def _before(first: Range, second: Range, budget: Budget) -> bool | None:
    """Whether the first ends before the second starts, with no point in common."""
    position = order(first.end, second.start, budget)
    if position is None:
        return None
    return position < 0 or (position == 0 and not (first.end_included and second.start_included))


@builtin("before(point1: any, point2: any)")
def before(budget: Budget, first: Value, second: Value) -> Value:
    return _before(_span(first), _span(second), budget)


@builtin("after(point1: any, point2: any)")
def after(budget: Budget, first: Value, second: Value) -> Value:
    return _before(_span(second), _span(first), budget)


@builtin("meets(range1: range, range2: range)")
def meets(budget: Budget, first: Range, second: Range) -> Value:
    same = equal(first.end, second.start, budget)
    return None if same is None else same and first.end_included and second.start_included


@builtin("met by(range1: range, range2: range)")
def met_by(budget: Budget, first: Range, second: Range) -> Value:
    return meets(budget, second, first)


@builtin("overlaps(range1: range, range2: range)")
def overlaps(budget: Budget, first: Range, second: Range) -> Value:
    left, right = _before(first, second, budget), _before(second, first, budget)
    return None if left is None or right is None else not left and not right


@builtin("includes(range: range, point: any)")
def includes(budget: Budget, interval: Range, point: Value) -> Value:
    if not isinstance(point, Range):
        return within(point, interval, budget)
    low, high = order(interval.start, point.start, budget), order(interval.end, point.end, budget)
    if low is None or high is None:
        return None
    starts = low < 0 or (low == 0 and (interval.start_included or not point.start_included))
    ends = high > 0 or (high == 0 and (interval.end_included or not point.end_included))
    return starts and ends


@builtin("during(point: any, range: range)")
def during(budget: Budget, point: Value, interval: Range) -> Value:
    return includes(budget, interval, point)


@builtin("starts(point: any, range: range)")
def starts(budget: Budget, point: Value, interval: Range) -> Value:
    first = _span(point)
    if equal(first.start, interval.start, budget) is not True:
        return False
    return first.start_included == interval.start_included and includes(budget, interval, point)


@builtin("started by(range: range, point: any)")
def started_by(budget: Budget, interval: Range, point: Value) -> Value:
    return starts(budget, point, interval)


@builtin("finishes(point: any, range: range)")
def finishes(budget: Budget, point: Value, interval: Range) -> Value:
    last = _span(point)
    if equal(last.end, interval.end, budget) is not True:
        return False
    return last.end_included == interval.end_included and includes(budget, interval, point)


@builtin("finished by(range: range, point: any)")
def finished_by(budget: Budget, interval: Range, point: Value) -> Value:
    return finishes(budget, point, interval)


@builtin("coincides(point1: any, point2: any)")
def coincides(budget: Budget, first: Value, second: Value) -> Value:
    return equal(first, second, budget)
