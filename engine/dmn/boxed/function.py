"""A boxed function: parameters and a body in FEEL, called by position or by name; other languages are refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.dmn.boxed.registry import Boxed, boxes, read_only
from engine.dmn.elements import Element, children, name_of
from engine.dmn.errors import DmnUnsupported
from engine.dmn.run import Frame
from engine.dmn.scope import free
from engine.dmn.site import Site, distinct
from engine.dmn.types import Type, coerced
from engine.feel import Function, Value

_KINDS: Final = {"Java": "a function in Java", "PMML": "a PMML model"}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class FunctionBox:
    """A function: what it is given and what it gives are brought into the declared types."""

    parameters: tuple[Parameter, ...]
    body: Boxed
    result: Type
    step: int  # what one call costs

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def names(self) -> frozenset[str]:
        return free(self.body.names, self.parameter_names)

    @property
    def cost(self) -> int:
        return 1

    def evaluate(self, frame: Frame) -> Value:
        return Function(self.parameter_names, lambda values: self.call(values, frame))

    def call(self, values: Sequence[Value], frame: Frame) -> Value:
        """The value of the body for these arguments; FeelLimitError when calls are nested too deep."""
        budget = frame.run.budget
        budget.charge(self.step)
        budget.enter_call()
        bound = {
            parameter.name: coerced(value, parameter.type, frame.run, f"parameter '{parameter.name}'")
            for parameter, value in zip(self.parameters, values, strict=True)
        }
        value = self.body.evaluate(frame.binding(bound))
        budget.leave_call()
        return coerced(value, self.result, frame.run, "the result of a function")


@boxes("functionDefinition")
def read(element: Element, site: Site) -> Boxed:
    return read_function(element, site)


def read_function(element: Element, site: Site) -> FunctionBox:
    """The function of a boxed function, or of a business knowledge model's logic."""
    kind = element.get("kind") or "FEEL"
    if kind != "FEEL":
        what = _KINDS.get(kind, f"a function of kind {kind[:40]}")
        raise DmnUnsupported(site.file, site.element, what, "write it in FEEL")
    found = list(children(element, "formalParameter"))
    names = distinct(map(name_of, found), site, "a parameter of the function")
    parameters = tuple(Parameter(name, site.type(each)) for name, each in zip(names, found, strict=True))
    body = read_only(element, site.binding(*names))
    return FunctionBox(parameters, body, result_of(site.type(element)), body.cost)


def result_of(type_: Type) -> Type:
    """What a function gives: the result of a function's type; DMN 1.1 wrote the type of the result itself."""
    return type_.result if type_.kind == "function" and type_.result is not None else type_
