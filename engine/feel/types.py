"""Whether a value is an instance of a FEEL type, as `instance of` asks."""

from __future__ import annotations

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
        raise FeelSyntaxError(0, f"no type '{type_.name[:40]}'", f"the types are {', '.join(SIMPLE_TYPES)}")
    for member in type_.members:
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
    return not isinstance(value, Function) or not type_.members or len(type_.members) - 1 == len(value.parameters)


def _member(value: Value, type_: TypeName, budget: Budget) -> bool:
    return value is None or conforms(value, type_, budget)
