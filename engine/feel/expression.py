"""Compiled expressions and unary tests: what a caller holds, and how both are made and cached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from engine.feel import calls, loops, nodes
from engine.feel.compiler import (
    Environment,
    Evaluate,
    Scope,
    Used,
    compile_node,
)
from engine.feel.errors import FeelLimitError
from engine.feel.limits import DEFAULT_LIMITS, Budget, Limits, Warned
from engine.feel.membership import TestHolds, any_holds, compile_test, meets
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.trace import Step, Trace
from engine.feel.values import Function, Value

Functions: TypeAlias = Mapping[str, Callable[..., object]]
NO_FUNCTIONS: Final[Functions] = MappingProxyType({})
INPUT: Final = "?"
_COMPILED: Final = (calls, loops)  # importing them registers their compilers


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value, and why parts of the expression became null on the way to it, each with its place."""

    value: Value
    warnings: tuple[Warned, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression.

    `names` are the free names as written, dotted; `possible_names` those inside filters, which may also be
    members of the filtered items; `called` the functions called.
    """

    source: str
    names: frozenset[str]
    possible_names: frozenset[str]
    called: frozenset[str]
    tree: nodes.Node = field(repr=False)
    limits: Limits = field(repr=False)
    _run: Evaluate = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, Value]) -> Value:
        """The value for these names; null where FEEL has no answer, FeelLimitError beyond a limit."""
        return self.evaluate_within(Budget(self.limits), scope)

    def evaluate_with_warnings(self, scope: Mapping[str, Value]) -> Evaluation:
        """The value for these names, with a sentence for each part that became null."""
        budget = Budget(self.limits)
        value = self.evaluate_within(budget, scope)
        return Evaluation(value, tuple(budget.warnings))

    def evaluate_within(self, budget: Budget, scope: Mapping[str, Value]) -> Value:
        """The value, spending from a budget that other expressions share."""
        try:
            value = self._run(Environment(scope, None, budget))
        except RecursionError:
            raise FeelLimitError("nesting depth", self.limits.depth, "name the parts in decisions") from None
        kind = type(value)
        if kind is list or kind is dict:
            budget.check_value(value)
        elif kind is Function:
            budget.warn("the result is a function, which is no value; call it")
            return None
        return value


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """A compiled decision table cell; `names` and `called` as in Expression, without `?`."""

    source: str
    names: frozenset[str]
    possible_names: frozenset[str]
    called: frozenset[str]
    negated: bool
    tree: nodes.UnaryTestsOf = field(repr=False)
    limits: Limits = field(repr=False)
    _tests: tuple[TestHolds, ...] = field(repr=False, compare=False)

    def holds(self, value: Value, scope: Mapping[str, Value]) -> bool:
        """Whether the cell accepts an input value; a test without an answer does not hold, negated or not."""
        return self.holds_within(Budget(self.limits), value, scope)

    def holds_within(self, budget: Budget, value: Value, scope: Mapping[str, Value]) -> bool:
        """Whether the cell accepts an input value, spending from a budget that other cells share."""
        if not self._tests:
            return True
        environment = Environment(scope, ({INPUT: value}, None), budget)
        try:
            held = any_holds(list(self._tests), value, environment)
        except RecursionError:
            raise FeelLimitError("nesting depth", self.limits.depth, "name the parts in decisions") from None
        return held is False if self.negated else held is True


def compile_expression(
    source: str,
    *,
    functions: Functions = NO_FUNCTIONS,
    limits: Limits = DEFAULT_LIMITS,
    names: Collection[str] = (),
) -> Expression:
    """The compiled form of a FEEL expression, cached; `functions` are called with values by position.

    `names` are those that the caller knows the scope to have: one of several words, "Applicant Age", is read as one
    name, and one that is called is taken for a function in the scope. The scope may have others besides.

    FeelSyntaxError, FeelUnknownFunction or FeelLimitError when there is none.
    """
    return _compile_expression(source, _Given(frozenset(functions.items()), limits, frozenset(names)))


def compile_unary_tests(
    source: str,
    *,
    functions: Functions = NO_FUNCTIONS,
    limits: Limits = DEFAULT_LIMITS,
    names: Collection[str] = (),
) -> UnaryTests:
    """The compiled form of a decision table's input cell: `< 5`, `[1..3]`, `"a","b"`, `not(...)`, `-`.

    FeelSyntaxError, FeelUnknownFunction or FeelLimitError when there is none; `names` as in `compile_expression`.
    """
    return _compile_unary_tests(source, _Given(frozenset(functions.items()), limits, frozenset(names)))


class _Given(NamedTuple):
    """What an expression is compiled for; with its source it is the key under which the compiled form is kept."""

    functions: frozenset[tuple[str, Callable[..., object]]]
    limits: Limits
    names: frozenset[str]

    def scope(self, used: Used, *local: str, traced: bool = False) -> Scope:
        return Scope(dict(self.functions), used, self.names, frozenset(local), traced=traced)


@lru_cache(maxsize=4096)
def _compile_expression(source: str, given: _Given, traced: bool = False) -> Expression:
    used = Used()
    tree = parse_expression(source, given.limits, given.names)
    run = compile_node(tree, given.scope(used, traced=traced))
    names, possible = frozenset(used.names), frozenset(used.possible_names)
    return Expression(source, names, possible, frozenset(used.functions), tree, given.limits, run)


@lru_cache(maxsize=4096)
def _compile_unary_tests(source: str, given: _Given) -> UnaryTests:
    used = Used()
    tree = parse_unary_tests(source, given.limits, given.names)
    assert isinstance(tree, nodes.UnaryTestsOf)
    scope = given.scope(used, INPUT)
    tests = tuple(_compile_cell_test(test, scope) for test in tree.tests)
    names, possible = frozenset(used.names), frozenset(used.possible_names)
    called = frozenset(used.functions)
    return UnaryTests(source, names, possible, called, tree.negated, tree, given.limits, tests)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value, the warnings on the way to it, and what each part of the source gave."""

    value: Value
    warnings: tuple[Warned, ...]
    steps: tuple[Step, ...]


def explain(
    source: str,
    scope: Mapping[str, Value],
    *,
    functions: Functions = NO_FUNCTIONS,
    limits: Limits = DEFAULT_LIMITS,
    names: Collection[str] = (),
) -> Explanation:
    """Evaluate an expression and keep the value of each of its parts; raises what compiling and evaluating raise."""
    expression = _compile_expression(source, _Given(frozenset(functions.items()), limits, frozenset(names)), True)
    budget, trace = Budget(limits), Trace()
    budget.trace = trace
    value = expression.evaluate_within(budget, scope)
    return Explanation(value, tuple(budget.warnings), tuple(trace.root.parts))


def _compile_cell_test(test: nodes.Test, scope: Scope) -> TestHolds:
    """A test of a cell: besides what `in` takes, an expression that is true or false for the input `?`."""
    if test.operator or isinstance(test.operand, nodes.Literal):
        return compile_test(test, scope)
    operand, asks = compile_node(test.operand, scope), nodes.reads(INPUT, test.operand)

    def holds(value: Value, environment: Environment) -> bool | None:
        answer = operand(environment)
        if asks or (isinstance(answer, bool) and not isinstance(value, bool)):
            return answer if isinstance(answer, bool) else None
        return meets(value, answer, environment.budget)

    return holds
