"""Which comparisons have no answer, and which no value makes true."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from engine.feel.nodes import Span
from engine.feel.static.problems import NEVER_TRUE, WRONG_TYPE
from engine.feel.static.types import ANY, Type
from engine.feel.text import to_text
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.feel.static.inference import Site

_ORDERED: Final = (
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
)
_MOST_NAMED: Final = 8


def check_comparison(operator: str, left: Type, right: Type, span: Span, site: Site) -> None:
    """Report a comparison without an answer, or one that is never true."""
    if "null" in (left.kind, right.kind) and operator not in ("=", "!="):
        message = "nothing is less or greater than null, so this is never true"
        site.report(NEVER_TRUE, span, message, "ask with = null or != null whether a value is missing")
        return
    if not left.is_known or not right.is_known:
        return
    if left.kind != right.kind:
        message = f"a {left} and a {right} are never comparable: the answer is null, so this is never true"
        site.report(WRONG_TYPE, span, message, _conversion(left, right))
    elif operator not in ("=", "!=") and left.kind not in _ORDERED:
        site.report(WRONG_TYPE, span, f"a {left} has no order", "compare with = or !=, or one of its parts")
    elif operator != "!=" and not _can_hold(operator, left, right):
        site.report(NEVER_TRUE, span, _never(operator, left, right), _allowed_hint(left, right))


def check_test(value: Type, operator: str, wanted: Type, span: Span, site: Site) -> None:
    """Report a test of `in` or of a cell that no value of the type meets."""
    if operator:
        check_comparison(operator, value, wanted, span, site)
    elif wanted.kind == "range" and value.kind != "range":
        # What lies between the ends is not listed, only bounded.
        check_comparison("=", value, replace(wanted.item or ANY, allowed=None), span, site)
    elif wanted.kind == "list" and value.kind != "list":
        check_test(value, "", wanted.item or ANY, span, site)
    elif value.kind != "list":
        check_comparison("=", value, wanted, span, site)


def check_ends(start: Type, end: Type, span: Span, site: Site) -> None:
    """Report a range whose ends are not of one kind, or the wrong way round."""
    if start.kind == end.kind and start.low is not None and end.high is not None and start.low > end.high:
        message = "nothing lies in this range: its ends are the wrong way round"
        site.report(NEVER_TRUE, span, message, "write the lower end first")
    else:
        check_comparison("<=", start.plain(), end.plain(), span, site)


def _conversion(left: Type, right: Type) -> str:
    kinds = {left.kind, right.kind}
    if kinds == {"number", "string"}:
        return "leave the quotes out, or turn the text into a number with number(...)"
    if kinds == {"date", "date and time"}:
        return "take the day with date(...)"
    if "string" in kinds and kinds & {"date", "date and time", "time"}:
        return 'write a date as @"2026-01-31"'
    if "list" in kinds:
        return "ask with `in`, list contains(...) or count(...)"
    return "compare values of one kind"


def _can_hold(operator: str, left: Type, right: Type) -> bool:
    if operator == "=" and left.allowed is not None and right.allowed is not None:
        return any(value in right.allowed for value in left.allowed)
    if operator == "=":
        return _reaches(left, right, strict=False) and _reaches(right, left, strict=False)
    if operator in ("<", "<="):
        return _reaches(left, right, strict=operator == "<")
    return _reaches(right, left, strict=operator == ">")


def _reaches(smaller: Type, greater: Type, *, strict: bool) -> bool:
    """Whether some value of the first is below some value of the second."""
    if smaller.low is None or greater.high is None:
        return True
    return smaller.low < greater.high if strict else smaller.low <= greater.high


def _never(operator: str, left: Type, right: Type) -> str:
    for value, constant in ((left, right), (right, left)):
        if constant.allowed is not None and len(constant.allowed) == 1:
            text = to_text(constant.allowed[0])
            if value.allowed is not None and len(value.allowed) > 1:
                return f"this is never {text}"
            if value.low is not None or value.high is not None:
                return f"this goes {_bounds(value)}, and never meets {operator} {text}"
    return f"no values make `{operator}` true here"


def _bounds(type_: Type) -> str:
    low = "" if type_.low is None else f"from {to_text(type_.low)} "
    return low + ("on" if type_.high is None else f"to {to_text(type_.high)}")


def _allowed_hint(left: Type, right: Type) -> str:
    for value, constant in ((left, right), (right, left)):
        if value.allowed and constant.allowed and len(constant.allowed) == 1 and len(value.allowed) > 1:
            near = _nearest(constant.allowed[0], value.allowed)
            return f"did you mean {to_text(near)}?" if near else f"it is one of {_named(value.allowed)}"
    return "compare with a value that it can have"


def _nearest(value: Value, allowed: tuple[Value, ...]) -> Value:
    close = get_close_matches(str(value), [str(each) for each in allowed], n=1)
    return next((each for each in allowed if close and str(each) == close[0]), None)


def _named(allowed: tuple[Value, ...]) -> str:
    texts = [to_text(value) for value in allowed]
    return ", ".join(texts[:_MOST_NAMED]) + (", …" if len(texts) > _MOST_NAMED else "")
