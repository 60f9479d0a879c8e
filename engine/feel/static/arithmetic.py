"""The type of a sum, difference, product, quotient or power (DMN tables 51 to 57)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.feel.nodes import Span
from engine.feel.static.problems import WRONG_TYPE
from engine.feel.static.types import ANY, DAYS, Type

if TYPE_CHECKING:
    from engine.feel.static.inference import Site

_DURATIONS: Final = ("days and time duration", "years and months duration")
_POINTS: Final = ("date", "date and time", "time")


def result_of(symbol: str, left: Type, right: Type, span: Span, site: Site) -> Type:
    """The type of `left symbol right`; reports kinds that have no answer together."""
    if not left.is_known or not right.is_known:
        return _guess(symbol, left if left.is_known else right)
    kind = _RESULTS[symbol](left.kind, right.kind)
    if kind is not None:
        return DAYS if kind == DAYS.kind else Type(kind)
    message = f"a {left.kind} {symbol} a {right.kind} has no answer"
    site.report(WRONG_TYPE, span, message, _hint(symbol, left.kind, right.kind))
    return ANY


def _guess(symbol: str, known: Type) -> Type:
    """With one operand unknown: numbers and strings stay among themselves, dates do not."""
    if symbol == "**" or (known.kind == "number" and symbol in "+-"):
        return Type("number")
    return Type("string") if known.kind == "string" and symbol == "+" else ANY


def _hint(symbol: str, left: str, right: str) -> str:
    if "string" in (left, right):
        return "turn the other side into text with string(...), or the text into a number with number(...)"
    if "number" in (left, right) and symbol in "+-":
        return 'write a period as a duration, @"P7D"'
    return "the table of arithmetic in the reference says what goes together"


def _add(left: str, right: str) -> str | None:
    if left == right and (left in ("number", "string") or left in _DURATIONS):
        return left
    for point, duration in ((left, right), (right, left)):
        if point in _POINTS and duration in _DURATIONS:
            return None if (point, duration) == ("time", _DURATIONS[1]) else point
    return None


def _subtract(left: str, right: str) -> str | None:
    if left in _POINTS and right in _POINTS:
        return None if (left == "time") != (right == "time") else _DURATIONS[0]
    return None if "string" in (left, right) or (left in _DURATIONS and right in _POINTS) else _add(left, right)


def _multiply(left: str, right: str) -> str | None:
    if left == right == "number":
        return "number"
    pair = {left, right}
    return next((each for each in _DURATIONS if pair == {"number", each}), None)


def _divide(left: str, right: str) -> str | None:
    if left == right and (left == "number" or left in _DURATIONS):
        return "number"
    return left if left in _DURATIONS and right == "number" else None


def _power(left: str, right: str) -> str | None:
    return "number" if left == right == "number" else None


_RESULTS: Final = {"+": _add, "-": _subtract, "*": _multiply, "/": _divide, "**": _power}
