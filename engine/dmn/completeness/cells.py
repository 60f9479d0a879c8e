"""Which values the tests of a cell tell apart, or why nobody can say before a case is there.

Between two of these bounds the answer of a cell does not change, so one value of each piece answers for all. Only the
bounds are read from the tree; what a cell accepts is always asked of the cell itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from engine.dmn.completeness.effort import Effort
from engine.dmn.intervals import KINDS
from engine.feel import BUILTINS, FeelError, Range, UnaryTests, Value, compile_expression, nodes
from engine.feel.functions.clock import CLOCK_FUNCTIONS

_INPUT: Final = ("?",)
_LARGEST: Final = Decimal("1e30")
_ORDERED: Final = ("<", "<=", ">", ">=")


class Unreadable(Exception):
    """A cell whose answers are not known before a case is there; `reason` completes "the cell ..."."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Text(NamedTuple):
    """The text of a cell, and the effort for evaluating parts of it."""

    source: str
    effort: Effort


def bounds_of(tests: UnaryTests, effort: Effort) -> tuple[Value, ...]:
    """The values at which a cell may change its answer, in the order of its text; Unreadable when nobody can tell."""
    facts = sorted(tests.names | tests.possible_names)
    if facts:
        raise Unreadable(f"reads {facts[0]}")
    foreign = sorted(name for name in tests.called if name not in BUILTINS or name in CLOCK_FUNCTIONS)
    if foreign:
        raise Unreadable(f"calls {foreign[0]}")
    text = _Text(tests.source, effort)
    return tuple(value for test in tests.tree.tests for value in _of_test(test, text))


def _of_test(test: nodes.Test, text: _Text) -> Iterator[Value]:
    """The bounds of one test of the input; a formula about the input stands for itself."""
    if test.operator or not _asks(test.operand):
        yield from _of_operand(test.operand, test.operator, text)
    else:
        yield from _of_formula(test.operand, text)


def _of_operand(node: nodes.Node, operator: str, text: _Text) -> Iterator[Value]:
    """The bounds of one test without the input; a range gives its ends, whatever else it is."""
    if isinstance(node, nodes.RangeOf) and not operator:
        for end in (node.start, node.end):
            yield from _of_value(_constant(end, text), "<")
    else:
        yield from _of_value(_constant(node, text), operator)


def _of_value(value: Value, operator: str) -> Iterator[Value]:
    """The bounds of comparing the input with a value, of looking for it in a range or among the items of a list."""
    if isinstance(value, Range):
        if not operator:
            for end in (value.start, value.end):
                yield from _of_value(end, "<")
    elif isinstance(value, list):
        yield value
        for item in value if not operator else ():
            yield from (item,) if isinstance(item, list) else _of_value(item, "")
    elif isinstance(value, str) and operator in _ORDERED:
        raise Unreadable("compares text by the alphabet")
    elif isinstance(value, Decimal) and abs(value) > _LARGEST:
        raise Unreadable("has a number that is too large to look beyond")
    elif isinstance(value, bool | str | dict) or any(kind.takes(value) for kind in KINDS):
        yield value
    elif value is not None:
        raise Unreadable("has a value that has no simple order, such as a time with a zone")


def _of_formula(node: nodes.Node, text: _Text) -> Iterator[Value]:
    """The bounds of an expression that is true or false of the input."""
    if not _asks(node):
        return
    read = _FORMULAS.get(type(node))
    if read is None:
        raise Unreadable("asks more of the input than how it compares")
    yield from read(node, text)


def _of_name(node: nodes.Name, text: _Text) -> Iterator[Value]:
    if node.chain != _INPUT:
        raise Unreadable("reads a part of the input")
    yield True


def _of_logic(node: nodes.Logic, text: _Text) -> Iterator[Value]:
    for operand in node.operands:
        yield from _of_formula(operand, text)


def _of_compare(node: nodes.Compare, text: _Text) -> Iterator[Value]:
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if _is_input(side):
            yield from _of_value(_constant(other, text), node.operator)
            return
    for side in (node.left, node.right):
        yield from _of_formula(side, text)


def _of_between(node: nodes.Between, text: _Text) -> Iterator[Value]:
    _only_input(node.value)
    for end in (node.low, node.high):
        yield from _of_value(_constant(end, text), "<")


def _of_in(node: nodes.In, text: _Text) -> Iterator[Value]:
    _only_input(node.value)
    for test in node.tests:
        yield from _of_operand(test.operand, test.operator, text)


def _of_if(node: nodes.If, text: _Text) -> Iterator[Value]:
    for part in (node.condition, node.then, node.otherwise):
        yield from _of_formula(part, text)


def _of_call(node: nodes.Call, text: _Text) -> Iterator[Value]:
    if not isinstance(node.callee, nodes.Name) or node.callee.chain != ("not",):
        raise Unreadable("calls a function of the input")
    for argument in node.arguments:
        yield from _of_formula(argument, text)


_FORMULAS: Final[dict[type, Callable[[Any, _Text], Iterator[Value]]]] = {
    nodes.Name: _of_name,
    nodes.Logic: _of_logic,
    nodes.Compare: _of_compare,
    nodes.Between: _of_between,
    nodes.In: _of_in,
    nodes.If: _of_if,
    nodes.Call: _of_call,
}


def _only_input(node: nodes.Node) -> None:
    if not _is_input(node):
        raise Unreadable("asks more of the input than how it compares")


def _is_input(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.chain == _INPUT


def _asks(node: nodes.Node) -> bool:
    """Whether the input stands somewhere in an expression."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, nodes.Name) and current.chain[0] == _INPUT[0]:
            return True
        waiting.extend(nodes.children(current))
    return False


def _constant(node: nodes.Node, text: _Text) -> Value:
    """What an expression without names and without the input is, in every case."""
    if isinstance(node, nodes.Literal):
        return node.value
    if _asks(node):
        raise Unreadable("compares the input with itself")
    try:
        return text.effort.evaluate(compile_expression(text.source[slice(*node.span)]))
    except FeelError as error:
        raise Unreadable(f"has a part without a value: {error}") from error
