"""Whether a value is an instance of a FEEL type, as `instance of` asks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final

from engine.feel.errors import FeelSyntaxError
from engine.feel.limits import Budget
from engine.feel.nodes import TypeName
from engine.feel.values import Function, Range, Value, kind_of

SIMPLE_TYPES: Final = (
    "number",
    "string",
    "boolean",
    "date",
    "time",
    "date and time",
    "days and time duration",
    "years and months duration",
    "list",
    "context",
    "range",
    "function",
    "Any",
    "Null",
)


def check_type(type_: TypeName) -> None:
    """FeelSyntaxError when a type, or one in its angle brackets, is not one of FEEL's."""
    if type_.name not in SIMPLE_TYPES:
        raise FeelSyntaxError(type_.span[0], f"no type '{type_.name[:40]}'", f"the types are {', '.join(SIMPLE_TYPES)}")
    for member in (*type_.members, *(() if type_.result is None else (type_.result,))):
        check_type(member)


def conforms(value: Value, type_: TypeName, budget: Budget) -> bool:
    """Whether a value is of a type; null is of type Null alone. A list is checked item by item."""
    budget.charge(1)
    if value is None or type_.name == "Null":
        return value is None and type_.name == "Null"
    if type_.name == "Any":
        return True
    if kind_of(value) != type_.name:
        return False
    if isinstance(value, list) and type_.members:
        return all(_member(item, type_.members[0], budget) for item in value)
    if isinstance(value, Range) and type_.members:
        return all(_member(end, type_.members[0], budget) for end in (value.start, value.end))
    if isinstance(value, dict) and type_.keys:
        members = zip(type_.keys, type_.members, strict=False)
        return all(key in value and _member(value[key], member, budget) for key, member in members)
    return not isinstance(value, Function) or _takes(value, type_)


def _takes(function: Function, type_: TypeName) -> bool:
    """Whether a function can be called with values of the types in the angle brackets."""
    if not type_.members:
        return type_.result is None or not function.parameters
    if len(type_.members) != len(function.parameters):
        return False
    declared = function.types or (None,) * len(function.parameters)
    pairs = zip(declared, type_.members, strict=True)
    return all(not isinstance(own, TypeName) or own.name in ("Any", given.name) for own, given in pairs)


def _member(value: Value, type_: TypeName, budget: Budget) -> bool:
    return value is None or conforms(value, type_, budget)


def coerced(value: Value, type_: TypeName, budget: Budget) -> Value:
    """The value as one of a type: itself, its only item, a list of it, a date's midnight in UTC; else null.

    The implicit conversions of DMN 10.3.2.9.4; null has a warning.
    """
    if value is None or conforms(value, type_, budget):
        return value
    if isinstance(value, list) and len(value) == 1 and conforms(value[0], type_, budget):
        return value[0]
    if type_.name == "list" and (not type_.members or conforms(value, type_.members[0], budget)):
        return [value]
    if type_.name == "date and time" and type(value) is date:
        return datetime.combine(value, time(0), UTC)
    budget.warn(f"a {type_.name} is needed, not a {kind_of(value)}")
    return None
