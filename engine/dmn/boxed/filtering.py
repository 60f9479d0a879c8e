"""A boxed filter (DMN 1.4): the items of a list for which a condition holds, or the one at a position."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.dmn.boxed.parts import part
from engine.dmn.boxed.registry import Boxed, boxes
from engine.dmn.elements import Element
from engine.dmn.run import Frame
from engine.dmn.site import Site
from engine.feel import Value, compile_expression

_AT: Final = compile_expression("items[position]")


@dataclass(frozen=True, slots=True)
class Filtering:
    """In the condition `item` is the item, and the entries of an item that is a context are names."""

    source: Boxed
    condition: Boxed
    step: int  # what one round costs

    @property
    def names(self) -> frozenset[str]:
        return self.source.names  # any name in the condition may be an entry of an item, as in FEEL's own filters

    @property
    def cost(self) -> int:
        return 1 + self.source.cost

    def evaluate(self, frame: Frame) -> Value:
        found = self.source.evaluate(frame)
        if found is None:
            return None
        kept: list[Value] = []
        listed: list[Value] = found if isinstance(found, list) else [found]
        frame.run.budget.charge_items(len(listed))
        for item in listed:
            answer = self._answer(item, frame)
            if isinstance(answer, Decimal):  # a position, the same for every item
                return _AT.evaluate_within(frame.run.budget, {"items": listed, "position": answer})
            if answer is True:
                kept.append(item)
        return kept

    def _answer(self, item: Value, frame: Frame) -> Value:
        frame.run.budget.charge(self.step)
        entries = item if isinstance(item, dict) else {}
        return self.condition.evaluate(frame.binding({"item": item, **entries}))


@boxes("filter")
def read(element: Element, site: Site) -> Filtering:
    condition = part(element, "match", site.binding("item"))
    return Filtering(part(element, "in", site), condition, condition.cost)
