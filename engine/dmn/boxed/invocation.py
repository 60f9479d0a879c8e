"""A boxed invocation: the call of a function, each of its parameters bound to an expression."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn.boxed.literal import Literal
from engine.dmn.boxed.registry import Boxed, boxed_in, boxes, read_boxed, read_only
from engine.dmn.elements import Element, child, children, name_of
from engine.dmn.run import Frame
from engine.dmn.site import Site, distinct
from engine.feel import Function, Value, kind_of


@dataclass(frozen=True, slots=True)
class Invocation:
    callee: Boxed
    what: str
    bindings: tuple[tuple[str, Boxed], ...]

    @property
    def names(self) -> frozenset[str]:
        return self.callee.names.union(*(logic.names for _, logic in self.bindings))

    @property
    def cost(self) -> int:
        return 1 + self.callee.cost + sum(logic.cost for _, logic in self.bindings)

    def evaluate(self, frame: Frame) -> Value:
        function = self.callee.evaluate(frame)
        if not isinstance(function, Function):
            frame.run.warn(f"'{self.what}' is a {kind_of(function)}, which cannot be called")
            return None
        values = {name: logic.evaluate(frame) for name, logic in self.bindings}
        if values.keys() != set(function.parameters):
            frame.run.warn(f"'{self.what}' takes ({', '.join(function.parameters)})")
            return None
        return function.call([values[name] for name in function.parameters])


@boxes("invocation")
def read(element: Element, site: Site) -> Invocation:
    found = boxed_in(element)
    if len(found) != 1:
        raise site.error("the invocation needs one expression that names the function; add it before the bindings")
    callee = read_boxed(found[0], site)
    what = callee.expression.source if isinstance(callee, Literal) else "what is invoked"
    pairs = [(_parameter(binding), binding) for binding in children(element, "binding")]
    names = distinct((name for name, _ in pairs), site, "a parameter of the invocation")
    _check(what, names, site)
    bindings = tuple((name, read_only(binding, site.at(f"parameter '{name}'"))) for name, binding in pairs)
    return Invocation(callee, what[:80], bindings)


def _parameter(binding: Element) -> str:
    parameter = child(binding, "parameter")
    return "" if parameter is None else name_of(parameter)


def _check(what: str, names: tuple[str, ...], site: Site) -> None:
    """Refuse bindings that do not fit a function whose parameters are known here."""
    known = site.signatures.get(" ".join(what.split()))
    if known is not None and set(known) != set(names):
        raise site.error(f"'{what}' takes ({', '.join(known)}), but ({', '.join(names)}) are bound; bind each of them")
