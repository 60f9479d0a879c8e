"""Flow nodes are connected: one way in or a start, one way out or an end; splits and joins are gateways."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.diagram import BPMN, Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "flows"

ACTIVITIES = (
    "task",
    "manualTask",
    "userTask",
    "serviceTask",
    "businessRuleTask",
    "receiveTask",
    "callActivity",
    "subProcess",
)
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.each("process", "subProcess"):
        starts = scope.findall(BPMN + "startEvent")
        if not starts:
            yield error(diagram, scope, NAME, "has no start event", "add a start event")
        elif local(scope) == "subProcess" and len(starts) != 1:
            yield error(
                diagram, scope, NAME, "an embedded subprocess has one start event", "remove the others"
            )
        if not scope.findall(BPMN + "endEvent"):
            yield error(diagram, scope, NAME, "has no end event", "end each path with an end event")
    nodes = {node.get("id") for node in diagram.each(*ACTIVITIES, *GATEWAYS, *EVENTS)}
    for node in diagram.each(*ACTIVITIES, *GATEWAYS, *EVENTS):
        yield from _connected(diagram, node)
    for event in diagram.each("boundaryEvent"):
        if event.get("attachedToRef") not in nodes:
            yield error(diagram, event, NAME, "is attached to nothing", "attach it to an activity")
    for flow in diagram.each("sequenceFlow"):
        if flow.get("sourceRef") not in nodes or flow.get("targetRef") not in nodes:
            yield error(diagram, flow, NAME, "leads from or to nothing", "connect both ends")


def _connected(diagram: Diagram, node: object) -> Iterator[Finding]:
    element, kind = node, local(node)
    identity = element.get("id")  # type: ignore[attr-defined]
    incoming, outgoing = diagram.flows_to[identity], diagram.flows_from[identity]
    if not incoming and kind not in ("startEvent", "boundaryEvent"):
        yield error(diagram, element, NAME, "nothing leads to it", "connect it or remove it")
    if not outgoing and kind != "endEvent":
        yield error(diagram, element, NAME, "leads nowhere", "end the path with an end event")
    if len(outgoing) > 1 and kind not in GATEWAYS:
        yield error(diagram, element, NAME, "has several outgoing flows", "split with a gateway")
    if any(flow.find(BPMN + "conditionExpression") is not None for flow in outgoing) and kind not in (
        "exclusiveGateway",
        "inclusiveGateway",
    ):
        yield error(
            diagram, element, NAME, "has a conditional flow", "put the condition behind an exclusive gateway"
        )


RULE = Rule(NAME, "Every node is connected; only gateways split.", check)
