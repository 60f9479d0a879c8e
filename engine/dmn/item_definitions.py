"""The types that a file defines: simple ones with allowed values, contexts of components, collections, functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from typing import Final

from engine.dmn.elements import Element, child, children, name_of, tag, text, type_reference
from engine.dmn.errors import DmnSyntaxError
from engine.dmn.types import ANY, BASE_TYPES, Type
from engine.feel import FeelError, Functions, UnaryTests, compile_unary_tests


@dataclass(frozen=True, slots=True)
class Types:
    """The types that can be named in a file."""

    defined: Mapping[str, Type]

    def find(self, reference: str) -> Type | None:
        """The type of a reference such as `number`, `feel:number` or `tPatient`; None when there is none."""
        if not reference:
            return ANY
        local = reference.rpartition(":")[2]  # DMN 1.1 wrote types with the prefix of their namespace
        for name in (reference, local):
            found = self.defined.get(name) or BASE_TYPES.get(name)
            if found is not None:
                return found
        return None

    def hint(self, reference: str) -> str:
        """What was probably meant by a reference that leads nowhere."""
        names = [*self.defined, *BASE_TYPES]
        close = get_close_matches(reference.rpartition(":")[2][:80], names, n=1)
        return f"did you mean '{close[0]}'?" if close else "define it with an itemDefinition"


def read_types(root: Element, file: str, functions: Functions) -> Types:
    """The types that the item definitions of a file define; DmnSyntaxError for one that is missing or inside itself."""
    definitions: dict[str, Element] = {}
    for element in children(root, "itemDefinition"):
        if not name_of(element):
            raise DmnSyntaxError(file, "", "", "itemDefinition", "it has no name; give it one")
        if definitions.setdefault(name_of(element), element) is not element:
            reason = "two item definitions have this name; rename one"
            raise DmnSyntaxError(file, name_of(element), "", "", reason, kind="item definition")
    defined: dict[str, Type] = {}
    for name in _in_order(definitions, file):
        defined[name] = _Reader(file, functions, name, Types(defined)).read(definitions[name], name)
    return Types(defined)


def _in_order(definitions: Mapping[str, Element], file: str) -> list[str]:
    """The names, each behind those that it refers to; its own name is that of the base type it narrows."""
    needed = {
        name: {local for local in map(_local, _references(element)) if local in definitions and local != name}
        for name, element in definitions.items()
    }
    try:
        return list(TopologicalSorter(needed).static_order())
    except CycleError as error:
        names = " → ".join(reversed(error.args[1]))
        reason = f"the type contains itself: {names}; a type has an end"
        raise DmnSyntaxError(file, error.args[1][0], "", "", reason, kind="item definition") from None


def _local(reference: str) -> str:
    return reference.rpartition(":")[2]


def _references(element: Element) -> Iterator[str]:
    yield type_reference(element)
    function = child(element, "functionItem")
    if function is not None:
        yield function.get("outputTypeRef") or ""
    for component in children(element, "itemComponent"):
        yield from _references(component)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one item definition; knows the file and the types defined so far."""

    file: str
    functions: Functions
    definition: str
    types: Types

    def read(self, element: Element, name: str) -> Type:
        """The type of a definition or of one of its components."""
        allowed = self._tests(element, "allowedValues")
        whole = self._tests(element, "typeConstraint")
        base = replace(self._base(element, name), name=name)
        # Allowed values of a list are those of its items.
        base = replace(base, item=_narrowed(base.item, allowed)) if base.item else _narrowed(base, allowed)
        if element.get("isCollection") == "true":
            base = Type(name, item=base)
        return _narrowed(base, whole)

    def _base(self, element: Element, name: str) -> Type:
        components = list(children(element, "itemComponent"))
        if components:
            return Type(name, "context", members=self._members(components))
        function = child(element, "functionItem")
        if function is not None:
            return Type(name, "function", result=self._found(function.get("outputTypeRef") or "", name))
        return self._found(type_reference(element), name)

    def _members(self, components: list[Element]) -> dict[str, Type]:
        members: dict[str, Type] = {}
        for component in components:
            name = name_of(component)
            if not name or name in members:
                raise self._error(f"component '{name}'", "a component needs a name of its own; rename it")
            members[name] = self.read(component, name)
        return members

    def _found(self, reference: str, place: str) -> Type:
        type_ = self.types.find(reference)
        if type_ is None:
            raise self._error(f"'{place}'", f"no type '{reference[:80]}'; {self.types.hint(reference)}")
        return type_

    def _tests(self, element: Element, name: str) -> tuple[UnaryTests, ...]:
        written = text(child(element, name))
        if not written:
            return ()
        try:
            return (compile_unary_tests(written, functions=self.functions),)
        except FeelError as error:
            place = f"{_WORDS[name]} of {_WORDS[tag(element)]} '{name_of(element)}'"
            raise self._error(place, f"'{written[:80]}': {error}") from error

    def _error(self, place: str, reason: str) -> DmnSyntaxError:
        return DmnSyntaxError(self.file, self.definition, "", place, reason, kind="item definition")


_WORDS: Final = {
    "allowedValues": "allowed values",
    "typeConstraint": "constraint",
    "itemDefinition": "type",
    "itemComponent": "component",
}


def _narrowed(type_: Type, allowed: tuple[UnaryTests, ...]) -> Type:
    return replace(type_, allowed=(*type_.allowed, *allowed)) if allowed else type_
