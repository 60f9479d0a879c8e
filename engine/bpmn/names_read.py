"""Which names an expression of a diagram reads, as far as it can be read at all."""

from __future__ import annotations

from engine.feel import FeelError, compile_expression
from engine.functions import FUNCTIONS


def reads(expression: str, name: str) -> bool:
    """Whether an expression reads ``name`` or a part of it; not where it does not compile, which lint says."""
    try:
        names = compile_expression(expression, functions=FUNCTIONS).names
    except FeelError:
        return False
    return any(each == name or each.startswith(f"{name}.") for each in names)
