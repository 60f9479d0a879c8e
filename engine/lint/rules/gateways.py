"""Gateways can always go on, and their joins can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.lint.diagram import BPMN, Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "gateways"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for gateway in diagram.each("exclusiveGateway", "inclusiveGateway"):
        outgoing = diagram.flows_from[gateway.get("id")]
        if len(outgoing) < 2:
            continue
        default = gateway.get("default")
        if default is not None and default not in [flow.get("id") for flow in outgoing]:
            yield error(
                diagram,
                gateway,
                NAME,
                f"its default '{default}' is not one of its flows",
                "choose the default flow",
            )
        unconditional = [f for f in outgoing if f.find(BPMN + "conditionExpression") is None]
        for flow in unconditional:
            if flow.get("id") != default:
                yield error(
                    diagram,
                    flow,
                    NAME,
                    "has no condition and is not the default flow",
                    "write the condition or make it the default",
                )
        if default is None:
            yield error(
                diagram,
                gateway,
                NAME,
                "has no default flow",
                "make one flow the default: the way when no condition holds",
            )
    for gateway in diagram.each("parallelGateway", "inclusiveGateway"):
        twice = [
            s
            for s, n in Counter(f.get("sourceRef") for f in diagram.flows_to[gateway.get("id")]).items()
            if n > 1
        ]
        for source in twice:
            yield error(
                diagram, gateway, NAME, f"is reached twice from '{source}'", "draw one flow between them"
            )
    for gateway in diagram.each("eventBasedGateway"):
        yield from _events(diagram, gateway)


def _events(diagram: Diagram, gateway: object) -> Iterator[Finding]:
    by_id = {node.get("id"): node for node in diagram.elements() if node.get("id")}
    guarded = {event.get("attachedToRef") for event in diagram.each("boundaryEvent")}
    if len(diagram.flows_from[gateway.get("id")]) < 2:  # type: ignore[attr-defined]
        yield error(
            diagram, gateway, NAME, "an event-based gateway has two events or more", "add one or remove it"
        )
    for flow in diagram.flows_from[gateway.get("id")]:  # type: ignore[attr-defined]
        target = by_id.get(flow.get("targetRef"))
        if target is None or local(target) not in ("intermediateCatchEvent", "receiveTask"):
            yield error(
                diagram,
                flow,
                NAME,
                "an event-based gateway leads to catching events only",
                "lead it to a timer or message event",
            )
        elif len(diagram.flows_to[target.get("id")]) > 1:
            yield error(
                diagram,
                target,
                NAME,
                "an event after an event-based gateway has one way in",
                "give the other path an event of its own",
            )
        elif target.get("id") in guarded:
            yield error(
                diagram,
                target,
                NAME,
                "a receive task after an event-based gateway has no boundary event",
                "give the gateway another event",
            )


RULE = Rule(NAME, "Gateways have a way out and joins that can be counted.", check)
