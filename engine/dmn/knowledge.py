"""A business knowledge model: a function with a name, which sees its parameters and the functions it requires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.dmn.boxed.function import FunctionBox, read_function, result_of
from engine.dmn.elements import Element, child, name_of
from engine.dmn.errors import DmnUnsupported
from engine.dmn.run import Frame, Run
from engine.dmn.scope import Local, free
from engine.dmn.site import Site
from engine.dmn.types import Type, coerced
from engine.feel import BUILTINS, Function, Value
from engine.feel.functions.clock import CLOCK_FUNCTIONS

_HINT: Final = "give it an encapsulatedLogic with an expression"


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """A function that decisions and other functions may require; it sees none of the names of its callers."""

    element: str
    name: str
    function: FunctionBox
    result: Type
    required: tuple[Knowledge, ...]

    def bound(self, run: Run) -> Function:
        """The function as a value that expressions of one run can call."""
        return Function(self.function.parameter_names, lambda values: self._call(values, run))

    def _call(self, values: Sequence[Value], run: Run) -> Value:
        known: dict[str, Value] = {each.name: each.bound(run) for each in (*self.required, self)}
        run.budget.charge(len(known))
        value = self.function.call(values, Frame(Local(known, run.clock), run))
        return coerced(value, self.result, run, f"the result of '{self.name}'")


def read_knowledge(element: Element, site: Site, required: tuple[Knowledge, ...]) -> Knowledge:
    """The function in a business knowledge model; the site names no more than what every function may name."""
    name = variable_name(element)
    if name in BUILTINS or name in site.functions:
        raise site.error(f"'{name}' is a function of the language; give the model another name")
    logic = child(element, "encapsulatedLogic")
    if logic is None:
        raise DmnUnsupported(site.file, site.element, "a business knowledge model without logic", _HINT)
    known = (name, *(each.name for each in required))
    function = read_function(logic, site.binding(*known))
    unknown = free(function.names, (*known, *CLOCK_FUNCTIONS))
    if unknown:
        raise site.error(f"it reads {_quoted(unknown)}, which is no parameter of it; add a formalParameter")
    return Knowledge(site.element, name, function, result_of(site.type(child(element, "variable"))), required)


def variable_name(element: Element) -> str:
    """The name by which others read an element: that of its variable, else its own, else its id."""
    variable = child(element, "variable")
    own = "" if variable is None else name_of(variable)
    return own or name_of(element) or element.get("id") or ""


def _quoted(names: frozenset[str]) -> str:
    return " and ".join(f"'{name}'" for name in sorted(names)[:3])
