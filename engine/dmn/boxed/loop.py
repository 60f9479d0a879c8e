"""A boxed iteration (DMN 1.4): one value for each item of a list."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.parts import items, iterator, part
from engine.dmn.boxed.registry import Boxed, boxes
from engine.dmn.elements import Element
from engine.dmn.run import Frame
from engine.dmn.scope import free
from engine.dmn.site import Site
from engine.feel import Value


@dataclass(frozen=True, slots=True)
class Loop:
    """`partial` is the list of what the rounds so far have given; `step` is what one round costs."""

    variable: str
    source: Boxed
    body: Boxed
    step: int

    @property
    def names(self) -> frozenset[str]:
        return self.source.names | free(self.body.names, (self.variable, "partial"))

    @property
    def cost(self) -> int:
        return 1 + self.source.cost

    def evaluate(self, frame: Frame) -> Value:
        found = items(self.source, frame)
        if found is None:
            return None
        made: list[Value] = []
        looks_back = any(name.split(".")[0] == "partial" for name in self.body.names)
        for item in found:
            # A copy, where it is read: what one round keeps of it must not grow with the next.
            so_far: list[Value] = made.copy() if looks_back else []
            frame.run.budget.charge(self.step + len(so_far) // 64)
            made.append(self.body.evaluate(frame.binding({self.variable: item, "partial": so_far})))
        return made


@boxes("for")
def read(element: Element, site: Site) -> Loop:
    variable = iterator(element, site)
    source, body = part(element, "in", site), part(element, "return", site.binding(variable, "partial"))
    return Loop(variable, source, body, body.cost)
