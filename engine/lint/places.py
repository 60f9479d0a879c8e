"""Where expressions stand in a diagram, and which kinds of values each place takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.bpmn.parser import expression_text
from engine.feel import Expression, FeelError, compile_expression, template
from engine.functions import FUNCTIONS
from engine.lint.diagram import TL, Diagram, local

BOOLEAN: Final = ("boolean",)
DATES: Final = ("date", "date and time")
DURATIONS: Final = ("days and time duration", "years and months duration")
ANYTHING: Final = ()

_ELEMENTS: Final = {
    "conditionExpression": BOOLEAN,
    "completionCondition": BOOLEAN,
    "loopCardinality": ("number",),
    "timeDate": DATES,
    "timeDuration": DURATIONS,
    "timeCycle": ("list",),
}
# A period or a repetition, which are no FEEL: P7D, B2D, R/P7D.
_PERIODS: Final = {"timeDuration": ("P", "B"), "timeCycle": ("R",)}


@dataclass(frozen=True, slots=True)
class Place:
    """A compiled expression of a diagram: its element, the whole text it stands in, and where in it it starts.

    ``kinds`` are the kinds of values that have a meaning there; empty when all have.
    """

    element: Any
    text: str
    offset: int
    expression: Expression
    kinds: tuple[str, ...]


def places(diagram: Diagram) -> Iterator[Place]:
    """Every expression of a diagram that compiles; those that do not are another rule's."""
    for element in diagram.each(*_ELEMENTS):
        name, text = local(element), expression_text(element.text or "")
        if not text.startswith(_PERIODS.get(name, ("\0",))):
            yield from _whole(element, text, _ELEMENTS[name])
    for settings in diagram.root.iter(TL + "task"):
        for attribute in ("why", "title"):
            yield from _holes(settings, settings.get(attribute) or "")
        closes = settings.get("closes") or "P1D"
        if not closes.startswith(("P", "B")):
            yield from _whole(settings, closes, DATES)
    for parameter in diagram.root.iter(TL + "parameter"):
        yield from _whole(parameter, parameter.get("value") or "", ANYTHING)


def _whole(element: Any, text: str, kinds: tuple[str, ...]) -> Iterator[Place]:
    try:
        yield Place(element, text, 0, compile_expression(text, functions=FUNCTIONS), kinds)
    except FeelError:
        return


def _holes(element: Any, text: str) -> Iterator[Place]:
    try:
        sentence = template(text, functions=FUNCTIONS)
    except FeelError:
        return
    for part, offset in zip(sentence.parts, sentence.places, strict=True):
        if isinstance(part, Expression):
            yield Place(element, text, offset, part, ANYTHING)
