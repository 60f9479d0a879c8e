"""Compiles calls: of functions defined in the expression, given by the caller, or built in, in this order."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from engine.feel import nodes
from engine.feel.compiler import Environment, Evaluate, Scope, compile_node, compiles, is_named
from engine.feel.errors import FeelError, FeelSyntaxError, FeelUnknownFunction
from engine.feel.functions import BUILTINS, Builtin, invoke
from engine.feel.functions.clock import CLOCK_FUNCTIONS
from engine.feel.lookup import known
from engine.feel.values import KNOWN_TYPES, Function, Value, kind_of, to_feel


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
    if name in CLOCK_FUNCTIONS and not node.arguments:
        scope.used.functions.add(name)
        return _clock(name)
    if name in BUILTINS:
        scope.used.functions.add(name)
        return _call_of_builtin(name, node, scope)
    declared = name in scope.declared or node.callee.chain[0] in scope.declared
    if declared or (len(node.callee.chain) > 1 and scope.in_filter):
        return _call_of_value(node, scope)
    raise _unknown(name, node.callee.span[0], scope)


def _unknown(name: str, position: int, scope: Scope) -> FeelError:
    close = get_close_matches(name[:80], [*scope.functions, *BUILTINS, *scope.declared], n=1)
    hint = f"did you mean '{close[0]}'?" if close else "see the reference for the functions there are"
    return FeelUnknownFunction(name[:80], hint, position)


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
        raise FeelSyntaxError(node.span[0], "is defined takes one argument", "write is defined(name)")
    scope.used.functions.add("is defined")
    (argument,) = node.arguments
    value = compile_node(argument, scope)
    if isinstance(argument, nodes.Name):
        chain = argument.chain
        return lambda environment: is_named(chain, environment)
    return lambda environment: value(environment) is not None


def _clock(name: str) -> Evaluate:
    def told(environment: Environment) -> Value:
        value = known(environment.scope.get(name))
        if value is None:
            environment.budget.warn(f"nobody says what {name}() is: the scope has no '{name}'")
        return value

    return told


def _call_of_given(name: str, function: Callable[..., object], node: nodes.Call, scope: Scope) -> Evaluate:
    if node.names:
        raise FeelSyntaxError(node.span[0], f"{name} takes its arguments by position", "leave the names out")
    try:
        inspect.signature(function).bind(*node.arguments)
    except TypeError as error:
        raise FeelSyntaxError(node.span[0], f"{name} cannot be called so: {error}", "check its arguments") from None
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
    forms, positions = _forms_for(name, node)
    compiled = [compile_node(argument, scope) for argument in node.arguments]
    if positions is None:
        return lambda environment: invoke(forms, [part(environment) for part in compiled], environment.budget)
    arguments = [None if position is None else compiled[position] for position in positions]
    return lambda environment: invoke(
        forms,
        [None if argument is None else argument(environment) for argument in arguments],
        environment.budget,
    )


def _forms_for(name: str, node: nodes.Call) -> tuple[Sequence[Builtin], Sequence[int | None] | None]:
    """The forms that a call may mean; by name it is one, with the place of the argument for each parameter."""
    if node.names:
        # before(range: a, point: b) and before(point: b, range: a) are two forms: the order as written decides.
        for form in sorted(BUILTINS[name], key=lambda form: form.names != node.names):
            positions = form.positions(node.names)
            if positions is not None:
                return (form,), positions
    else:
        fitting = [form for form in BUILTINS[name] if form.takes(len(node.arguments))]
        if fitting:
            return fitting, None
    signatures = " or ".join(form.signature for form in BUILTINS[name])
    given = ", ".join(node.names) if node.names else f"{len(node.arguments)} arguments"
    raise FeelSyntaxError(node.span[0], f"{name} does not take {given[:80]}", f"it is {signatures}")
