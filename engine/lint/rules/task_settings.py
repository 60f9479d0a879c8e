"""Every user task says what kind of work it is, whose, by when, on which form and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from care.errors import CareError, did_you_mean
from care.periods import Period
from engine.bpmn.extension import KINDS, PRIORITIES, ROLES, child
from engine.feel import FeelError, compile_expression
from engine.functions import FUNCTIONS
from engine.lint.diagram import Diagram, Sources
from engine.lint.fields import field_of, group_of
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "task-settings"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for task in diagram.each("userTask"):
        settings = child(task, "task")
        if settings is None:
            said = f"{group_of('task')} is not set: a user task needs it"
            yield error(diagram, task, NAME, said, "say its kind, role, due, form and why")
            continue
        for attribute, known in (("kind", KINDS), ("role", ROLES), ("priority", PRIORITIES)):
            value = settings.get(attribute)
            if value is not None and value not in known:
                said = f"{field_of('task', attribute)} '{value}' is not known"
                yield error(diagram, settings, NAME, said, did_you_mean(value, known))
        for attribute in ("due", "closes"):
            yield from _day(diagram, settings, attribute)
        form = settings.get("form")
        if form and form not in sources.forms():
            said = f"{field_of('task', 'form')}: no form '{form}'"
            yield error(diagram, settings, NAME, said, did_you_mean(form, sources.forms()))


def _day(diagram: Diagram, settings: Any, attribute: str) -> Iterator[Finding]:
    text = settings.get(attribute)
    try:
        if text is not None and (attribute == "due" or text[:1] in ("P", "B")):
            Period.parse(text)
        elif text is not None:
            compile_expression(text, functions=FUNCTIONS)
    except (CareError, FeelError) as problem:
        said = f"{field_of('task', attribute)}: {problem}"
        yield error(diagram, settings, NAME, said, "write P3D, or B2D for business days")


RULE = Rule(NAME, "User tasks have settings whose values are known.", check)
