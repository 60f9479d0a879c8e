"""Compiles what repeats: for, some, every, filters, function definitions; each round is charged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from engine.feel import nodes
from engine.feel.compiler import Environment, Evaluate, Scope, compile_costed, compile_node, compiles
from engine.feel.errors import FeelLimitError
from engine.feel.operators import subtract
from engine.feel.types import check_type, coerced
from engine.feel.values import ARITHMETIC, Function, Range, Value, kind_of


@dataclass(frozen=True, slots=True)
class _Iteration:
    """One compiled `name in source`, and what evaluating its source costs."""

    name: str
    source: Evaluate
    end: Evaluate | None
    cost: int


_COPIED_A_STEP: Final = 64
_Iterations: TypeAlias = list[_Iteration]


@compiles(nodes.For)
def _for(node: nodes.For, scope: Scope) -> Evaluate:
    iterations, inside = _iterations(node.iterations, scope)
    body, cost = compile_costed(node.body, inside.binding("partial"))
    looks_back = nodes.reads("partial", node.body)

    def loop(environment: Environment) -> Value:
        made: list[Value] = []
        so_far: dict[str, Value] = {"partial": []}
        rounds = _rounds(iterations, environment.within_frame(so_far))
        if rounds is None:
            return None
        items, limit = environment.budget.limits.items, environment.budget.charge
        for bound in rounds:
            limit(cost)
            if looks_back:  # a copy: what one round keeps of it must not grow with the next
                limit(len(made) // _COPIED_A_STEP)
                so_far["partial"] = made.copy()
            made.append(body(bound))
            if len(made) > items:
                environment.budget.charge_items(len(made))
        return made

    return loop


@compiles(nodes.Quantified)
def _quantified(node: nodes.Quantified, scope: Scope) -> Evaluate:
    iterations, inside = _iterations(node.iterations, scope)
    condition, cost = compile_costed(node.condition, inside)
    decisive = node.quantifier == "some"

    def quantified(environment: Environment) -> Value:
        rounds = _rounds(iterations, environment)
        if rounds is None:
            return None
        result: bool | None = not decisive
        for bound in rounds:
            environment.budget.charge(cost)
            value = condition(bound)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                result = None
        return result

    return quantified


def _iterations(iterations: Sequence[nodes.Iteration], scope: Scope) -> tuple[_Iterations, Scope]:
    compiled: _Iterations = []
    for iteration in iterations:
        source, cost = compile_costed(iteration.source, scope)
        end, end_cost = (None, 0) if iteration.end is None else compile_costed(iteration.end, scope)
        compiled.append(_Iteration(iteration.name, source, end, cost + end_cost))
        scope = scope.binding(iteration.name)
    return compiled, scope


def _rounds(iterations: _Iterations, environment: Environment) -> Iterator[Environment] | None:
    """One environment for each combination; None when the first source is null, and nothing can be said."""
    first = _items(iterations[0], environment)
    return None if first is None else _combine(iterations, first, environment)


def _combine(iterations: _Iterations, items: Sequence[Value], environment: Environment) -> Iterator[Environment]:
    name, rest = iterations[0].name, iterations[1:]
    for item in items:
        inside = environment.within_frame({name: item})
        if not rest:
            yield inside
            continue
        environment.budget.charge(rest[0].cost)
        inner = _items(rest[0], inside)
        yield from _combine(rest, inner or (), inside)


def _items(iteration: _Iteration, environment: Environment) -> Sequence[Value] | None:
    value = iteration.source(environment)
    if iteration.end is not None:
        return expand(value, iteration.end(environment), environment)
    if isinstance(value, Range):
        return expand(value.start, value.end, environment, value)
    if value is None:
        environment.budget.warn("there is nothing to loop over: the list is null")
        return None
    return value if isinstance(value, list) else [value]


def expand(start: Value, end: Value, environment: Environment, interval: Range | None = None) -> list[Value] | None:
    """The whole numbers, or the days, from start to end, up or down; counted before they are built."""
    budget = environment.budget
    values: list[Value]
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        steps = _whole_steps(subtract(end, start, budget), environment)
        sign = 1 if steps >= 0 else -1
        values = [ARITHMETIC.add(start, sign * index) for index in range(abs(steps) + 1)]
    elif type(start) is date and type(end) is date:
        days = (end - start).days
        budget.charge_items(abs(days) + 1)
        sign = 1 if days >= 0 else -1
        values = [start + timedelta(days=sign * index) for index in range(abs(days) + 1)]
    else:
        budget.warn(f"a loop cannot count from {kind_of(start)} to {kind_of(end)}")
        return None
    if interval is not None and not interval.start_included:
        values = values[1:]
    if interval is not None and not interval.end_included and values and values[-1] == end:
        values = values[:-1]
    return values


def _whole_steps(distance: Value, environment: Environment) -> int:
    assert isinstance(distance, Decimal)
    if abs(distance) >= environment.budget.limits.items:
        raise FeelLimitError("list size", environment.budget.limits.items, "use a shorter range")
    environment.budget.charge_items(int(abs(distance)) + 1)
    return int(distance)


@compiles(nodes.Filter)
def _filter(node: nodes.Filter, scope: Scope) -> Evaluate:
    base = compile_node(node.base, scope)
    condition, cost = compile_costed(node.condition, scope.filtering())

    def answer(item: Value, environment: Environment) -> Value:
        environment.budget.charge(cost)
        inside = environment.within_frame({"item": item})
        return condition(inside.within_frame(item) if isinstance(item, dict) else inside)

    def filtered(environment: Environment) -> Value:
        value = base(environment)
        if value is None:
            return None
        items: list[Value] = value if isinstance(value, list) else [value]
        warnings = len(environment.budget.warnings)
        first = answer(items[0] if items else None, environment)
        if not items:  # only asked whether it is a position: that no item has the names is no fault
            del environment.budget.warnings[warnings:]
        if isinstance(first, Decimal):  # a number is a position, the same for every item
            return _item_at(items, first, environment)
        kept: list[Value] = items[:1] if first is True else []
        kept.extend(item for item in items[1:] if answer(item, environment) is True)
        return kept

    return filtered


def _item_at(items: list[Value], position: Decimal, environment: Environment) -> Value:
    index = int(position) if abs(position) <= len(items) else 0
    if index == 0:
        environment.budget.warn(f"the list of {len(items)} has no item at that position")
        return None
    return items[index - 1] if index > 0 else items[index]


@compiles(nodes.FunctionOf)
def _function(node: nodes.FunctionOf, scope: Scope) -> Evaluate:
    body, cost = compile_costed(node.body, scope.binding(*node.parameters))
    types = [type_ for type_ in node.types if type_ is not None]
    for type_ in types:
        check_type(type_)

    def define(environment: Environment) -> Value:
        budget = environment.budget

        def call(arguments: Sequence[Value]) -> Value:
            budget.charge(cost)
            if types:
                pairs = zip(arguments, node.types, strict=True)
                arguments = [value if type_ is None else coerced(value, type_, budget) for value, type_ in pairs]
            budget.enter_call()
            result = body(environment.within_frame(dict(zip(node.parameters, arguments, strict=True))))
            budget.leave_call()
            return result

        return Function(node.parameters, call, node.types)

    return define
