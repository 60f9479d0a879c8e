"""Builds the syntax tree while Lark reduces rules: one method for each alternative of the grammar."""

from __future__ import annotations

from typing import Any, Final

from lark import Token, Transformer, v_args

from engine.feel import nodes
from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from engine.feel.literals import at_literal, unescape
from engine.feel.nodes import Node
from engine.feel.values import number

_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_LONGEST_CHAIN: Final = 16
_NULL: Final = nodes.Literal(None)


class _Arguments:
    """What stands in the brackets of a call, until its callee is known."""

    def __init__(self, values: tuple[Node, ...], names: tuple[str, ...]) -> None:
        self.values = values
        self.names = names


class _Filter:
    """What stands in the brackets of a filter, until its list is known."""

    def __init__(self, condition: Node) -> None:
        self.condition = condition


@v_args(inline=True)
class TreeBuilder(Transformer[Token, Any]):
    """Lark calls a method with the children of the rule it has just read."""

    def if_(self, condition: Node, then: Node, otherwise: Node) -> Node:
        return nodes.If(condition, then, otherwise)

    def for_(self, *parts: Any) -> Node:
        return nodes.For(_distinct_iterations(parts[:-1]), parts[-1])

    def quantified(self, quantifier: Token, *parts: Any) -> Node:
        return nodes.Quantified(str(quantifier), _distinct_iterations(parts[:-1]), parts[-1])

    def iteration(self, name: Token, source: Node, end: Node | None) -> nodes.Iteration:
        return nodes.Iteration(str(name), source, end)

    def function_definition(self, *parts: Any) -> Node:
        return nodes.FunctionOf(tuple(name for name in parts[:-1] if name is not None), parts[-1])

    def parameter(self, name: Token, _type: nodes.TypeName | None) -> str:
        return str(name)

    def disjunction(self, *operands: Node) -> Node:
        return nodes.Logic("or", operands)

    def conjunction(self, *operands: Node) -> Node:
        return nodes.Logic("and", operands)

    def compare(self, left: Node, operator: Token, right: Node) -> Node:
        return nodes.Compare(str(operator), left, right)

    def between(self, value: Node, low: Node, high: Node) -> Node:
        return nodes.Between(value, low, high)

    def in_value(self, value: Node, target: Node) -> Node:
        return nodes.In(value, (nodes.Test("", target),))

    def in_tests(self, value: Node, *tests: nodes.Test) -> Node:
        return nodes.In(value, tests)

    def instance_of(self, value: Node, type_: nodes.TypeName) -> Node:
        return nodes.InstanceOf(value, type_)

    def sum(self, *parts: Any) -> Node:
        return _chain(parts)

    def product(self, *parts: Any) -> Node:
        return _chain(parts)

    def power(self, *parts: Any) -> Node:
        return _chain(parts)

    def negation(self, _minus: Token, operand: Node) -> Node:
        if isinstance(operand, nodes.Literal) and type(operand.value) is type(number(0)):
            return nodes.Literal(operand.value.copy_negate() if operand.value else operand.value)
        return nodes.Negate(operand)

    def postfix(self, base: Node, *trailers: Any) -> Node:
        for trailer in trailers:
            base = _attach(base, trailer)
        return base

    bound = postfix

    def path(self, name: Token) -> str:
        return " ".join(name.split())

    def filter(self, condition: Node) -> _Filter:
        return _Filter(condition)

    def arguments(self, *values: Node | None) -> _Arguments:
        return _Arguments(tuple(value for value in values if value is not None), ())

    def named_arguments(self, *named: nodes.Entry) -> _Arguments:
        return _Arguments(tuple(entry.value for entry in named), tuple(entry.key for entry in named))

    def named_argument(self, key: Token, value: Node) -> nodes.Entry:
        return nodes.Entry(" ".join(key.split()), value)

    def number(self, token: Token) -> Node:
        return nodes.Literal(number(str(token)))

    def string(self, token: Token) -> Node:
        return nodes.Literal(unescape(str(token), token.start_pos or 0))

    def at_literal(self, token: Token) -> Node:
        position = token.start_pos or 0
        return nodes.Literal(at_literal(unescape(str(token), position), position))

    def constant(self, token: Token) -> Node:
        return nodes.Literal(_CONSTANTS[str(token)])

    def name(self, token: Token) -> Node:
        return nodes.Name((" ".join(token.split()),))

    def parenthesised(self, inner: Node) -> Node:
        return inner

    def open_range(self, operator: Token, operand: Node) -> Node:
        if operator == "!=":
            raise FeelSyntaxError(operator.start_pos or 0, "(!= ...) is not a range", "write not(...)")
        included = operator in ("<=", ">=", "=")
        if operator == "=":
            return nodes.RangeOf(operand, operand, True, True)
        if operator in ("<", "<="):
            return nodes.RangeOf(_NULL, operand, False, included)
        return nodes.RangeOf(operand, _NULL, included, False)

    def list_empty(self, _token: Token) -> Node:
        return nodes.ListOf(())

    def list_(self, *items: Node) -> Node:
        return nodes.ListOf(items)

    def range_(self, opening: Token, start: Node, end: Node, closing: Token) -> Node:
        return nodes.RangeOf(start, end, opening == "[", closing == "]")

    def context(self, *entries: nodes.Entry | None) -> Node:
        found = tuple(entry for entry in entries if entry is not None)
        keys = [entry.key for entry in found]
        for key in keys:
            if keys.count(key) > 1:
                raise FeelError(f"the context has two entries named '{key[:40]}'; keep one")
        return nodes.ContextOf(found)

    def entry(self, key: Token, value: Node) -> nodes.Entry:
        text = unescape(str(key), key.start_pos or 0) if key.type == "STRING" else " ".join(key.split())
        return nodes.Entry(text, value)

    def type(self, name: Token, *rest: Any) -> nodes.TypeName:
        members = [part for part in rest if part is not None]
        keys = tuple(key for key, _ in members if key) if all(isinstance(part, tuple) for part in members) else ()
        types = tuple(part[1] if isinstance(part, tuple) else part for part in members)
        return nodes.TypeName(" ".join(name.split()), types, keys)

    def type_member(self, key: Token | None, type_: nodes.TypeName) -> tuple[str, nodes.TypeName]:
        return (str(key) if key else "", type_)

    def any_value(self, _minus: Token) -> Node:
        return nodes.UnaryTestsOf((), negated=False)

    def tests(self, *tests: nodes.Test) -> Node:
        return nodes.UnaryTestsOf(tests, negated=False)

    def not_tests(self, *tests: nodes.Test) -> Node:
        return nodes.UnaryTestsOf(tests, negated=True)

    def expression_test(self, operand: Node) -> Node:
        return nodes.Test("", operand)

    def comparison_test(self, operator: Token, operand: Node) -> Node:
        return nodes.Test(str(operator), operand)


def _chain(parts: tuple[Any, ...]) -> Node:
    return nodes.Chain(parts[0], tuple((str(parts[i]), parts[i + 1]) for i in range(1, len(parts), 2)))


def _distinct_iterations(iterations: tuple[nodes.Iteration, ...]) -> tuple[nodes.Iteration, ...]:
    names = [iteration.name for iteration in iterations]
    for name in names:
        if names.count(name) > 1:
            raise FeelError(f"two iterations use the name '{name}'; give each its own")
    return iterations


def _attach(base: Node, trailer: Any) -> Node:
    if isinstance(trailer, _Filter):
        return nodes.Filter(base, trailer.condition)
    if isinstance(trailer, _Arguments):
        return nodes.Call(base, trailer.values, trailer.names)
    if not isinstance(base, nodes.Name):
        return nodes.Path(base, trailer)
    if len(base.chain) == _LONGEST_CHAIN:  # each name more is one more way to read the chain
        raise FeelLimitError("dotted name", _LONGEST_CHAIN, "use fewer dots")
    return nodes.Name((*base.chain, trailer))
