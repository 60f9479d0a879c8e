"""Arithmetic, equality and order between values; what has no answer is null with a warning (DMN 10.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final, TypeAlias

from engine.feel.beyond import Beyond, kind_in
from engine.feel.limits import Budget
from engine.feel.moves import DURATION, difference, moved, negated, position, quotient, scaled
from engine.feel.values import ARITHMETIC, Range, Value, YearsMonths, kind_of, number, number_too_large

Operator: TypeAlias = Callable[[Value, Value, Budget], Value]

#: Steps for a power, exp or log: each takes as long as a hundred additions.
SLOW_FUNCTION: Final = 100
_LONG_TEXT: Final = 1_000


def _no_answer(symbol: str, left: Value, right: Value, budget: Budget) -> None:
    budget.warn(f"{kind_of(left)} {symbol} {kind_of(right)} has no answer")


def add(left: Value, right: Value, budget: Budget) -> Value:
    """left + right for numbers, strings, durations, and a date or time with a duration."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.add, left, right, budget)
    if isinstance(left, str) and isinstance(right, str):
        budget.charge_text(len(left) + len(right))
        return left + right
    result = moved(left, right)
    if result is None and _is_duration(left):
        result = moved(right, left)
    if result is None:
        _no_answer("+", left, right, budget)
    return result


def subtract(left: Value, right: Value, budget: Budget) -> Value:
    """left - right for numbers, durations, two dates or times, and a date or time with a duration."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.subtract, left, right, budget)
    result = moved(left, negated(right)) if _is_duration(right) else difference(left, right)
    if result is None:
        _no_answer("-", left, right, budget)
    return result


def multiply(left: Value, right: Value, budget: Budget) -> Value:
    """left * right for numbers, and a duration with a number."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.multiply, left, right, budget)
    if isinstance(left, Decimal):
        left, right = right, left
    result = scaled(left, right, ARITHMETIC.multiply) if isinstance(right, Decimal) else None
    if result is None:
        _no_answer("*", left, right, budget)
    return result


def divide(left: Value, right: Value, budget: Budget) -> Value:
    """left / right for numbers, a duration by a number, and two durations of a kind (a number)."""
    if type(left) is Decimal and type(right) is Decimal:
        return _calculate(ARITHMETIC.divide, left, right, budget)
    result: Value = quotient(left, right)
    if isinstance(right, Decimal) and right:
        result = scaled(left, right, ARITHMETIC.divide)
    if result is None:
        _no_answer("/", left, right, budget)
    return result


def power(left: Value, right: Value, budget: Budget) -> Value:
    """left ** right for numbers."""
    if type(left) is Decimal and type(right) is Decimal:
        budget.charge(SLOW_FUNCTION)
        return _calculate(_power, left, right, budget)
    _no_answer("**", left, right, budget)
    return None


def negate(value: Value, budget: Budget) -> Value:
    """-value for a number or a duration."""
    if isinstance(value, Decimal):
        return ARITHMETIC.minus(value)
    result = negated(value)
    if result is None:
        budget.warn(f"-{kind_of(value)} has no answer")
    return result


def _is_duration(value: Value) -> bool:
    return isinstance(value, YearsMonths) or kind_in(value) is DURATION


ARITHMETIC_OPERATORS: Final[dict[str, Operator]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if not base:
        # Decimal has infinity for a negative exponent, and no answer for none; IEEE 754 has 1 for that.
        if exponent < 0:
            raise DivisionByZero
        return ARITHMETIC.power(base, exponent) if exponent else number(1)
    return ARITHMETIC.power(base, exponent)


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


def equal(left: Value, right: Value, budget: Budget, depth: int = 0) -> bool | None:
    """left = right: true or false within one kind, false against null, null between kinds."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right) or kind is Beyond:
        return _equal_kinds(left, right, budget)
    if kind is str:
        if len(left) > _LONG_TEXT:  # type: ignore[arg-type]
            budget.charge_text(len(left))  # type: ignore[arg-type]
        return left == right
    if kind is list or kind is dict or kind is Range:
        return _equal_nested(left, right, budget, depth)
    return left == right


def _equal_kinds(left: Value, right: Value, budget: Budget) -> bool | None:
    """For values of two Python types: only a date, time or duration may still be the same."""
    if kind_in(left) is kind_in(right):
        return position(left, right) == 0
    _no_answer("=", left, right, budget)
    return None


def _equal_nested(left: Value, right: Value, budget: Budget, depth: int) -> bool:
    # Charged for each pair, because values may share parts and unfold to far more than they hold.
    budget.charge(1)
    budget.check_depth(depth)
    if isinstance(left, Range) and isinstance(right, Range):
        same = _brackets(left) == _brackets(right)
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


def _brackets(interval: Range) -> tuple[bool, bool, bool]:
    return interval.start_included, interval.end_included, interval.reaching


def order(left: Value, right: Value, budget: Budget, symbol: str = "<") -> int | None:
    """-1, 0 or 1 as left is below, equal to or above right; None when the two have no order."""
    if isinstance(left, (Decimal, str)) and type(left) is type(right):
        if isinstance(left, str) and len(left) > _LONG_TEXT:
            budget.charge_text(len(left))
        return (left > right) - (left < right)  # type: ignore[operator]
    if type(left) is date and type(right) is date:
        return (left > right) - (left < right)
    result = position(left, right)
    if result is None:
        _no_answer(symbol, left, right, budget)
    return result


def within(value: Value, interval: Range, budget: Budget) -> bool | None:
    """Whether a value lies in a range; null when they cannot be compared."""
    if value is None or (None in (interval.start, interval.end) and not interval.reaching):
        budget.warn(f"{kind_of(value)} in a range has no answer: one of them is not known")
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
