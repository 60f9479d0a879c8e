"""The syntax tree of an expression: one frozen node per construct, flat where FEEL chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A chain of names as written, such as ("pf6b", "score")."""

    chain: tuple[str, ...]

    @property
    def dotted(self) -> str:
        return ".".join(self.chain)


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    value: Node


@dataclass(frozen=True, slots=True)
class ContextOf:
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RangeOf:
    """An interval; a missing end (as in `(< 10)`) is the literal null."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by operators of one precedence, applied from the left: 1 + 2 - 3."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between:
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test:
    """One unary test; the operator "" means an expression, a range or a value to meet."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In:
    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf:
    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type such as `list<number>`; members are the types in angle brackets, keys those of a context."""

    name: str
    members: tuple[TypeName, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration:
    """`name in source`, or `name in source..end` when there is an end."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For:
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some` or `every`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class FunctionOf:
    parameters: tuple[str, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Path:
    base: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter:
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A call by position, or by name when `names` is not empty."""

    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnaryTestsOf:
    """A decision table cell: no tests at all ("-"), or tests of which one must hold, perhaps under `not`."""

    tests: tuple[Test, ...]
    negated: bool


Node: TypeAlias = (
    Literal
    | Name
    | ListOf
    | Entry
    | ContextOf
    | RangeOf
    | Chain
    | Negate
    | Logic
    | Compare
    | Between
    | Test
    | In
    | InstanceOf
    | TypeName
    | If
    | Iteration
    | For
    | Quantified
    | FunctionOf
    | Path
    | Filter
    | Call
    | UnaryTestsOf
)

_FIELDS = {kind: tuple(field.name for field in fields(kind)) for kind in Node.__args__}


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below one, in source order."""
    for name in _FIELDS[type(node)]:
        yield from _nodes_in(getattr(node, name))


def _nodes_in(value: object) -> Iterator[Node]:
    if type(value) in _FIELDS:
        yield value  # type: ignore[misc]
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


def size_and_depth(root: Node) -> tuple[int, int]:
    """How many nodes a tree has and how deep it nests, found without recursion."""
    size = depth = 0
    waiting = [(root, 1)]
    while waiting:
        node, level = waiting.pop()
        size += 1
        depth = max(depth, level)
        waiting.extend((child, level + 1) for child in children(node))
    return size, depth
