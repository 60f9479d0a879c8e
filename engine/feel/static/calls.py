"""The type of what a call gives, and which of its arguments can have no answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.feel import nodes
from engine.feel.functions import BUILTINS, Builtin
from engine.feel.functions.dates import MONTHS, WEEKDAYS
from engine.feel.functions.registry import Parameter
from engine.feel.static.given import check_given
from engine.feel.static.problems import WRONG_TYPE
from engine.feel.static.types import ANY, Type, choice_of, joined, list_of
from engine.feel.temporal import parse_duration
from engine.feel.values import kind_of

if TYPE_CHECKING:
    from engine.feel.static.inference import Site

_DECLARED: Final = {"integer": ("number",), "date": ("date", "date and time"), "series": ("list",)}


_NAMES_OF_DAYS: Final = {"day of week": WEEKDAYS, "month of year": MONTHS}


def result_of_call(node: nodes.Call, arguments: Sequence[Type], site: Site) -> Type:
    """The type of a call's result; reports the arguments that no form of the function takes."""
    if not isinstance(node.callee, nodes.Name) or node.callee.chain[0] in site.local:
        return _of_value(node, site)
    name = node.callee.dotted
    forms: tuple[Builtin, ...] = site.signatures.get(name) or BUILTINS.get(name, ())
    if not forms:
        found = site.names.find(node.callee.chain)
        return (found[0].item or ANY) if found is not None and found[0].kind == "function" else ANY
    fitting = [placed for form in forms if (placed := _placed(form, node, arguments)) is not None]
    for form, given in fitting:
        if all(_fits(parameter, type_) for parameter, type_, _ in given):
            check_given(form, given, node.span, site)
            return _result(form, [type_ for _, type_, _ in given], node)
    if fitting:
        _report(name, fitting[0], site)
    return _result(fitting[0][0], [type_ for _, type_, _ in fitting[0][1]], node) if fitting else ANY


_Given: TypeAlias = list[tuple[Parameter, Type, nodes.Node]]


def _of_value(node: nodes.Call, site: Site) -> Type:
    from engine.feel.static.inference import infer

    callee = infer(node.callee, site)
    if callee.is_known and callee.kind != "function":
        site.report(WRONG_TYPE, node.callee.span, f"a {callee} cannot be called", "name a function")
    return (callee.item or ANY) if callee.kind == "function" else ANY


def _placed(form: Builtin, node: nodes.Call, arguments: Sequence[Type]) -> tuple[Builtin, _Given] | None:
    """Each argument with the parameter of a form that takes it; None when the form cannot be called so."""
    if node.names:
        positions = form.positions(node.names)
        if positions is None:
            return None
        pairs = zip(form.parameters, positions, strict=False)
        return form, [(each, arguments[at], node.arguments[at]) for each, at in pairs if at is not None]
    if not form.takes(len(arguments)):
        return None
    if not form.variadic:
        return form, list(zip(form.parameters, arguments, node.arguments, strict=False))
    *fixed, last = form.parameters
    parameters = [*fixed, *(replace(last, type="any") for _ in arguments[len(fixed) :])]
    return form, list(zip(parameters, arguments, node.arguments, strict=True))


def _fits(parameter: Parameter, type_: Type) -> bool:
    if not type_.is_known:
        return True
    kinds = [kind for part in parameter.type.removeprefix("nullable ").split(" or ") for kind in _kinds(part)]
    # One value is taken for a list of it, but not by functions of measurements over time.
    if "Any" in kinds or type_.kind in kinds or ("list" in kinds and parameter.type != "series"):
        return True
    return type_.kind == "list" and (type_.item is None or not type_.item.is_known or type_.item.kind in kinds)


def _kinds(part: str) -> Sequence[str]:
    if part == "any":
        return ("Any",)
    if part == "duration":
        return ("days and time duration", "years and months duration")
    return _DECLARED.get(part, (part,))


def _report(name: str, placed: tuple[Builtin, _Given], site: Site) -> None:
    for parameter, type_, node in placed[1]:
        if not _fits(parameter, type_):
            message = f"{name}: '{parameter.name}' is a {parameter.type}, and this is a {type_}"
            site.report(WRONG_TYPE, node.span, message, f"it is {placed[0].signature}")


def _result(form: Builtin, arguments: Sequence[Type], node: nodes.Call) -> Type:
    result = form.result
    if result == "argument":
        return arguments[0].plain() if arguments else ANY
    if result == "list":
        return list_of(_items(arguments[:1]))
    if result == "list with items":
        new = arguments[len(form.parameters) - 1 :]
        return list_of(joined((_items(arguments[:1]), *new)))
    if result == "lists":
        return list_of(_items(arguments))
    if result == "item":
        return _items(arguments).plain()
    if result == "duration":
        return _duration(node)
    if form.name in _NAMES_OF_DAYS:
        return choice_of(_NAMES_OF_DAYS[form.name])
    if result.startswith("list of "):
        return list_of(Type(result.removeprefix("list of ")))
    return ANY if result == "any" else Type(result)


def _items(arguments: Sequence[Type]) -> Type:
    return joined((type_.item or ANY) if type_.kind == "list" else type_ for type_ in arguments)


def _duration(node: nodes.Call) -> Type:
    text = node.arguments[0] if node.arguments else None
    if isinstance(text, nodes.Literal) and isinstance(text.value, str):
        found = parse_duration(text.value)
        return ANY if found is None else Type(kind_of(found))
    return ANY
