"""Boxed some and every (DMN 1.4): whether a condition holds for one item of a list, or for all."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.parts import items, iterator, part
from engine.dmn.boxed.registry import Boxed, boxes
from engine.dmn.elements import Element, tag
from engine.dmn.run import Frame
from engine.dmn.scope import free
from engine.dmn.site import Site
from engine.feel import Value


@dataclass(frozen=True, slots=True)
class Quantified:
    """One true decides `some`, one false decides `every`; null where an answer is missing and none decides."""

    decisive: bool
    variable: str
    source: Boxed
    condition: Boxed
    step: int  # what one round costs

    @property
    def names(self) -> frozenset[str]:
        return self.source.names | free(self.condition.names, (self.variable,))

    @property
    def cost(self) -> int:
        return 1 + self.source.cost

    def evaluate(self, frame: Frame) -> Value:
        found = items(self.source, frame)
        if found is None:
            return None
        result: bool | None = not self.decisive
        for item in found:
            frame.run.budget.charge(self.step)
            answer = self.condition.evaluate(frame.binding({self.variable: item}))
            if answer is self.decisive:
                return self.decisive
            if not isinstance(answer, bool):
                result = None
        return result


@boxes("some")
@boxes("every")
def read(element: Element, site: Site) -> Quantified:
    variable = iterator(element, site)
    source, condition = part(element, "in", site), part(element, "satisfies", site.binding(variable))
    return Quantified(tag(element) == "some", variable, source, condition, condition.cost)
