"""Where in a file we are reading: what may be named and called there, how it is compiled, how an error says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, TypeVar

from engine.dmn.elements import Element, type_reference
from engine.dmn.errors import DmnSyntaxError
from engine.dmn.item_definitions import Types
from engine.dmn.types import Type
from engine.feel import Expression, FeelError, Functions, UnaryTests, compile_expression, compile_unary_tests

MAX_DEPTH: Final = 32
MAX_BOXES: Final = 5_000
MAX_NAMES: Final = 500
MAX_PATTERNS: Final = 1_000_000
_SHOWN: Final = 80
_PLAIN: Final = re.compile(r"\w+(?:\.\w+)*")
_Compiled = TypeVar("_Compiled")


@dataclass(slots=True)
class Meter:
    """What a file has used of its bounds: boxed expressions, and characters of patterns of names.

    The names of several words that are in scope are one pattern for FEEL, made anew wherever another joins them.
    """

    boxes: int = 0
    patterns: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """A place inside one decision, function or other element, whose name is `title`; `place` says where in it."""

    file: str
    kind: str
    element: str
    title: str
    functions: Functions
    types: Types
    meter: Meter
    names: frozenset[str] = frozenset()
    signatures: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    place: str = ""
    depth: int = 0
    spaced: int = 0  # the characters of the names that are not plain

    def error(self, reason: str, *, rule: str = "", cell: str = "", expression: str = "") -> DmnSyntaxError:
        """The refusal of what stands here."""
        place = ", ".join(part for part in (self.place, cell) if part)
        return DmnSyntaxError(self.file, self.element, rule, place, reason, kind=self.kind, expression=expression)

    def at(self, place: str) -> Site:
        """The same, one step further in."""
        return replace(self, place=f"{self.place}, {place}" if self.place else place)

    def binding(self, *names: str) -> Site:
        """The same with more names in scope."""
        new = {name for name in names if name} - self.names
        if len(self.names) + len(new) > MAX_NAMES:
            raise self.error(f"more than {MAX_NAMES:,} names are in scope; split the file")
        spaced = self.spaced + sum(len(name) for name in new if not _PLAIN.fullmatch(name))
        self.meter.patterns += spaced if spaced > self.spaced else 0
        if self.meter.patterns > MAX_PATTERNS:
            raise self.error("too many long names of several words are in scope; split the file, or use shorter names")
        hidden = {name: parameters for name, parameters in self.signatures.items() if name not in names}
        return replace(self, names=self.names | new, signatures=hidden, spaced=spaced)

    def calling(self, functions: Mapping[str, tuple[str, ...]]) -> Site:
        """The same with functions in scope, whose parameters are known."""
        site = self.binding(*functions)
        return replace(site, signatures={**site.signatures, **functions})

    def deeper(self) -> Site:
        """The same inside one more boxed expression."""
        self.meter.boxes += 1
        if self.meter.boxes > MAX_BOXES:
            raise self.error(f"the file has more than {MAX_BOXES:,} boxed expressions; split it")
        if self.depth == MAX_DEPTH:
            reason = f"boxed expressions are nested deeper than {MAX_DEPTH} levels; name the parts in decisions"
            raise self.error(reason)
        return replace(self, depth=self.depth + 1)

    def type(self, element: Element | None, cell: str = "") -> Type:
        """The type that an element names; any when it names none."""
        reference = type_reference(element)
        found = self.types.find(reference)
        if found is None:
            raise self.error(f"no type '{reference[:_SHOWN]}'; {self.types.hint(reference)}", cell=cell)
        return found

    def expression(self, text: str, *, rule: str = "", cell: str = "") -> Expression:
        """The compiled form of an expression that stands here."""
        return self._compiled(
            lambda: compile_expression(text, functions=self.functions, names=self.names), text, rule, cell
        )

    def tests(self, text: str, *, rule: str = "", cell: str = "") -> UnaryTests:
        """The compiled form of an input cell or of allowed values; nothing written means anything."""
        written = text or "-"
        return self._compiled(
            lambda: compile_unary_tests(written, functions=self.functions, names=self.names), written, rule, cell
        )

    def _compiled(self, compile_: Callable[[], _Compiled], text: str, rule: str, cell: str) -> _Compiled:
        try:
            return compile_()
        except FeelError as error:
            reason = f"'{text[:_SHOWN]}': {error}"
            raise self.error(reason, rule=rule, cell=cell, expression=text) from error


def distinct(names: Iterable[str], site: Site, what: str) -> tuple[str, ...]:
    """The names; refused when one is empty or there twice."""
    found: dict[str, None] = {}
    for name in names:
        if not name:
            raise site.error(f"{what} has no name; give it one")
        if name in found:
            raise site.error(f"{what} has the name '{name}' of another; rename one")
        found[name] = None
    return tuple(found)
