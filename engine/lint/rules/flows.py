"""Flow nodes are connected within their own scope: from a start to an end; splits and joins are gateways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import BPMN, Diagram, Sources, local, scope_of
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

NODES = (*ACTIVITIES, *GATEWAYS, *EVENTS)
# Refused by name; what leads to one or is attached to it is connected all the same.
_REFUSED_ACTIVITIES = ("sendTask", "scriptTask", "transaction", "adHocSubProcess")
_REFUSED_NODES = (*_REFUSED_ACTIVITIES, "complexGateway")
_NEEDS_NO_FLOW = ("linkEventDefinition", "compensateEventDefinition")


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for scope in diagram.each("process", "subProcess"):
        yield from _begun_and_ended(diagram, scope)
    nodes = {node.get("id"): node for node in diagram.each(*NODES) if not _stands_apart(node)}
    there = {node.get("id"): node for node in diagram.each(*NODES, *_REFUSED_NODES)}
    for node in nodes.values():
        yield from _connected(diagram, node)
    for event in diagram.each("boundaryEvent"):
        activity = there.get(event.get("attachedToRef"))
        is_activity = activity is not None and local(activity) in (*ACTIVITIES, *_REFUSED_ACTIVITIES)
        if not is_activity or scope_of(activity) is not scope_of(event):
            yield error(diagram, event, NAME, "is attached to nothing", "attach it to an activity beside it")
    for flow in diagram.each("sequenceFlow"):
        ends = [there.get(flow.get("sourceRef")), there.get(flow.get("targetRef"))]
        if any(end is None for end in ends):
            yield error(diagram, flow, NAME, "leads from or to nothing", "connect both ends")
        elif any(scope_of(end) is not scope_of(flow) for end in ends):
            yield error(
                diagram, flow, NAME, "leads into or out of a subprocess", "connect the subprocess itself"
            )
    yield from _reachable(diagram, nodes, [identity for identity in there if identity not in nodes])


def _stands_apart(node: Any) -> bool:
    """Compensation, links, event and ad-hoc subprocesses are refused by name; that no flow leads to them is right."""
    return (
        node.get("triggeredByEvent") == "true"
        or node.get("isForCompensation") == "true"
        or local(node.getparent()) == "adHocSubProcess"
        or any(node.find(BPMN + name) is not None for name in _NEEDS_NO_FLOW)
    )


def _begun_and_ended(diagram: Diagram, scope: Any) -> Iterator[Finding]:
    starts = scope.findall(BPMN + "startEvent")
    if not starts:
        yield error(diagram, scope, NAME, "has no start event", "add a start event")
    elif local(scope) == "subProcess" and len(starts) != 1:
        yield error(diagram, scope, NAME, "an embedded subprocess has one start event", "remove the others")
    if not scope.findall(BPMN + "endEvent"):
        yield error(diagram, scope, NAME, "has no end event", "end each path with an end event")


def _connected(diagram: Diagram, node: Any) -> Iterator[Finding]:
    kind, identity = local(node), node.get("id")
    incoming, outgoing = diagram.flows_to[identity], diagram.flows_from[identity]
    first, last = kind in ("startEvent", "boundaryEvent"), kind == "endEvent"
    if not incoming and not first:
        yield error(diagram, node, NAME, "nothing leads to it", "connect it or remove it")
    if incoming and first:
        yield error(diagram, node, NAME, f"a flow leads to a {kind}", "lead it to what follows the event")
    if not outgoing and not last:
        yield error(diagram, node, NAME, "leads nowhere", "end the path with an end event")
    if outgoing and last:
        yield error(diagram, node, NAME, "a flow leads on from an endEvent", "use an intermediate event")
    if len(outgoing) > 1 and kind not in GATEWAYS:
        yield error(diagram, node, NAME, "has several outgoing flows", "split with a gateway")
    if any(flow.find(BPMN + "conditionExpression") is not None for flow in outgoing) and kind not in (
        "exclusiveGateway",
        "inclusiveGateway",
    ):
        yield error(
            diagram, node, NAME, "has a conditional flow", "put the condition behind an exclusive gateway"
        )


def _reachable(diagram: Diagram, nodes: dict[Any, Any], refused: list[Any]) -> Iterator[Finding]:
    """Nodes that only lead to each other would never be run; how a token comes to a refused one is not asked."""
    attached: dict[Any, list[Any]] = {}
    for event in diagram.each("boundaryEvent"):
        attached.setdefault(event.get("attachedToRef"), []).append(event.get("id"))
    found: set[Any] = set()
    todo = [start.get("id") for start in diagram.each("startEvent")] + refused
    while todo:
        identity = todo.pop()
        if identity not in found:
            found.add(identity)
            todo += attached.get(identity, [])
            todo += [flow.get("targetRef") for flow in diagram.flows_from[identity]]
    for identity, node in nodes.items():
        if identity not in found and diagram.flows_to[identity]:
            yield error(
                diagram, node, NAME, "cannot be reached from a start event", "connect it or remove it"
            )


RULE = Rule(NAME, "Every node is connected within its scope; only gateways split.", check)
