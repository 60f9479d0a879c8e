"""Every user task says what kind of work it is, whose, by when, on which form and why."""

from __future__ import annotations

from collections.abc import Iterator

from care.errors import CareError, did_you_mean
from care.periods import Period
from engine.bpmn.extension import KINDS, PRIORITIES, ROLES, child
from engine.lint.diagram import Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "task-settings"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for task in diagram.each("userTask"):
        settings = child(task, "task")
        if settings is None:
            yield error(
                diagram, task, NAME, "a user task needs tl:task", "say its kind, role, due, form and why"
            )
            continue
        for attribute, known in (("kind", KINDS), ("role", ROLES), ("priority", PRIORITIES)):
            value = settings.get(attribute)
            if value is not None and value not in known:
                yield error(
                    diagram, settings, NAME, f"{attribute} '{value}' is not known", did_you_mean(value, known)
                )
        for attribute in ("due", "closes"):
            if settings.get(attribute) is not None:
                try:
                    Period.parse(settings.get(attribute))
                except CareError as problem:
                    yield error(
                        diagram,
                        settings,
                        NAME,
                        f"{attribute}: {problem}",
                        "write P3D, or B2D for business days",
                    )
        form = settings.get("form")
        if form and form not in sources.forms():
            yield error(diagram, settings, NAME, f"no form '{form}'", did_you_mean(form, sources.forms()))


RULE = Rule(NAME, "User tasks have settings whose values are known.", check)
