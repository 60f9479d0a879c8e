"""Multi-instance activities repeat by cardinality."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.diagram import BPMN, Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.flows import ACTIVITIES
from engine.lint.rules.rule import Rule, error

NAME = "loops"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for loop in diagram.each("multiInstanceLoopCharacteristics"):
        activity = loop.getparent()
        if local(activity) not in ACTIVITIES or len(activity.findall(loop.tag)) > 1:
            yield error(
                diagram, loop, NAME, "is no activity's one loop", "only an activity repeats, in one way"
            )
        if loop.find(BPMN + "loopCardinality") is None:
            yield error(
                diagram, loop, NAME, "has no loop cardinality", "say how often, e.g. count(hrsn.needs)"
            )
        for child in loop:
            if local(child) not in (
                "",
                "loopCardinality",
                "completionCondition",
                "extensionElements",
                "documentation",
            ):
                yield error(
                    diagram,
                    child,
                    NAME,
                    f"{local(child)} is not run",
                    "tokens carry no data; use the counter",
                )


RULE = Rule(NAME, "Loops have a cardinality.", check)
