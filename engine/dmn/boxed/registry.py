"""What a boxed expression is, and the table of those that are run: one kind of element, one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from engine.dmn.elements import Element, children, tag
from engine.dmn.errors import DmnUnsupported
from engine.dmn.run import Frame
from engine.dmn.site import Site
from engine.dmn.types import ANY, Type, coerced
from engine.feel import Value


class Boxed(Protocol):
    """Logic that gives a value: `names` are those it reads from outside, dotted; `cost` the steps of one evaluation.

    As in FEEL, steps are charged where something repeats or is called, never for what is evaluated once.
    """

    @property
    def names(self) -> frozenset[str]: ...

    @property
    def cost(self) -> int: ...

    def evaluate(self, frame: Frame) -> Value:
        """The value for the names of a frame; null where there is none."""
        ...


Reader: TypeAlias = Callable[[Element, Site], Boxed]
KINDS: Final[dict[str, Reader]] = {}


def boxes(kind: str) -> Callable[[Reader], Reader]:
    """Register the decorated function as the reader of one kind of element."""

    def register(reader: Reader) -> Reader:
        KINDS[kind] = reader
        return reader

    return register


def boxed_in(element: Element) -> list[Element]:
    """The boxed expressions directly in an element."""
    return [each for each in children(element) if tag(each) in KINDS]


def read_boxed(element: Element, site: Site) -> Boxed:
    """The logic in a boxed expression; DmnSyntaxError or DmnUnsupported when it cannot be run."""
    boxed = KINDS[tag(element)](element, site.deeper())
    type_ = site.type(element)
    if type_ is ANY or tag(element) == "functionDefinition":  # whose type is that of its result
        return boxed
    return Typed(boxed, type_, _described(site))


def read_only(parent: Element, site: Site) -> Boxed:
    """The logic in an element that holds exactly one boxed expression."""
    found = boxed_in(parent)
    if len(found) > 1:
        raise site.error(f"<{tag(parent)}> holds {len(found)} expressions; keep one")
    if not found:
        hint = "give it a decisionTable or a literalExpression"
        raise DmnUnsupported(site.file, parent.get("id") or site.element, f"an empty {tag(parent)}", hint)
    return read_boxed(found[0], site)


def cost_of(source: str) -> int:
    """The steps that an expression of this length costs where it is repeated."""
    return 1 + len(source) // 8


@dataclass(frozen=True, slots=True)
class Typed:
    """A boxed expression whose value is brought into a type."""

    inner: Boxed
    type: Type
    what: str

    @property
    def names(self) -> frozenset[str]:
        return self.inner.names

    @property
    def cost(self) -> int:
        return self.inner.cost + 1

    def evaluate(self, frame: Frame) -> Value:
        return coerced(self.inner.evaluate(frame), self.type, frame.run, self.what)


def _described(site: Site) -> str:
    return f"{site.kind} '{site.element}', {site.place}" if site.place else f"{site.kind} '{site.element}'"
