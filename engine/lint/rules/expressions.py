"""Every expression compiles: conditions, timers, templates, parameters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from care.errors import CareError
from care.periods import Cycle, Period
from engine.bpmn.parser import expression_text
from engine.feel import FeelError, compile_expression, template
from engine.functions import FUNCTIONS
from engine.lint.diagram import TL, Diagram, Sources, local
from engine.lint.fields import field_of, place_of
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "expressions"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for element in diagram.each("conditionExpression", "timeDate", "loopCardinality", "completionCondition"):
        yield from _feel(diagram, element, expression_text(element.text or ""))
    for element in diagram.each("timeDuration"):
        yield from _timer(diagram, element, Period.parse, ("P", "B"))
    for element in diagram.each("timeCycle"):
        yield from _timer(diagram, element, Cycle.parse, ("R",))
    for settings in diagram.root.iter(TL + "task"):
        for attribute in ("why", "title"):
            if settings.get(attribute):
                yield from _template(diagram, settings, attribute)
    for parameter in diagram.root.iter(TL + "parameter"):
        yield from _feel(diagram, parameter, parameter.get("value") or "")


def _feel(diagram: Diagram, element: Any, text: str) -> Iterator[Finding]:
    try:
        compile_expression(text, functions=FUNCTIONS)
    except FeelError as problem:
        place = place_of(local(element), element.get("name"))
        yield error(diagram, element, NAME, f"{place} '{text}': {problem}", "see docs/expressions.md")


def _timer(diagram: Diagram, element: Any, parse: Any, marks: tuple[str, ...]) -> Iterator[Finding]:
    text = expression_text(element.text or "")
    if not text.startswith(marks):
        yield from _feel(diagram, element, text)
        return
    try:
        parse(text)
    except CareError as problem:
        place = place_of(local(element), element.get("name"))
        yield error(diagram, element, NAME, f"{place} '{text}': {problem}", "see docs/expressions.md")


def _template(diagram: Diagram, settings: Any, attribute: str) -> Iterator[Finding]:
    try:
        template(settings.get(attribute), functions=FUNCTIONS)
    except FeelError as problem:
        said = f"{field_of('task', attribute)}: {problem}"
        yield error(diagram, settings, NAME, said, "see docs/expressions.md, templates")


RULE = Rule(NAME, "Expressions compile.", check)
