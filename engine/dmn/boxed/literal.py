"""A literal expression: FEEL in a box, which may also give a function to be called elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.registry import boxes, cost_of
from engine.dmn.elements import Element, child, text
from engine.dmn.errors import DmnUnsupported
from engine.dmn.run import Frame
from engine.dmn.site import Site
from engine.feel import Expression, Value
from engine.feel.nodes import Filter, FunctionOf, If, Name, Path

# FEEL gives no function as the value of an expression; one of these may be a function, which a list lets out.
_MAY_BE_FUNCTIONS = (Name, FunctionOf, Path, If, Filter)


@dataclass(frozen=True, slots=True)
class Literal:
    """One expression; `listed` is a list of it alone, where its value may be a function."""

    expression: Expression
    listed: Expression | None

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    @property
    def cost(self) -> int:
        return cost_of(self.expression.source)

    def evaluate(self, frame: Frame) -> Value:
        if self.listed is None:
            return self.expression.evaluate_within(frame.run.budget, frame.scope)
        found = self.listed.evaluate_within(frame.run.budget, frame.scope)
        return found[0] if isinstance(found, list) else None


@boxes("literalExpression")
def read(element: Element, site: Site) -> Literal:
    if child(element, "importedValues") is not None:
        raise DmnUnsupported(site.file, site.element, "an import of values", "write the values here")
    written = text(element)
    if not written:
        raise site.error("the expression is empty; write null for no value")
    expression = site.expression(written)
    may_be_function = isinstance(expression.tree, _MAY_BE_FUNCTIONS)
    return Literal(expression, site.expression(f"[{written}\n]") if may_be_function else None)
