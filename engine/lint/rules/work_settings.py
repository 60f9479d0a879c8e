"""Service tasks name a known operation, business rule tasks a table that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from care.errors import did_you_mean
from engine.bpmn.extension import child, operation
from engine.lint.diagram import Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error
from engine.operations import OPERATIONS

NAME = "work-settings"
_DECISION = re.compile(r'<(?:\w+:)?decision\b[^>]*?\bid="([^"]+)"')


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for task in diagram.each("serviceTask"):
        called = operation(task)
        if called is None:
            yield error(
                diagram, task, NAME, "a service task needs tl:operation", did_you_mean("", OPERATIONS)
            )
        elif called.name not in OPERATIONS:
            hint = did_you_mean(called.name, OPERATIONS)
            yield error(diagram, task, NAME, f"no operation '{called.name}'", hint)
        else:
            known = OPERATIONS[called.name].parameters
            for name in sorted({str(each) for each in called.parameters} - known):
                yield error(
                    diagram, task, NAME, f"{called.name} has no parameter '{name}'", did_you_mean(name, known)
                )
    tables = {
        d for path, text in sources.texts.items() if path.endswith(".dmn") for d in _DECISION.findall(text)
    }
    for task in diagram.each("businessRuleTask"):
        settings = child(task, "decision")
        if settings is None:
            yield error(
                diagram, task, NAME, "a business rule task needs tl:decision", "say its ref and result"
            )
        elif settings.get("ref") not in tables:
            reference = settings.get("ref")
            yield error(
                diagram, settings, NAME, f"no decision '{reference}'", did_you_mean(reference, tables)
            )


RULE = Rule(NAME, "Operations and decisions exist.", check)
