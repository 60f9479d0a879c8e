"""Built-in functions on numbers, in decimal128 arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    Overflow,
)
from typing import Final

from engine.feel.beyond import exact
from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.moves import negated
from engine.feel.operators import SLOW_FUNCTION
from engine.feel.values import ARITHMETIC, Value, YearsMonths, number_too_large

_SCALES: Final = range(-6111, 6177)  # DMN 10.3.4.5


def _rounded(value: Decimal, scale: int, rounding: str, budget: Budget) -> Value:
    if scale not in _SCALES:
        budget.warn("a scale must lie between -6111 and 6176")
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -scale and scale >= 0:
        return value
    shifted = value.scaleb(scale, ARITHMETIC).to_integral_value(rounding=rounding)
    return ARITHMETIC.scaleb(shifted, -scale)


@builtin("decimal(n: number, scale: integer) -> number")
def decimal(budget: Budget, n: Decimal, scale: int) -> Value:
    return _rounded(n, scale, ROUND_HALF_EVEN, budget)


@builtin("floor(n: number, scale?: integer) -> number")
def floor(budget: Budget, n: Decimal, scale: int | None = 0) -> Value:
    return None if scale is None else _rounded(n, scale, ROUND_FLOOR, budget)


@builtin("ceiling(n: number, scale?: integer) -> number")
def ceiling(budget: Budget, n: Decimal, scale: int | None = 0) -> Value:
    return None if scale is None else _rounded(n, scale, ROUND_CEILING, budget)


@builtin("round up(n: number, scale?: integer) -> number")
def round_up(budget: Budget, n: Decimal, scale: int | None = 0) -> Value:
    return None if scale is None else _rounded(n, scale, ROUND_UP, budget)


@builtin("round down(n: number, scale?: integer) -> number")
def round_down(budget: Budget, n: Decimal, scale: int | None = 0) -> Value:
    return None if scale is None else _rounded(n, scale, ROUND_DOWN, budget)


@builtin("round half up(n: number, scale?: integer) -> number")
def round_half_up(budget: Budget, n: Decimal, scale: int | None = 0) -> Value:
    return None if scale is None else _rounded(n, scale, ROUND_HALF_UP, budget)


@builtin("round half down(n: number, scale?: integer) -> number")
def round_half_down(budget: Budget, n: Decimal, scale: int | None = 0) -> Value:
    return None if scale is None else _rounded(n, scale, ROUND_HALF_DOWN, budget)


@builtin("abs(n: number or duration) -> argument")
def abs_(budget: Budget, n: Value) -> Value:
    if isinstance(n, Decimal):
        return ARITHMETIC.abs(n)
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    return n if exact(n) >= 0 else negated(n)  # type: ignore[arg-type]


@builtin("modulo(dividend: number, divisor: number) -> number")
def modulo(budget: Budget, dividend: Decimal, divisor: Decimal) -> Value:
    """dividend - divisor * floor(dividend / divisor), so the sign is the divisor's."""
    if not divisor:
        budget.warn("modulo by zero has no answer")
        return None
    if dividend.adjusted() - divisor.adjusted() > 30:
        budget.warn("modulo of numbers so far apart has no exact answer")
        return None
    rest = ARITHMETIC.remainder(dividend, divisor)
    return ARITHMETIC.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest


def _function(operation: Callable[[Decimal], Decimal], n: Decimal, budget: Budget) -> Decimal:
    budget.charge(SLOW_FUNCTION)
    try:
        return operation(n)
    except Overflow:
        raise number_too_large() from None


@builtin("sqrt(number: number) -> number")
def sqrt(budget: Budget, n: Decimal) -> Value:
    return ARITHMETIC.sqrt(n) if n >= 0 else _undefined("sqrt", budget)


@builtin("log(number: number) -> number")
def log(budget: Budget, n: Decimal) -> Value:
    return _function(ARITHMETIC.ln, n, budget) if n > 0 else _undefined("log", budget)


@builtin("exp(number: number) -> number")
def exp(budget: Budget, n: Decimal) -> Value:
    return _function(ARITHMETIC.exp, n, budget)


def _undefined(name: str, budget: Budget) -> Value:
    budget.warn(f"{name} of that number has no answer")
    return None


@builtin("odd(number: number) -> boolean")
def odd(budget: Budget, n: Decimal) -> Value:
    return _parity(n) == 1


@builtin("even(number: number) -> boolean")
def even(budget: Budget, n: Decimal) -> Value:
    return _parity(n) == 0


def _parity(n: Decimal) -> Decimal | None:
    if n != n.to_integral_value():
        return None
    return Decimal(0) if n.adjusted() > 33 else abs(ARITHMETIC.remainder(n, Decimal(2)))
