"""Turns a syntax tree into nested Python closures; here are the plain constructs and the table of all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

from engine.feel import nodes
from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.functions import BUILTINS
from engine.feel.functions.registry import as_value
from engine.feel.limits import Budget
from engine.feel.lookup import MISSING, Frames, Missing, find, known, member
from engine.feel.nodes import Node, Span
from engine.feel.operators import ARITHMETIC_OPERATORS, Operator, compare, negate, order
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
    """What is known about names while compiling: those bound here, and whether list items bring their own.

    `declared` are the names that the caller says there are; with `traced` every part tells its value.
    """

    functions: Mapping[str, Callable[..., object]]
    used: Used
    declared: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()
    in_filter: bool = False
    traced: bool = False

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
    run = _COMPILERS[type(node)](node, scope)
    if scope.traced and not isinstance(node, nodes.Literal):
        return traced(run, node.span)
    return run if type(node) in _PLACING else placed(run, node.span)


# These warn of nothing themselves, or say where they do; the others are wrapped, which costs them a call.
_PLACING: Final = frozenset(
    {
        nodes.Literal,
        nodes.Name,
        nodes.ListOf,
        nodes.ContextOf,
        nodes.Chain,
        nodes.Logic,
        nodes.Compare,
        nodes.If,
        nodes.InstanceOf,
        nodes.FunctionOf,
    }
)


def placed(run: Evaluate, span: Span) -> Evaluate:
    """The same closure, which says where its warnings and its refusals belong."""

    def run_here(environment: Environment) -> Value:
        try:
            value = run(environment)
        except FeelLimitError as error:
            error.span = error.span or span
            raise
        if environment.budget.unplaced:
            environment.budget.place(span)
        return value

    return run_here


def traced(run: Evaluate, span: Span) -> Evaluate:
    """The same closure, which also leaves its value in the trace of the evaluation."""
    run = placed(run, span)

    def run_and_tell(environment: Environment) -> Value:
        trace = environment.budget.trace
        if trace is None:
            return run(environment)
        step = trace.enter(span)
        value = run(environment)
        trace.leave(step, value)
        return value

    return run_and_tell


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
    chain, dotted, span = node.chain, node.dotted, node.span
    if chain[0] in scope.local or scope.in_filter:
        if chain[0] not in scope.local:
            scope.used.possible_names.add(dotted)
        elif len(chain) == 1:
            return _local(dotted, span)
        return lambda environment: _found(chain, dotted, environment, span)
    scope.used.names.add(dotted)

    first, second = (chain[0], chain[1]) if len(chain) == 2 else (None, "")

    def fact(environment: Environment) -> Value:
        value = environment.scope.get(dotted, MISSING)
        if value is MISSING and first is not None:  # an entry of a context, the commonest of the other ways
            holder = environment.scope.get(first)
            value = holder.get(second) if type(holder) is dict else None
        if value is not None and type(value) in KNOWN_TYPES:
            return value  # type: ignore[return-value]
        return _found(chain, dotted, environment, span)

    return fact


def _local(name: str, span: Span) -> Evaluate:
    """A name bound in the expression itself, found without looking for dotted names."""

    def local(environment: Environment) -> Value:
        frames = environment.frames
        while frames is not None:
            value = frames[0].get(name, MISSING)
            if value is not MISSING:
                return value if type(value) in KNOWN_TYPES else known(value)  # type: ignore[return-value,arg-type]
            frames = frames[1]
        return _found((name,), name, environment, span)

    return local


def _found(chain: tuple[str, ...], dotted: str, environment: Environment, span: Span) -> Value:
    value = find(chain, environment.scope, environment.frames, environment.budget)
    if isinstance(value, Missing) and dotted in BUILTINS:
        return as_value(BUILTINS[dotted], environment.budget)
    if isinstance(value, Missing):
        environment.budget.warn(f"nothing is named '{dotted}'")
        value = None
    if environment.budget.unplaced:
        environment.budget.place(span)
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
    if node.written == "!=":
        raise FeelSyntaxError(node.span[0], "(!= ...) is not a range", "write it behind `in`, or not(...)")
    reaching = node.written not in ("", "=")

    def interval(environment: Environment) -> Value:
        low, high = start(environment), end(environment)
        if low is not None and high is not None and order(low, high, environment.budget, "..") is None:
            return None
        return Range(low, high, node.start_included, node.end_included, reaching)

    return interval


@compiles(nodes.Chain)
def _chain(node: nodes.Chain, scope: Scope) -> Evaluate:
    first = compile_node(node.first, scope)
    rest = [(ARITHMETIC_OPERATORS[symbol], compile_node(operand, scope)) for symbol, operand in node.rest]
    span = node.span
    if len(rest) > 1:
        return placed(_long_chain(first, rest), span)
    operate, second = rest[0]

    def chain(environment: Environment) -> Value:
        value = operate(first(environment), second(environment), environment.budget)
        if value is None:
            environment.budget.place(span)
        return value

    return chain


def _long_chain(first: Evaluate, rest: Sequence[tuple[Operator, Evaluate]]) -> Evaluate:
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
    fast, span = _FAST_COMPARISONS[symbol], node.span

    def comparison(environment: Environment) -> Value:
        first, second = left(environment), right(environment)
        if type(first) is Decimal and type(second) is Decimal:
            return fast(first, second)
        answer = compare(symbol, first, second, environment.budget)
        if answer is None:
            environment.budget.place(span)
        return answer

    return comparison


_FAST_COMPARISONS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "=": Decimal.__eq__,
    "!=": Decimal.__ne__,
    "<": Decimal.__lt__,
    "<=": Decimal.__le__,
    ">": Decimal.__gt__,
    ">=": Decimal.__ge__,
}


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
