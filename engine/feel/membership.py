"""Compiles `between`, `in` and the tests behind it, which the cells of decision tables are made of too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.feel import nodes
from engine.feel.compiler import Environment, Evaluate, Scope, compile_node, compiles
from engine.feel.limits import Budget
from engine.feel.operators import compare, equal, within
from engine.feel.values import Range, Value


@compiles(nodes.Between)
def _between(node: nodes.Between, scope: Scope) -> Evaluate:
    value, low, high = (compile_node(part, scope) for part in (node.value, node.low, node.high))

    def between(environment: Environment) -> Value:
        asked, budget = value(environment), environment.budget
        above = compare(">=", asked, low(environment), budget)
        below = compare("<=", asked, high(environment), budget)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True

    return between


@compiles(nodes.In)
def _in(node: nodes.In, scope: Scope) -> Evaluate:
    value = compile_node(node.value, scope)
    tests = [compile_test(test, scope) for test in node.tests]
    return lambda environment: any_holds(tests, value(environment), environment)


TestHolds: TypeAlias = Callable[[Value, Environment], "bool | None"]


def any_holds(tests: list[TestHolds], value: Value, environment: Environment) -> bool | None:
    """Whether one of the tests holds for a value; null when none does and one has no answer."""
    result: bool | None = False
    for test in tests:
        held = test(value, environment)
        if held:
            return True
        if held is None:
            result = None
    return result


def compile_test(test: nodes.Test, scope: Scope) -> TestHolds:
    """The closure that says whether a value meets one test of `in`."""
    operand, symbol, span = compile_node(test.operand, scope), test.operator, test.span

    def holds(value: Value, environment: Environment) -> bool | None:
        wanted, budget = operand(environment), environment.budget
        answer = compare(symbol, value, wanted, budget) if symbol else meets(value, wanted, budget)
        if budget.unplaced:
            budget.place(span)
        return answer

    return holds


def meets(value: Value, wanted: Value, budget: Budget) -> bool | None:
    """Whether a value equals the wanted one, lies in it (a range), or meets a member of it (a list)."""
    if isinstance(wanted, Range) and not isinstance(value, Range):
        return within(value, wanted, budget)
    if not isinstance(wanted, list):
        return equal(value, wanted, budget)
    budget.charge_items(len(wanted))
    if isinstance(value, list) and equal(value, wanted, budget):
        return True
    return any(
        within(value, item, budget) if isinstance(item, Range) and not isinstance(value, Range)
        else type(item) is type(value) and equal(value, item, budget) is True
        for item in wanted
    )  # fmt: skip
