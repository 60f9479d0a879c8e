"""A boxed context: entries that see those above them, and perhaps a last one without a name that is the result."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.registry import Boxed, boxes, read_only
from engine.dmn.elements import Element, child, children, name_of
from engine.dmn.run import Frame
from engine.dmn.scope import free
from engine.dmn.site import Site, distinct
from engine.dmn.types import Type, coerced
from engine.feel import Value


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; its value is brought into the type of its variable."""

    name: str
    type: Type
    logic: Boxed


@dataclass(frozen=True, slots=True)
class Context:
    """The entries from top to bottom; `result` is what the context gives, None when it gives all entries."""

    entries: tuple[Entry, ...]
    result: Boxed | None

    @property
    def names(self) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        bound: set[str] = set()
        for entry in self.entries:
            found |= free(entry.logic.names, bound)
            bound.add(entry.name)
        return found | free(self.result.names, bound) if self.result else found

    @property
    def cost(self) -> int:
        return 1 + sum(entry.logic.cost for entry in self.entries) + (self.result.cost if self.result else 0)

    def evaluate(self, frame: Frame) -> Value:
        made: dict[str, Value] = {}
        inside = frame.binding(made)  # sees what is made so far
        for entry in self.entries:
            made[entry.name] = coerced(entry.logic.evaluate(inside), entry.type, frame.run, f"entry '{entry.name}'")
        return made if self.result is None else self.result.evaluate(inside)


@boxes("context")
def read(element: Element, site: Site) -> Context:
    found = list(children(element, "contextEntry"))
    named = [entry for entry in found if child(entry, "variable") is not None]
    if found[:-1] != named[: len(found) - 1]:
        raise site.error("an entry without a name stands before the last; only the result has none")
    names = distinct((_name(entry) for entry in named), site, "an entry of the context")
    entries = []
    for entry, name in zip(named, names, strict=True):
        here = site.at(f"entry '{name}'")
        entries.append(Entry(name, here.type(child(entry, "variable")), read_only(entry, here)))
        site = site.binding(name)
    result = read_only(found[-1], site.at("the result")) if len(found) > len(named) else None
    return Context(tuple(entries), result)


def _name(entry: Element) -> str:
    variable = child(entry, "variable")
    return "" if variable is None else name_of(variable)
