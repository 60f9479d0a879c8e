"""Built-in functions about truth and presence."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.text import to_text
from engine.feel.values import Value, kind_of


@builtin("not(negand: boolean) -> boolean")
def not_(budget: Budget, negand: bool) -> Value:
    return not negand


@builtin("is defined(value: any) -> boolean")
def is_defined(budget: Budget, value: Value) -> Value:
    """Present for a name that has a value; the compiler looks names up without a warning."""
    return value is not None


@builtin("coalesce(list...: list) -> item")
def coalesce(budget: Budget, values: list[Value]) -> Value:
    return next((value for value in values if value is not None), None)


@builtin("is(value1?: any, value2?: any) -> boolean")
def is_(budget: Budget, first: Value = None, second: Value = None) -> Value:
    """The same value of the same kind, times with the same zone."""
    return kind_of(first) == kind_of(second) and to_text(first, budget) == to_text(second, budget)
