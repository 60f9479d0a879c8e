"""A boxed conditional (DMN 1.4): one of two expressions, by a third."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.parts import part
from engine.dmn.boxed.registry import Boxed, boxes
from engine.dmn.elements import Element
from engine.dmn.run import Frame
from engine.dmn.site import Site
from engine.feel import Value


@dataclass(frozen=True, slots=True)
class Conditional:
    condition: Boxed
    then: Boxed
    otherwise: Boxed

    @property
    def names(self) -> frozenset[str]:
        return self.condition.names | self.then.names | self.otherwise.names

    @property
    def cost(self) -> int:
        return self.condition.cost + max(self.then.cost, self.otherwise.cost)

    def evaluate(self, frame: Frame) -> Value:
        chosen = self.then if self.condition.evaluate(frame) is True else self.otherwise
        return chosen.evaluate(frame)


@boxes("conditional")
def read(element: Element, site: Site) -> Conditional:
    return Conditional(part(element, "if", site), part(element, "then", site), part(element, "else", site))
