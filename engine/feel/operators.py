"""Arithmetic, equality and order between values; what has no answer is null with a warning (DMN 10.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final, TypeAlias

from engine.feel.limits import Budget
from engine.feel.temporal import (
    add_months,
    as_instant,
    days_duration,
    microseconds_of,
    months_duration,
    plus,
    whole,
)
from engine.feel.values import ARITHMETIC, Range, Value, YearsMonths, kind_of, number, number_too_large

Operator: TypeAlias = Callable[[Value, Value, Budget], Value]

#: Steps for a power, exp or log: each takes as long as a hundred additions.
SLOW_FUNCTION: Final = 100
_DAY: Final = 86_400_000_000
_LONG_TEXT: Final = 1_000
_BOUND: Final = 10**21


def _no_answer(symbol: str, left: Value, right: Value, budget: Budget) -> None:
    budget.warn(f"{kind_of(left)} {symbol} {kind_of(right)} has no answer")


def add(left: Value, right: Value, budget: Budget) -> Value:
    """left + right for numbers, strings, durations, and a date or time with a duration."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.add, left, right, budget)
    if isinstance(left, str) and isinstance(right, str):
        budget.charge_text(len(left) + len(right))
        return left + right
    result = _add_temporal(left, right)
    if result is None and isinstance(left, (timedelta, YearsMonths)):
        result = _add_temporal(right, left)
    if result is None:
        _no_answer("+", left, right, budget)
    return result


def subtract(left: Value, right: Value, budget: Budget) -> Value:
    """left - right for numbers, durations, two dates or times, and a date or time with a duration."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.subtract, left, right, budget)
    result: Value = None
    if isinstance(right, YearsMonths):
        result = _add_temporal(left, YearsMonths(-right.months))
    elif isinstance(right, timedelta):
        result = _add_temporal(left, -right)
    else:
        result = _difference(left, right)
    if result is None:
        _no_answer("-", left, right, budget)
    return result


def multiply(left: Value, right: Value, budget: Budget) -> Value:
    """left * right for numbers, and a duration with a number."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.multiply, left, right, budget)
    if isinstance(left, Decimal):
        left, right = right, left
    result = _scaled(left, right, ARITHMETIC.multiply) if isinstance(right, Decimal) else None
    if result is None:
        _no_answer("*", left, right, budget)
    return result


def divide(left: Value, right: Value, budget: Budget) -> Value:
    """left / right for numbers, a duration by a number, and two durations of a kind (a number)."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.divide, left, right, budget)
    result: Value = None
    if isinstance(right, Decimal) and right:
        result = _scaled(left, right, ARITHMETIC.divide)
    elif isinstance(left, timedelta) and isinstance(right, timedelta) and right:
        result = ARITHMETIC.divide(number(microseconds_of(left)), number(microseconds_of(right)))
    elif isinstance(left, YearsMonths) and isinstance(right, YearsMonths) and right.months:
        result = ARITHMETIC.divide(number(left.months), number(right.months))
    if result is None:
        _no_answer("/", left, right, budget)
    return result


def power(left: Value, right: Value, budget: Budget) -> Value:
    """left ** right for numbers."""
    if type(left) is Decimal and type(right) is Decimal:
        budget.charge(SLOW_FUNCTION)
        return _calculate(ARITHMETIC.power, left, right, budget)
    _no_answer("**", left, right, budget)
    return None


def negate(value: Value, budget: Budget) -> Value:
    """-value for a number or a duration."""
    if isinstance(value, Decimal):
        return ARITHMETIC.minus(value)
    if isinstance(value, timedelta):
        return days_duration(-microseconds_of(value))
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    budget.warn(f"-{kind_of(value)} has no answer")
    return None


ARITHMETIC_OPERATORS: Final[dict[str, Operator]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def _calculate(
    operation: Callable[[Decimal, Decimal], Decimal], left: Decimal, right: Decimal, budget: Budget
) -> Decimal | None:
    try:
        return operation(left, right)
    except Overflow:
        raise number_too_large() from None
    except (DivisionByZero, InvalidOperation):
        budget.warn("a division by zero or a root of a negative number has no answer")
        return None


def _add_temporal(left: Value, duration: Value) -> Value:
    if isinstance(duration, YearsMonths):
        if isinstance(left, date):
            return add_months(left, duration.months) if abs(duration.months) < 200_000 else None
        return months_duration(left.months + duration.months) if isinstance(left, YearsMonths) else None
    if not isinstance(duration, timedelta):
        return None
    if isinstance(left, date):
        return plus(left, duration)
    if isinstance(left, timedelta):
        return days_duration(microseconds_of(left) + microseconds_of(duration))
    if isinstance(left, time):
        moved = datetime.combine(date(2000, 1, 1), left.replace(tzinfo=None))
        shift = timedelta(microseconds=microseconds_of(duration) % _DAY)
        return (moved + shift).time().replace(tzinfo=left.tzinfo)
    return None


def _difference(left: Value, right: Value) -> timedelta | None:
    if isinstance(left, date) and isinstance(right, date):
        start, end = (right, left) if type(left) is type(right) else (as_instant(right), as_instant(left))
        if isinstance(end, datetime) and isinstance(start, datetime):
            return end - start if (end.tzinfo is None) == (start.tzinfo is None) else None
        return end - start
    if isinstance(left, time) and isinstance(right, time) and _comparable_times(left, right):
        return timedelta(microseconds=_time_microseconds(left) - _time_microseconds(right))
    return None


def _scaled(
    duration: Value, factor: Decimal, operation: Callable[[Decimal, Decimal], Decimal]
) -> timedelta | YearsMonths | None:
    try:
        if isinstance(duration, timedelta):
            amount = whole(operation(number(microseconds_of(duration)), factor), _BOUND)
            return None if amount is None else days_duration(amount)
        if isinstance(duration, YearsMonths):
            amount = whole(operation(number(duration.months), factor), _BOUND)
            return None if amount is None else months_duration(amount)
    except Overflow:
        raise number_too_large() from None
    return None


def _comparable_times(left: time, right: time) -> bool:
    return (left.utcoffset() is None) == (right.utcoffset() is None)


def _time_microseconds(value: time) -> int:
    offset = value.utcoffset() or timedelta(0)
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return seconds * 1_000_000 + value.microsecond - microseconds_of(offset)


def equal(left: Value, right: Value, budget: Budget, depth: int = 0) -> bool | None:
    """left = right: true or false within one kind, false against null, null between kinds."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        _no_answer("=", left, right, budget)
        return None
    if kind is str:
        if len(left) > _LONG_TEXT:  # type: ignore[arg-type]
            budget.charge_text(len(left))  # type: ignore[arg-type]
        return left == right
    if kind is list or kind is dict or kind is Range:
        return _equal_nested(left, right, budget, depth)
    return left == right


def _equal_nested(left: Value, right: Value, budget: Budget, depth: int) -> bool:
    # Charged for each pair, because values may share parts and unfold to far more than they hold.
    budget.charge(1)
    budget.check_depth(depth)
    if isinstance(left, Range) and isinstance(right, Range):
        same = (left.start_included, left.end_included) == (right.start_included, right.end_included)
        pairs = [(left.start, right.start), (left.end, right.end)]
    elif isinstance(left, dict) and isinstance(right, dict):
        same = left.keys() == right.keys()
        pairs = [(left[key], right[key]) for key in left] if same else []
    else:
        assert isinstance(left, list)
        assert isinstance(right, list)
        same = len(left) == len(right)
        pairs = list(zip(left, right, strict=True)) if same else []
    budget.charge(len(pairs))
    return same and all(equal(a, b, budget, depth + 1) is True for a, b in pairs)


def order(left: Value, right: Value, budget: Budget, symbol: str = "<") -> int | None:
    """-1, 0 or 1 as left is below, equal to or above right; None when the two have no order."""
    result: int | None = None
    if isinstance(left, (Decimal, str)) and type(left) is type(right):
        if isinstance(left, str) and len(left) > _LONG_TEXT:
            budget.charge_text(len(left))
        return (left > right) - (left < right)  # type: ignore[operator]
    if isinstance(left, date) and type(left) is type(right):
        if not isinstance(left, datetime):
            return (left > right) - (left < right)
        assert isinstance(right, datetime)
        if (left.tzinfo is None) == (right.tzinfo is None):
            return (left > right) - (left < right)
    elif isinstance(left, (timedelta, YearsMonths)) and type(left) is type(right):
        return (left > right) - (left < right)  # type: ignore[operator]
    elif isinstance(left, time) and isinstance(right, time) and _comparable_times(left, right):
        first, second = _time_microseconds(left), _time_microseconds(right)
        return (first > second) - (first < second)
    if result is None:
        _no_answer(symbol, left, right, budget)
    return result


def within(value: Value, interval: Range, budget: Budget) -> bool | None:
    """Whether a value lies in a range; null when they cannot be compared."""
    if value is None:
        return None
    if interval.start is not None:
        low = order(value, interval.start, budget, "in")
        if low is None:
            return None
        if low < 0 or (low == 0 and not interval.start_included):
            return False
    if interval.end is not None:
        high = order(value, interval.end, budget, "in")
        if high is None:
            return None
        return high < 0 or (high == 0 and interval.end_included)
    return True


def compare(symbol: str, left: Value, right: Value, budget: Budget) -> bool | None:
    """The answer of = != < <= > >=."""
    if symbol in ("=", "!="):
        same = equal(left, right, budget)
        return same if symbol == "=" or same is None else not same
    position = order(left, right, budget, symbol)
    if position is None:
        return None
    if position == 0:
        return symbol in ("<=", ">=")
    return position < 0 if symbol[0] == "<" else position > 0
