"""A boxed list: one value for each expression in it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.registry import Boxed, boxed_in, boxes, read_boxed
from engine.dmn.elements import Element
from engine.dmn.run import Frame
from engine.dmn.site import Site
from engine.feel import Value


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Boxed, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(item.names for item in self.items))

    @property
    def cost(self) -> int:
        return 1 + sum(item.cost for item in self.items)

    def evaluate(self, frame: Frame) -> Value:
        return [item.evaluate(frame) for item in self.items]


@boxes("list")
def read(element: Element, site: Site) -> List:
    return List(tuple(read_boxed(item, site.at(f"item {place}")) for place, item in enumerate(boxed_in(element), 1)))
