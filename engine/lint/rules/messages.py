"""A message's name is an event type; a start event is none or takes a message."""

from __future__ import annotations

from collections.abc import Iterator

from care.errors import did_you_mean
from engine.events import EVENTS, INTERNAL
from engine.lint.diagram import BPMN, Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "messages"
THROWING = ("endEvent", "intermediateThrowEvent")  # these send no message: refused as they are, whichever they name


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    known = {*EVENTS, *INTERNAL}
    for definition in diagram.each("messageEventDefinition", "receiveTask"):
        if (
            local(definition) == "receiveTask"
            and definition.find(BPMN + "messageEventDefinition") is not None
        ):
            continue
        if local(definition.getparent()) in THROWING:
            continue
        name = diagram.message_name(definition.get("messageRef"))
        if name is None:
            yield error(diagram, definition, NAME, "names no message", "choose the message it waits for")
        elif not name:
            yield error(diagram, definition, NAME, "its message has no name", "name it after an event type")
        elif name not in known:
            yield error(diagram, definition, NAME, f"no event type '{name}'", did_you_mean(name, known))


RULE = Rule(NAME, "Messages are event types.", check)
