"""The syntax tree of an expression: one frozen node per construct, flat where FEEL chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Final, TypeAlias

from engine.feel.values import Value

Span: TypeAlias = tuple[int, int]
NOWHERE: Final[Span] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What stands somewhere in a source: `span` is its first character and the one after its last.

    Two nodes are equal when they mean the same, wherever they stand.
    """

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal(Placed):
    value: Value


@dataclass(frozen=True, slots=True)
class Name(Placed):
    """A chain of names as written, such as ("pf6b", "score")."""

    chain: tuple[str, ...]

    @property
    def dotted(self) -> str:
        return ".".join(self.chain)


@dataclass(frozen=True, slots=True)
class ListOf(Placed):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entry(Placed):
    key: str
    value: Node


@dataclass(frozen=True, slots=True)
class ContextOf(Placed):
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Placed):
    """An interval; one written as a comparison, `(< 10)`, keeps its sign and has the literal null for the other end."""

    start: Node
    end: Node
    start_included: bool
    end_included: bool
    written: str = ""


@dataclass(frozen=True, slots=True)
class Chain(Placed):
    """Operands joined by operators of one precedence, applied from the left: 1 + 2 - 3."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Negate(Placed):
    operand: Node


@dataclass(frozen=True, slots=True)
class Logic(Placed):
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Placed):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Placed):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Placed):
    """One unary test; the operator "" means an expression, a range or a value to meet."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class In(Placed):
    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Placed):
    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class TypeName(Placed):
    """A type such as `list<number>`: the types in angle brackets, the keys of a context, a function's result."""

    name: str
    members: tuple[TypeName, ...] = ()
    keys: tuple[str, ...] = ()
    result: TypeName | None = None


@dataclass(frozen=True, slots=True)
class If(Placed):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration(Placed):
    """`name in source`, or `name in source..end` when there is an end."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Placed):
    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Placed):
    """`some` or `every`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class FunctionOf(Placed):
    """A function definition; `types` has a type or None for each parameter."""

    parameters: tuple[str, ...]
    types: tuple[TypeName | None, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Path(Placed):
    base: Node
    member: str


@dataclass(frozen=True, slots=True)
class Filter(Placed):
    base: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Placed):
    """A call by position, or by name when `names` is not empty."""

    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnaryTestsOf(Placed):
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

_FIELDS = {kind: tuple(each.name for each in fields(kind) if each.name != "span") for kind in Node.__args__}


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


def reads(name: str, root: Node) -> bool:
    """Whether a tree reads a name, alone or as the first of a chain; found without recursion."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name) and node.chain[0] == name:
            return True
        waiting.extend(children(node))
    return False


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
