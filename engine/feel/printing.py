"""A syntax tree as source again: what is printed reads back as the same tree, with brackets where they are needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeVar

from engine.feel import nodes
from engine.feel.nodes import Node
from engine.feel.text import to_text

_KEY: Final = re.compile(r"[^\W\d]\w*")
# How tightly a construct holds together, loosest first, as the grammar nests them.
_WHOLE, _OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER, _SIGNED, _TYPED, _POSTFIX = range(10)
_CHAINS: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_N = TypeVar("_N", bound=Node)
_PRINTERS: Final[dict[type, Callable[[Any], tuple[str, int]]]] = {}


def to_source(node: Node) -> str:
    """The source of a tree. Names of several words stand as they are: parse it with these names."""
    return _PRINTERS[type(node)](node)[0]


def long_names_in(node: Node) -> frozenset[str]:
    """The names in a tree that have to be declared for its source to be read back."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, nodes.Name):
            found.update(current.chain)
        elif isinstance(current, nodes.Path):
            found.add(current.member)
        waiting.extend(nodes.children(current))
    return frozenset(name for name in found if not _KEY.fullmatch(name))


def prints(kind: type[_N]) -> Callable[[Callable[[_N], tuple[str, int]]], Callable[[_N], tuple[str, int]]]:
    """Register the decorated function as the printer of one kind of node; it gives the text and how tight it is."""

    def register(function: Callable[[_N], tuple[str, int]]) -> Callable[[_N], tuple[str, int]]:
        _PRINTERS[kind] = function
        return function

    return register


def _at(node: Node, tightness: int) -> str:
    """The source of a node where at least that tightness is needed."""
    text, own = _PRINTERS[type(node)](node)
    return text if own >= tightness else f"({text})"


def _listed(items: tuple[Node, ...]) -> str:
    return ", ".join(to_source(item) for item in items)


@prints(nodes.Literal)
def _literal(node: nodes.Literal) -> tuple[str, int]:
    if isinstance(node.value, Decimal):
        text = str(node.value)
        return text, _SIGNED if text.startswith("-") else _POSTFIX
    return to_text(node.value), _POSTFIX


@prints(nodes.Name)
def _name(node: nodes.Name) -> tuple[str, int]:
    return node.dotted, _POSTFIX


@prints(nodes.ListOf)
def _list(node: nodes.ListOf) -> tuple[str, int]:
    return f"[{_listed(node.items)}]", _POSTFIX


@prints(nodes.ContextOf)
def _context(node: nodes.ContextOf) -> tuple[str, int]:
    # Keys stand in quotes: any text may be one, and words of the language too.
    entries = (f"{to_text(entry.key)}: {to_source(entry.value)}" for entry in node.entries)
    return f"{{{', '.join(entries)}}}", _POSTFIX


@prints(nodes.RangeOf)
def _range(node: nodes.RangeOf) -> tuple[str, int]:
    if node.written:
        operand = node.end if node.written.startswith("<") else node.start
        return f"({node.written} {_at(operand, _SUM)})", _POSTFIX
    opening, closing = "[" if node.start_included else "(", "]" if node.end_included else ")"
    return f"{opening}{to_source(node.start)}..{_at(node.end, _SUM)}{closing}", _POSTFIX


@prints(nodes.Chain)
def _chain(node: nodes.Chain) -> tuple[str, int]:
    level = _CHAINS[node.rest[0][0]]
    parts = [_at(node.first, level + 1)]
    parts += (f"{symbol} {_at(operand, level + 1)}" for symbol, operand in node.rest)
    return " ".join(parts), level


@prints(nodes.Negate)
def _negate(node: nodes.Negate) -> tuple[str, int]:
    return f"-{_at(node.operand, _SIGNED)}", _SIGNED


@prints(nodes.Logic)
def _logic(node: nodes.Logic) -> tuple[str, int]:
    level = _OR if node.operator == "or" else _AND
    return f" {node.operator} ".join(_at(operand, level + 1) for operand in node.operands), level


@prints(nodes.Compare)
def _compare(node: nodes.Compare) -> tuple[str, int]:
    return f"{_at(node.left, _COMPARISON)} {node.operator} {_at(node.right, _SUM)}", _COMPARISON


@prints(nodes.Between)
def _between(node: nodes.Between) -> tuple[str, int]:
    low, high = _at(node.low, _SUM), _at(node.high, _SUM)
    return f"{_at(node.value, _COMPARISON)} between {low} and {high}", _COMPARISON


@prints(nodes.In)
def _in(node: nodes.In) -> tuple[str, int]:
    value = _at(node.value, _COMPARISON)
    if len(node.tests) > 1:
        return f"{value} in ({_listed(node.tests)})", _COMPARISON
    (test,) = node.tests
    return f"{value} in {to_source(test) if test.operator else _at(test.operand, _SUM)}", _COMPARISON


@prints(nodes.Test)
def _test(node: nodes.Test) -> tuple[str, int]:
    return (f"{node.operator} {_at(node.operand, _SUM)}" if node.operator else to_source(node.operand)), _WHOLE


@prints(nodes.InstanceOf)
def _instance_of(node: nodes.InstanceOf) -> tuple[str, int]:
    return f"{_at(node.value, _TYPED)} instance of {to_source(node.type)}", _TYPED


@prints(nodes.TypeName)
def _type(node: nodes.TypeName) -> tuple[str, int]:
    keys = node.keys or ("",) * len(node.members)
    pairs = zip(keys, node.members, strict=True)
    members = [f"{key}: {to_source(member)}" if key else to_source(member) for key, member in pairs]
    inside = f"<{', '.join(members)}>" if members or node.result is not None else ""
    result = "" if node.result is None else f" -> {to_source(node.result)}"
    return node.name + inside + result, _POSTFIX


@prints(nodes.If)
def _if(node: nodes.If) -> tuple[str, int]:
    parts = (to_source(node.condition), to_source(node.then), to_source(node.otherwise))
    return "if {} then {} else {}".format(*parts), _WHOLE


@prints(nodes.Iteration)
def _iteration(node: nodes.Iteration) -> tuple[str, int]:
    end = "" if node.end is None else f"..{to_source(node.end)}"
    return f"{node.name} in {to_source(node.source)}{end}", _WHOLE


@prints(nodes.For)
def _for(node: nodes.For) -> tuple[str, int]:
    return f"for {_listed(node.iterations)} return {to_source(node.body)}", _WHOLE


@prints(nodes.Quantified)
def _quantified(node: nodes.Quantified) -> tuple[str, int]:
    return f"{node.quantifier} {_listed(node.iterations)} satisfies {to_source(node.condition)}", _WHOLE


@prints(nodes.FunctionOf)
def _function(node: nodes.FunctionOf) -> tuple[str, int]:
    typed = zip(node.parameters, node.types, strict=True)
    parameters = (name if type_ is None else f"{name}: {to_source(type_)}" for name, type_ in typed)
    return f"function({', '.join(parameters)}) {to_source(node.body)}", _WHOLE


@prints(nodes.Path)
def _path(node: nodes.Path) -> tuple[str, int]:
    # A name with a path behind it would be a longer name.
    base = _at(node.base, _POSTFIX)
    return f"({base}).{node.member}" if isinstance(node.base, nodes.Name) else f"{base}.{node.member}", _POSTFIX


@prints(nodes.Filter)
def _filter(node: nodes.Filter) -> tuple[str, int]:
    return f"{_at(node.base, _POSTFIX)}[{to_source(node.condition)}]", _POSTFIX


@prints(nodes.Call)
def _call(node: nodes.Call) -> tuple[str, int]:
    given = [to_source(argument) for argument in node.arguments]
    if node.names:
        given = [f"{name}: {text}" for name, text in zip(node.names, given, strict=True)]
    return f"{_at(node.callee, _POSTFIX)}({', '.join(given)})", _POSTFIX


@prints(nodes.UnaryTestsOf)
def _unary_tests(node: nodes.UnaryTestsOf) -> tuple[str, int]:
    if not node.tests:
        return "-", _WHOLE
    return f"not({_listed(node.tests)})" if node.negated else _listed(node.tests), _WHOLE
