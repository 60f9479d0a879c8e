"""Compiles calls: of functions defined in the expression, given by the caller, or built in, in this order."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final

from engine.feel import nodes
from engine.feel.compiler import Environment, Evaluate, Scope, compile_node, compiles, is_named
from engine.feel.errors import FeelError, FeelSyntaxError, FeelUnknownFunction
from engine.feel.functions import BUILTINS, Builtin, invoke
from engine.feel.values import KNOWN_TYPES, Function, Value, kind_of, to_feel

_REFUSED: Final = {
    "matches": "regular expressions have no bounded cost; use contains, starts with or ends with",
    "replace": "regular expressions have no bounded cost; use split and string join",
    "now": "an expression has no clock; use the facts of the case, such as case.day",
    "today": "an expression has no clock; use the facts of the case, such as case.day",
}


@compiles(nodes.Call)
def _call(node: nodes.Call, scope: Scope) -> Evaluate:
    if not isinstance(node.callee, nodes.Name) or node.callee.chain[0] in scope.local:
        return _call_of_value(node, scope)
    name = node.callee.dotted
    if name == "is defined":
        return _is_defined(node, scope)
    if name in scope.functions:
        scope.used.functions.add(name)
        return _call_of_given(name, scope.functions[name], node, scope)
    if name in BUILTINS:
        scope.used.functions.add(name)
        return _call_of_builtin(name, node, scope)
    if len(node.callee.chain) > 1 and scope.in_filter:
        return _call_of_value(node, scope)
    raise _unknown(name, scope)


def _unknown(name: str, scope: Scope) -> FeelError:
    if name in _REFUSED:
        return FeelUnknownFunction(name, _REFUSED[name])
    close = get_close_matches(name[:80], [*scope.functions, *BUILTINS], n=1)
    hint = f"did you mean '{close[0]}'?" if close else "see the reference for the functions there are"
    return FeelUnknownFunction(name[:80], hint)


def _call_of_value(node: nodes.Call, scope: Scope) -> Evaluate:
    callee = compile_node(node.callee, scope)
    arguments = [compile_node(argument, scope) for argument in node.arguments]

    def call(environment: Environment) -> Value:
        function = callee(environment)
        if not isinstance(function, Function):
            environment.budget.warn(f"a {kind_of(function)} cannot be called")
            return None
        values = [argument(environment) for argument in arguments]
        if len(values) != len(function.parameters) or not set(node.names) <= set(function.parameters):
            environment.budget.warn(f"the function takes ({', '.join(function.parameters)})")
            return None
        if node.names:
            given = dict(zip(node.names, values, strict=True))
            values = [given.get(name) for name in function.parameters]
        return function.call(values)

    return call


def _is_defined(node: nodes.Call, scope: Scope) -> Evaluate:
    if len(node.arguments) != 1:
        raise FeelSyntaxError(0, "is defined takes one argument", "write is defined(name)")
    scope.used.functions.add("is defined")
    (argument,) = node.arguments
    value = compile_node(argument, scope)
    if isinstance(argument, nodes.Name):
        chain = argument.chain
        return lambda environment: is_named(chain, environment)
    return lambda environment: value(environment) is not None


def _call_of_given(name: str, function: Callable[..., object], node: nodes.Call, scope: Scope) -> Evaluate:
    if node.names:
        raise FeelSyntaxError(0, f"{name} takes its arguments by position", "leave the names out")
    try:
        inspect.signature(function).bind(*node.arguments)
    except TypeError as error:
        raise FeelSyntaxError(0, f"{name} cannot be called so: {error}", "check its arguments") from None
    arguments = [compile_node(argument, scope) for argument in node.arguments]

    def call(environment: Environment) -> Value:
        budget = environment.budget
        values = [argument(environment) for argument in arguments]
        budget.charge(1)
        for value in values:
            budget.check_value(value)
        result = function(*values)
        return result if type(result) in KNOWN_TYPES else to_feel(result)  # type: ignore[return-value]

    return call


def _call_of_builtin(name: str, node: nodes.Call, scope: Scope) -> Evaluate:
    form, positions = _form_for(name, node)
    compiled = [compile_node(argument, scope) for argument in node.arguments]
    if positions is None:
        return lambda environment: invoke(form, [part(environment) for part in compiled], environment.budget)
    arguments = [None if position is None else compiled[position] for position in positions]
    return lambda environment: invoke(
        form,
        [None if argument is None else argument(environment) for argument in arguments],
        environment.budget,
    )


def _form_for(name: str, node: nodes.Call) -> tuple[Builtin, Sequence[int | None] | None]:
    forms = BUILTINS[name]
    for form in forms:
        if node.names:
            positions = form.positions(node.names)
            if positions is not None:
                return form, positions
        elif form.takes(len(node.arguments)):
            return form, None
    signatures = " or ".join(form.signature for form in forms)
    given = ", ".join(node.names) if node.names else f"{len(node.arguments)} arguments"
    raise FeelSyntaxError(0, f"{name} does not take {given[:80]}", f"it is {signatures}")
