"""The built-in functions of FEEL, one module for each chapter of the standard's list (DMN 10.3.4)."""

from engine.feel.functions import clock, contexts, conversion, dates, lists, logic, numbers, patterns, ranges, strings
from engine.feel.functions.registry import BUILTINS, Builtin, invoke

__all__ = [
    "BUILTINS",
    "Builtin",
    "clock",
    "contexts",
    "conversion",
    "dates",
    "invoke",
    "lists",
    "logic",
    "numbers",
    "patterns",
    "ranges",
    "strings",
]
