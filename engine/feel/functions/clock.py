"""now() and today(): what the caller's scope says they are, so that the same facts always give the same answer."""

from __future__ import annotations

from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.values import Value

#: The functions that read the name of the same spelling in the scope; the compiler looks it up.
CLOCK_FUNCTIONS = ("now", "today")


@builtin("now() -> date and time")
def now(budget: Budget) -> Value:
    """Present for the reference; the compiler reads the scope instead."""
    return None


@builtin("today() -> date")
def today(budget: Budget) -> Value:
    """Present for the reference; the compiler reads the scope instead."""
    return None
