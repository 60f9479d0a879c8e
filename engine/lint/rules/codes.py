"""Errors and escalations that an event names are declared in its file and have a code."""

from __future__ import annotations

from collections.abc import Iterator

from care.errors import did_you_mean
from engine.lint.diagram import Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "codes"

KINDS = {"errorEventDefinition": "error", "escalationEventDefinition": "escalation"}


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for definition in diagram.each(*KINDS):
        kind = KINDS[local(definition)]
        declared = {each.get("id"): each.get(f"{kind}Code") for each in diagram.each(kind)}
        reference = definition.get(f"{kind}Ref")
        catches = local(definition.getparent()) in ("boundaryEvent", "startEvent")
        if reference is None and not catches:
            yield error(diagram, definition, NAME, f"throws no {kind}", f"choose the {kind} that it throws")
        elif reference is not None and reference not in declared:
            hint = did_you_mean(reference, [each for each in declared if each])
            yield error(diagram, definition, NAME, f"no {kind} '{reference}'", hint)
        elif reference is not None and not declared[reference]:
            # Without a code it would catch everything.
            yield error(
                diagram, definition, NAME, f"{kind} '{reference}' has no code", f'write {kind}Code="..."'
            )


RULE = Rule(NAME, "Errors and escalations exist and have a code.", check)
