"""Each event carries at most the one definition that its place allows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.diagram import BPMN, Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error
from engine.lint.rules.supported_elements import REFUSED

NAME = "event-definitions"

ALLOWED = {
    "startEvent": {"messageEventDefinition"},
    "endEvent": {"terminateEventDefinition", "errorEventDefinition", "escalationEventDefinition"},
    "intermediateCatchEvent": {"timerEventDefinition", "messageEventDefinition"},
    "intermediateThrowEvent": {"escalationEventDefinition"},
    "boundaryEvent": {
        "timerEventDefinition",
        "messageEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
    },
}
NEEDS_ONE = {"intermediateCatchEvent", "boundaryEvent"}


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for event in diagram.each(*ALLOWED):
        kind = local(event)
        definitions = [child for child in event if str(child.tag).endswith("EventDefinition")]
        if len(definitions) > 1:
            yield error(diagram, event, NAME, "has several event definitions", "use one event for each")
        elif not definitions and kind in NEEDS_ONE:
            yield error(diagram, event, NAME, f"{_a(kind)} waits for nothing", "give it a timer or a message")
        elif definitions and local(definitions[0]) in REFUSED:
            continue  # run nowhere: another rule names it
        elif definitions and local(definitions[0]) not in ALLOWED[kind]:
            name = local(definitions[0])
            allowed = ", ".join(sorted(ALLOWED[kind]))
            yield error(diagram, event, NAME, f"{_a(kind)} with {name} is not run", f"it may have {allowed}")
        else:
            yield from _placed(diagram, event, kind, definitions)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ei" else f"a {kind}"


def _placed(diagram: Diagram, event: object, kind: str, definitions: list[object]) -> Iterator[Finding]:
    element, interrupting = event, event.get("cancelActivity", "true") == "true"  # type: ignore[attr-defined]
    definition = definitions[0] if definitions else None
    embedded = element.getparent().tag == BPMN + "subProcess"  # type: ignore[attr-defined]
    if kind == "startEvent" and definition is not None and embedded:
        yield error(
            diagram,
            element,
            NAME,
            "an embedded subprocess begins with a none start event",
            "remove the message",
        )
    if definition is None or local(definition) != "timerEventDefinition":
        if (
            definition is not None
            and local(definition) == "errorEventDefinition"
            and kind == "boundaryEvent"
            and not interrupting
        ):
            yield error(
                diagram, element, NAME, "an error always interrupts", "make the boundary event interrupting"
            )
        return
    timers = [c for c in definition if local(c) in ("timeDate", "timeDuration", "timeCycle")]  # type: ignore[attr-defined]
    if len(timers) != 1:
        yield error(diagram, element, NAME, "a timer has one of timeDate, timeDuration, timeCycle", "set one")
    elif local(timers[0]) == "timeCycle" and (kind != "boundaryEvent" or interrupting):
        yield error(
            diagram, element, NAME, "a cycle fires once here", "use it on a non-interrupting boundary event"
        )


RULE = Rule(NAME, "Event definitions stand where they are run.", check)
