"""Builds the syntax tree out of what Lark has read: one method for each alternative of the grammar."""

from __future__ import annotations

from typing import Any, Final

from lark import Token, v_args
from lark.tree import Meta
from lark.visitors import Transformer_NonRecursive

from engine.feel import nodes
from engine.feel.errors import FeelLimitError, FeelSyntaxError
from engine.feel.literals import at_literal, unescape
from engine.feel.names import spelled
from engine.feel.nodes import Node, Span
from engine.feel.values import number

_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_LONGEST_CHAIN: Final = 16
_NULL: Final = nodes.Literal(None)


class _Trailer:
    """What stands behind a value, until the value is known: a path, a filter or the arguments of a call."""

    def __init__(self, meta: Meta, *parts: Any) -> None:
        self.end = meta.end_pos
        self.parts = parts

    def attached(self, base: Node) -> Node:
        raise AssertionError(type(self).__name__)


class _Path(_Trailer):
    def attached(self, base: Node) -> Node:
        (name,) = self.parts
        span = (base.span[0], self.end)
        if not isinstance(base, nodes.Name):
            return nodes.Path(base, name, span=span)
        if len(base.chain) == _LONGEST_CHAIN:  # each name more is one more way to read the chain
            raise FeelLimitError("dotted name", _LONGEST_CHAIN, "use fewer dots")
        return nodes.Name((*base.chain, name), span=span)


class _Filter(_Trailer):
    def attached(self, base: Node) -> Node:
        return nodes.Filter(base, *self.parts, span=(base.span[0], self.end))


class _Arguments(_Trailer):
    def attached(self, base: Node) -> Node:
        return nodes.Call(base, *self.parts, span=(base.span[0], self.end))


def _span(meta: Meta) -> Span:
    return (0, 0) if meta.empty else (meta.start_pos, meta.end_pos)


@v_args(inline=True, meta=True)
class TreeBuilder(Transformer_NonRecursive[Token, Any]):
    """Lark calls a method with the place and the children of each rule it has read."""

    def if_(self, meta: Meta, condition: Node, then: Node, otherwise: Node) -> Node:
        return nodes.If(condition, then, otherwise, span=_span(meta))

    def for_(self, meta: Meta, *parts: Any) -> Node:
        return nodes.For(_distinct_iterations(parts[:-1]), parts[-1], span=_span(meta))

    def quantified(self, meta: Meta, quantifier: Token, *parts: Any) -> Node:
        return nodes.Quantified(str(quantifier), _distinct_iterations(parts[:-1]), parts[-1], span=_span(meta))

    def iteration(self, meta: Meta, name: Token, source: Node, end: Node | None) -> nodes.Iteration:
        return nodes.Iteration(spelled(name), source, end, span=_span(meta))

    def function_definition(self, meta: Meta, *parts: Any) -> Node:
        given = [part for part in parts[:-1] if part is not None]
        names = tuple(name for name, _ in given)
        _refuse_twins(names, [meta] * len(names), "the function has two parameters")
        return nodes.FunctionOf(names, tuple(type_ for _, type_ in given), parts[-1], span=_span(meta))

    def parameter(self, meta: Meta, name: Token, type_: nodes.TypeName | None) -> tuple[str, nodes.TypeName | None]:
        return spelled(name), type_

    def disjunction(self, meta: Meta, *operands: Node) -> Node:
        return nodes.Logic("or", operands, span=_span(meta))

    def conjunction(self, meta: Meta, *operands: Node) -> Node:
        return nodes.Logic("and", operands, span=_span(meta))

    def compare(self, meta: Meta, left: Node, operator: Token, right: Node) -> Node:
        return nodes.Compare(str(operator), left, right, span=_span(meta))

    def between(self, meta: Meta, value: Node, low: Node, high: Node) -> Node:
        return nodes.Between(value, low, high, span=_span(meta))

    def in_value(self, meta: Meta, value: Node, target: Node) -> Node:
        return nodes.In(value, (_test(target),), span=_span(meta))

    def in_tests(self, meta: Meta, value: Node, *tests: nodes.Test) -> Node:
        return nodes.In(value, tests, span=_span(meta))

    def instance_of(self, meta: Meta, value: Node, type_: nodes.TypeName) -> Node:
        return nodes.InstanceOf(value, type_, span=_span(meta))

    def sum(self, meta: Meta, *parts: Any) -> Node:
        return _chain(meta, parts)

    def product(self, meta: Meta, *parts: Any) -> Node:
        return _chain(meta, parts)

    def power(self, meta: Meta, *parts: Any) -> Node:
        return _chain(meta, parts)

    def negation(self, meta: Meta, _minus: Token, operand: Node) -> Node:
        if isinstance(operand, nodes.Literal) and type(operand.value) is type(number(0)):
            value = operand.value.copy_negate() if operand.value else operand.value
            return nodes.Literal(value, span=_span(meta))
        return nodes.Negate(operand, span=_span(meta))

    def postfix(self, meta: Meta, base: Node, *trailers: _Trailer) -> Node:
        for trailer in trailers:
            base = trailer.attached(base)
        return base

    def path(self, meta: Meta, name: Token) -> _Trailer:
        return _Path(meta, spelled(name))

    def filter(self, meta: Meta, condition: Node) -> _Trailer:
        return _Filter(meta, condition)

    def arguments(self, meta: Meta, *values: Node | None) -> _Trailer:
        return _Arguments(meta, tuple(value for value in values if value is not None), ())

    def named_arguments(self, meta: Meta, *named: nodes.Entry) -> _Trailer:
        return _Arguments(meta, tuple(entry.value for entry in named), tuple(entry.key for entry in named))

    def named_argument(self, meta: Meta, key: Token, value: Node) -> nodes.Entry:
        return nodes.Entry(spelled(key), value, span=_span(meta))

    def number(self, meta: Meta, token: Token) -> Node:
        return nodes.Literal(number(str(token)), span=_span(meta))

    def string(self, meta: Meta, token: Token) -> Node:
        return nodes.Literal(unescape(str(token), meta.start_pos), span=_span(meta))

    def at_literal(self, meta: Meta, token: Token) -> Node:
        position = token.start_pos or 0
        return nodes.Literal(at_literal(unescape(str(token), position), position), span=_span(meta))

    def constant(self, meta: Meta, token: Token) -> Node:
        return nodes.Literal(_CONSTANTS[str(token)], span=_span(meta))

    def name(self, meta: Meta, token: Token) -> Node:
        return nodes.Name((spelled(token),), span=_span(meta))

    def parenthesised(self, meta: Meta, inner: Node) -> Node:
        return inner

    def open_range(self, meta: Meta, operator: Token, operand: Node) -> Node:
        included, span = operator in ("<=", ">=", "="), _span(meta)
        if operator in ("=", "!="):
            return nodes.RangeOf(operand, operand, included, included, str(operator), span=span)
        if operator in ("<", "<="):
            return nodes.RangeOf(_NULL, operand, False, included, str(operator), span=span)
        return nodes.RangeOf(operand, _NULL, included, False, str(operator), span=span)

    def list_empty(self, meta: Meta, _token: Token) -> Node:
        return nodes.ListOf((), span=_span(meta))

    def list_(self, meta: Meta, *items: Node) -> Node:
        return nodes.ListOf(items, span=_span(meta))

    def range_(self, meta: Meta, opening: Token, start: Node, end: Node, closing: Token) -> Node:
        return nodes.RangeOf(start, end, opening == "[", closing == "]", span=_span(meta))

    def context(self, meta: Meta, *entries: nodes.Entry | None) -> Node:
        found = tuple(entry for entry in entries if entry is not None)
        _refuse_twins([entry.key for entry in found], found, "the context has two entries")
        return nodes.ContextOf(found, span=_span(meta))

    def entry(self, meta: Meta, key: Token, value: Node) -> nodes.Entry:
        text = unescape(str(key), meta.start_pos) if key.type == "STRING" else spelled(key)
        return nodes.Entry(text, value, span=_span(meta))

    def type(self, meta: Meta, name: Token, *rest: Any) -> nodes.TypeName:
        members = [part for part in rest if isinstance(part, tuple)]
        result = next((part for part in rest if isinstance(part, nodes.TypeName)), None)
        keys = tuple(key for key, _ in members if key)
        return nodes.TypeName(spelled(name), tuple(type_ for _, type_ in members), keys, result, span=_span(meta))

    def result(self, meta: Meta, type_: nodes.TypeName) -> nodes.TypeName:
        return type_

    def type_member(self, meta: Meta, key: Token | None, type_: nodes.TypeName) -> tuple[str, nodes.TypeName]:
        return (spelled(key) if key else "", type_)

    def any_value(self, meta: Meta, _minus: Token) -> Node:
        return nodes.UnaryTestsOf((), negated=False, span=_span(meta))

    def tests(self, meta: Meta, *tests: nodes.Test) -> Node:
        return nodes.UnaryTestsOf(tests, negated=False, span=_span(meta))

    def not_tests(self, meta: Meta, *tests: nodes.Test) -> Node:
        return nodes.UnaryTestsOf(tests, negated=True, span=_span(meta))

    def expression_test(self, meta: Meta, operand: Node) -> Node:
        return _test(operand)

    def comparison_test(self, meta: Meta, operator: Token, operand: Node) -> Node:
        return nodes.Test(str(operator), operand, span=_span(meta))


def _test(target: Node) -> nodes.Test:
    """A test on a value; `(< 5)` is the same test as `< 5`."""
    if isinstance(target, nodes.RangeOf) and target.written:
        operand = target.end if target.written.startswith("<") else target.start
        return nodes.Test(target.written, operand, span=target.span)
    return nodes.Test("", target, span=target.span)


def _chain(meta: Meta, parts: tuple[Any, ...]) -> Node:
    rest = tuple((str(parts[i]), parts[i + 1]) for i in range(1, len(parts), 2))
    return nodes.Chain(parts[0], rest, span=_span(meta))


def _distinct_iterations(iterations: tuple[nodes.Iteration, ...]) -> tuple[nodes.Iteration, ...]:
    _refuse_twins([each.name for each in iterations], iterations, "two iterations use the name")
    return iterations


def _refuse_twins(names: Any, places: Any, what: str) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            place = places[index]
            position = place.start_pos if isinstance(place, Meta) else place.span[0]
            raise FeelSyntaxError(position, f"{what} '{name[:40]}'", "give each a name of its own")
