"""Whether a value is of a declared type, and the few conversions that make it so (DMN 10.3.2.9.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

from engine.dmn.run import Run
from engine.dmn.scope import NOTHING
from engine.feel import Budget, UnaryTests, Value, kind_of, shown


@dataclass(frozen=True, slots=True)
class Type:
    """A type: of a list when it has an `item`, of a context when it has `members`, else of one `kind` of value.

    `allowed` are tests that a value must meet besides; `result` is what a function of this type gives.
    """

    name: str
    kind: str = "Any"
    members: Mapping[str, Type] | None = None
    item: Type | None = None
    allowed: tuple[UnaryTests, ...] = ()
    result: Type | None = None


ANY: Final = Type("Any")
_WHOLE: Final = "whole number"
_SPELLINGS: Final = {
    "number": ("number",),
    _WHOLE: ("integer", "long"),  # these, double and Any are what Camunda's editors offer besides
    "string": ("string",),
    "boolean": ("boolean",),
    "date": ("date",),
    "time": ("time",),
    "date and time": ("date and time", "dateTime"),
    "days and time duration": ("days and time duration", "dayTimeDuration"),
    "years and months duration": ("years and months duration", "yearMonthDuration"),
    "list": ("list",),
    "context": ("context",),
    "range": ("range",),
    "function": ("function",),
}
BASE_TYPES: Final[Mapping[str, Type]] = {
    **{name: Type(name, kind) for kind, names in _SPELLINGS.items() for name in names},
    "double": Type("double", "number"),
    "Any": ANY,
    "any": ANY,
}


class Misfit:
    """The type of MISFIT, which stands for a value that no conversion brings into a type."""


MISFIT: Final = Misfit()


def conforms(value: Value, type_: Type, budget: Budget) -> bool:
    """Whether a value is of a type as it is; null is of every type. Spends a step for each part of the value."""
    budget.charge(1)
    if value is None:
        return True
    if type_.item is not None:
        item = type_.item
        fits = isinstance(value, list) and all(conforms(each, item, budget) for each in value)
    elif type_.members is not None:
        fits = isinstance(value, dict) and all(
            name in value and conforms(value[name], member, budget) for name, member in type_.members.items()
        )
    else:
        fits = _is_of_kind(value, type_.kind)
    return fits and all(tests.holds_within(budget, value, NOTHING) for tests in type_.allowed)


def fitted(value: Value, type_: Type, budget: Budget) -> Value | Misfit:
    """The value in a type: as it is, the item of a list of one, a list of it, or midnight UTC of a date; or MISFIT."""
    if type_ is ANY or conforms(value, type_, budget):
        return value
    for converted in _conversions(value, type_):
        if conforms(converted, type_, budget):
            return converted
    return MISFIT


def coerced(value: Value, type_: Type, run: Run, what: str) -> Value:
    """The value in a type; null with a warning that says `what` it was meant for when it does not fit."""
    found = fitted(value, type_, run.budget)
    if isinstance(found, Misfit):
        run.warn(f"{what}: {shown(value)} is no {type_.name}, so it became null")
        return None
    return found


def _conversions(value: Value, type_: Type) -> list[Value]:
    if isinstance(value, list):
        return [value[0]] if len(value) == 1 and type_.item is None else []
    if type_.item is not None:
        return [[value]]
    if type_.kind == "date and time" and type(value) is date:
        return [datetime.combine(value, time(0), UTC)]
    return []


def _is_of_kind(value: Value, kind: str) -> bool:
    if kind == _WHOLE:
        return isinstance(value, Decimal) and value == value.to_integral_value()
    return kind in ("Any", kind_of(value))
