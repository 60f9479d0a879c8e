"""The table of built-in functions: how one is declared, chosen by its arguments, checked and called.

A function is declared with its FEEL signature, `@builtin("substring(string: string, start position: integer,
length?: integer) -> string")`. The types of the signature are checked before the function is called, so its body only
sees what it declared; a wrong type or a null makes the call null, with a warning. `?` marks what may be left
out, `...` a list that may be given as separate arguments, `nullable` a type that takes null, `or` two types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from engine.feel.beyond import kind_in
from engine.feel.limits import Budget
from engine.feel.values import Function, Range, Value, YearsMonths, kind_of

Implementation: TypeAlias = Callable[..., Value]
INTEGER_BOUND: Final = 10**9


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its FEEL name, the type it takes, and whether it may be left out."""

    name: str
    type: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Builtin:
    """One form of a function; a name may have several forms.

    `result` is a kind of value, "any", or what follows the arguments: "argument" (as the first), "item" (as the items),
    "list" (a list as the first), "lists" (a list of all their items), "list with items" (as the first, with the last
    ones as items), "duration" (of the kind that the text writes).
    """

    name: str
    signature: str
    result: str
    parameters: tuple[Parameter, ...]
    variadic: bool
    implementation: Implementation

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters, in their order."""
        return tuple(parameter.name for parameter in self.parameters)

    def takes(self, count: int) -> bool:
        """Whether the form can be called with so many arguments by position."""
        if self.variadic:
            return count >= len(self.parameters)
        required = sum(not parameter.optional for parameter in self.parameters)
        return required <= count <= len(self.parameters)

    def positions(self, names: Sequence[str]) -> tuple[int | None, ...] | None:
        """For each parameter the index of the argument so named; None when the names do not fit the form."""
        given = {name: index for index, name in enumerate(names)}
        known = {parameter.name for parameter in self.parameters}
        if len(given) != len(names) or not given.keys() <= known:
            return None
        if any(not parameter.optional and parameter.name not in given for parameter in self.parameters):
            return None
        found = [given.get(parameter.name) for parameter in self.parameters]
        while found and found[-1] is None:  # left out at the end, so the default of the function holds
            found.pop()
        return tuple(found)


BUILTINS: Final[dict[str, tuple[Builtin, ...]]] = {}


def builtin(signature: str) -> Callable[[Implementation], Implementation]:
    """Declare the decorated function as one form of a built-in; it takes the budget, then the arguments."""

    def register(implementation: Implementation) -> Implementation:
        form = declaration(signature, implementation)
        BUILTINS[form.name] = (*BUILTINS.get(form.name, ()), form)
        return implementation

    return register


def declaration(signature: str, implementation: Implementation) -> Builtin:
    """A form from its signature, `name(parameter: type, optional?: type, list...: type) -> result`."""
    match = re.fullmatch(r"([^(]+)\((.*)\) -> (.+)", signature)
    if match is None:
        raise ValueError(f"{signature}: write name(parameter: type, optional?: type, list...: type) -> result")
    parts = [part.strip() for part in match[2].split(",") if part.strip()]
    parameters = tuple(_parameter(part) for part in parts)
    return Builtin(match[1], signature, match[3], parameters, "..." in signature, implementation)


def _parameter(text: str) -> Parameter:
    name, _, type_ = text.partition(": ")
    return Parameter(name.rstrip("?."), type_, name.endswith("?"))


def spaced_names() -> Iterable[str]:
    """The names that hold spaces, which the grammar must know as one token."""
    return [name for name in BUILTINS if " " in name]


def invoke(forms: Sequence[Builtin], arguments: Sequence[Value], budget: Budget) -> Value:
    """Call the first of the forms that takes values of these types; null with a warning when none does.

    All forms take as many values as are given, in the order of their parameters.
    """
    budget.charge(1)
    for argument in arguments:
        _charge(argument, budget)
    for form in forms:
        checked = _checked(form, _gathered(form, arguments))
        if checked is not None:
            result = form.implementation(budget, *checked)
            _charge(result, budget)
            return result
    _warn_of_misfit(forms[0], _gathered(forms[0], arguments), budget)
    return None


def as_value(forms: Sequence[Builtin], budget: Budget) -> Function:
    """A built-in function as a value, to be given to another; it takes the arguments of its first form."""
    required = tuple(parameter.name for parameter in forms[0].parameters if not parameter.optional)
    return Function(required, lambda arguments: invoke(forms, arguments, budget))


def _gathered(form: Builtin, arguments: Sequence[Value]) -> Sequence[Value]:
    if not form.variadic:
        return arguments
    fixed = len(form.parameters) - 1
    return [*arguments[:fixed], list(arguments[fixed:]) if fixed else _one_list(arguments)]


def _checked(form: Builtin, arguments: Sequence[Value]) -> list[Value] | None:
    checked: list[Value] = []
    for parameter, argument in zip(form.parameters, arguments, strict=False):
        value = _fitted(parameter, argument)
        if value is _MISFIT:
            return None
        checked.append(value)  # type: ignore[arg-type]
    return checked


def _warn_of_misfit(form: Builtin, arguments: Sequence[Value], budget: Budget) -> None:
    for parameter, argument in zip(form.parameters, arguments, strict=False):
        if _fitted(parameter, argument) is _MISFIT:
            budget.warn(f"{form.name}: '{parameter.name}' must be {parameter.type}, not {kind_of(argument)}")
            return


def _one_list(arguments: Sequence[Value]) -> Value:
    if len(arguments) == 1 and (isinstance(arguments[0], list) or arguments[0] is None):
        return arguments[0]
    return list(arguments)


_MISFIT: Final = object()


def _fitted(parameter: Parameter, argument: Value) -> object:
    type_ = parameter.type
    if argument is None:
        return None if type_.startswith("nullable") or parameter.optional or type_ == "any" else _MISFIT
    type_ = type_.removeprefix("nullable ")
    if type_ == "any":
        return argument
    if type_ == "list" and not isinstance(argument, list):
        return [argument]
    if isinstance(argument, list) and len(argument) == 1 and type_ != "list":
        argument = argument[0]  # a list of one stands for its item (DMN 10.3.2.9.4)
    if type_ == "integer":
        fits = isinstance(argument, Decimal) and -INTEGER_BOUND <= argument <= INTEGER_BOUND
        return int(argument) if fits else _MISFIT  # type: ignore[arg-type]
    return argument if kind_in(argument) in kinds_of(type_) else _MISFIT


def _charge(value: Value, budget: Budget) -> None:
    if isinstance(value, str):
        budget.charge_text(len(value))
    elif isinstance(value, (list, dict)):
        budget.charge_items(len(value))


_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "number": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "date": (date, datetime),
    "time": (time,),
    "duration": (timedelta, YearsMonths),
    "days and time duration": (timedelta,),
    "list": (list,),
    "context": (dict,),
    "range": (Range,),
    "function": (Function,),
}


@lru_cache(maxsize=128)
def kinds_of(type_: str) -> tuple[type, ...]:
    """The Python types that a declared type takes; `or` joins several."""
    return tuple(kind for part in type_.split(" or ") for kind in _TYPES[part])
