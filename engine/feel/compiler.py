"""Turns a syntax tree into nested Python closures; here are the plain constructs and the table of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

from engine.feel import nodes
from engine.feel.limits import Budget
from engine.feel.lookup import MISSING, Frames, Missing, find, known, member
from engine.feel.nodes import Node
from engine.feel.operators import ARITHMETIC_OPERATORS, compare, equal, negate, order, within
from engine.feel.types import check_type, conforms
from engine.feel.values import KNOWN_TYPES, Range, Value


@dataclass(slots=True)  # not frozen: one is made for each round of a loop, and freezing doubles its cost
class Environment:
    """What one evaluation reads: the caller's scope, the local names inside out, and the budget."""

    scope: Mapping[str, Value]
    frames: Frames
    budget: Budget

    def within_frame(self, names: Mapping[str, Value]) -> Environment:
        """The same with one more innermost frame of names."""
        return Environment(self.scope, (names, self.frames), self.budget)


Evaluate: TypeAlias = Callable[[Environment], Value]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known about names while compiling: those bound here, and whether list items bring their own."""

    functions: Mapping[str, Callable[..., object]]
    used: Used
    local: frozenset[str] = frozenset()
    in_filter: bool = False

    def binding(self, *names: str) -> Scope:
        """The scope inside a construct that binds these names."""
        return replace(self, local=self.local | set(names))

    def filtering(self) -> Scope:
        """The scope inside a filter, where the members of each item are names too."""
        return replace(self, local=self.local | {"item"}, in_filter=True)


@dataclass(slots=True)
class Used:
    """The names and functions an expression was found to use, and how many nodes were compiled so far."""

    names: set[str] = field(default_factory=set)
    possible_names: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    nodes: int = 0


_N = TypeVar("_N", bound=Node)
_COMPILERS: Final[dict[type, Callable[[Any, Scope], Evaluate]]] = {}


def compiles(
    kind: type[_N],
) -> Callable[[Callable[[_N, Scope], Evaluate]], Callable[[_N, Scope], Evaluate]]:
    """Register the decorated function as the compiler of one kind of node."""

    def register(function: Callable[[_N, Scope], Evaluate]) -> Callable[[_N, Scope], Evaluate]:
        _COMPILERS[kind] = function
        return function

    return register


def compile_node(node: Node, scope: Scope) -> Evaluate:
    """The closure that evaluates a node."""
    scope.used.nodes += len(node.chain) if isinstance(node, nodes.Name) else 1
    return _COMPILERS[type(node)](node, scope)


def compile_costed(node: Node, scope: Scope) -> tuple[Evaluate, int]:
    """The closure that evaluates a node, and the steps to charge each time it is repeated."""
    before = scope.used.nodes
    run = compile_node(node, scope)
    return run, scope.used.nodes - before + 1


@compiles(nodes.Literal)
def _literal(node: nodes.Literal, scope: Scope) -> Evaluate:
    value = node.value
    return lambda environment: value


@compiles(nodes.Name)
def _name(node: nodes.Name, scope: Scope) -> Evaluate:
    chain, dotted = node.chain, node.dotted
    if chain[0] in scope.local or scope.in_filter:
        if chain[0] not in scope.local:
            scope.used.possible_names.add(dotted)
        return lambda environment: _found(chain, dotted, environment)
    scope.used.names.add(dotted)

    def fact(environment: Environment) -> Value:
        value = environment.scope.get(dotted)
        if value is not None and type(value) in KNOWN_TYPES:
            return value
        return _found(chain, dotted, environment)

    return fact


def _found(chain: tuple[str, ...], dotted: str, environment: Environment) -> Value:
    value = find(chain, environment.scope, environment.frames, environment.budget)
    if isinstance(value, Missing):
        environment.budget.warn(f"nothing is named '{dotted}'")
        return None
    return value


@compiles(nodes.ListOf)
def _list(node: nodes.ListOf, scope: Scope) -> Evaluate:
    items = [compile_node(item, scope) for item in node.items]
    return lambda environment: [item(environment) for item in items]


@compiles(nodes.ContextOf)
def _context(node: nodes.ContextOf, scope: Scope) -> Evaluate:
    entries: list[tuple[str, Evaluate]] = []
    for entry in node.entries:
        entries.append((entry.key, compile_node(entry.value, scope)))
        scope = scope.binding(entry.key)

    def context(environment: Environment) -> Value:
        made: dict[str, Value] = {}
        inside = environment.within_frame(made)  # an entry sees those above it
        for key, value in entries:
            made[key] = value(inside)
        return made

    return context


@compiles(nodes.RangeOf)
def _range(node: nodes.RangeOf, scope: Scope) -> Evaluate:
    start, end = compile_node(node.start, scope), compile_node(node.end, scope)

    def interval(environment: Environment) -> Value:
        low, high = start(environment), end(environment)
        if low is not None and high is not None and order(low, high, environment.budget, "..") is None:
            return None
        return Range(low, high, node.start_included, node.end_included)

    return interval


@compiles(nodes.Chain)
def _chain(node: nodes.Chain, scope: Scope) -> Evaluate:
    first = compile_node(node.first, scope)
    rest = [(ARITHMETIC_OPERATORS[symbol], compile_node(operand, scope)) for symbol, operand in node.rest]
    if len(rest) == 1:
        operator, second = rest[0]
        return lambda environment: operator(first(environment), second(environment), environment.budget)

    def chain(environment: Environment) -> Value:
        value = first(environment)
        for operate, operand in rest:
            value = operate(value, operand(environment), environment.budget)
        return value

    return chain


@compiles(nodes.Negate)
def _negate(node: nodes.Negate, scope: Scope) -> Evaluate:
    operand = compile_node(node.operand, scope)
    return lambda environment: negate(operand(environment), environment.budget)


@compiles(nodes.Logic)
def _logic(node: nodes.Logic, scope: Scope) -> Evaluate:
    operands = [compile_node(operand, scope) for operand in node.operands]
    decisive = node.operator == "or"  # one true decides `or`, one false decides `and`

    def logic(environment: Environment) -> Value:
        result: bool | None = not decisive
        for operand in operands:
            value = operand(environment)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                result = None
        return result

    return logic


@compiles(nodes.Compare)
def _compare(node: nodes.Compare, scope: Scope) -> Evaluate:
    left, right, symbol = compile_node(node.left, scope), compile_node(node.right, scope), node.operator
    fast = _FAST_COMPARISONS[symbol]

    def comparison(environment: Environment) -> Value:
        first, second = left(environment), right(environment)
        if type(first) is Decimal and type(second) is Decimal:
            return fast(first, second)
        return compare(symbol, first, second, environment.budget)

    return comparison


_FAST_COMPARISONS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "=": Decimal.__eq__,
    "!=": Decimal.__ne__,
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


@compiles(nodes.Between)
def _between(node: nodes.Between, scope: Scope) -> Evaluate:
    value, low, high = (compile_node(part, scope) for part in (node.value, node.low, node.high))

    def between(environment: Environment) -> Value:
        lower, upper = low(environment), high(environment)
        if lower is None or upper is None:
            environment.budget.warn("between needs two bounds, one is null")
            return None
        return within(value(environment), Range(lower, upper), environment.budget)

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
    operand, symbol = compile_node(test.operand, scope), test.operator
    if symbol:
        return lambda value, environment: compare(symbol, value, operand(environment), environment.budget)
    return lambda value, environment: meets(value, operand(environment), environment.budget)


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


@compiles(nodes.InstanceOf)
def _instance_of(node: nodes.InstanceOf, scope: Scope) -> Evaluate:
    value, type_ = compile_node(node.value, scope), node.type
    check_type(type_)
    return lambda environment: conforms(value(environment), type_, environment.budget)


@compiles(nodes.If)
def _if(node: nodes.If, scope: Scope) -> Evaluate:
    condition, then, otherwise = (compile_node(part, scope) for part in (node.condition, node.then, node.otherwise))
    return lambda environment: then(environment) if condition(environment) is True else otherwise(environment)


@compiles(nodes.Path)
def _path(node: nodes.Path, scope: Scope) -> Evaluate:
    base, name = compile_node(node.base, scope), node.member
    return lambda environment: member(base(environment), name, environment.budget)


def is_named(chain: tuple[str, ...], environment: Environment) -> bool:
    """Whether a chain of names has a value other than null, without a warning when it has none."""
    value = find(chain, environment.scope, environment.frames, Budget(environment.budget.limits))
    return value is not MISSING and known(value) is not None  # type: ignore[arg-type]
