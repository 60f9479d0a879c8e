"""Service tasks name a known operation, business rule tasks a table that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from care.errors import did_you_mean
from engine.bpmn.extension import child, operation
from engine.lint.diagram import Diagram, Sources
from engine.lint.fields import field_of, group_of
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error
from engine.operations import OPERATIONS

NAME = "work-settings"
_DECISION = re.compile(r'<(?:\w+:)?decision\b[^>]*?\bid="([^"]+)"')


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for task in diagram.each("serviceTask"):
        yield from _operation(diagram, task)
    tables = {
        d for path, text in sources.texts.items() if path.endswith(".dmn") for d in _DECISION.findall(text)
    }
    for task in diagram.each("businessRuleTask"):
        yield from _decision(diagram, task, tables)


def _operation(diagram: Diagram, task: Any) -> Iterator[Finding]:
    called = operation(task)
    if called is None:
        said = f"{group_of('operation')} is not set: a service task needs it"
        yield error(diagram, task, NAME, said, did_you_mean("", OPERATIONS))
    elif called.name not in OPERATIONS:
        said = f"{field_of('operation', 'name')}: {_none('operation', called.name)}"
        yield error(diagram, task, NAME, said, did_you_mean(called.name, OPERATIONS))
    else:
        known = OPERATIONS[called.name].parameters
        for name in sorted(set(called.parameters) - known, key=lambda name: name or ""):
            said = f"has no parameter '{name}'" if name else "has a parameter without a name"
            yield error(diagram, task, NAME, f"{called.name} {said}", did_you_mean(name, known))


def _decision(diagram: Diagram, task: Any, tables: set[str]) -> Iterator[Finding]:
    settings = child(task, "decision")
    if settings is None:
        said = f"{group_of('decision')} is not set: a business rule task needs it"
        yield error(diagram, task, NAME, said, "say its ref and result")
    elif settings.get("ref") not in tables:
        reference = settings.get("ref")
        said = f"{field_of('decision', 'ref')}: {_none('decision', reference)}"
        yield error(diagram, settings, NAME, said, did_you_mean(reference, tables))


def _none(kind: str, name: str | None) -> str:
    return f"no {kind} '{name}'" if name else f"no {kind} is named"


RULE = Rule(NAME, "Operations and decisions exist.", check)
