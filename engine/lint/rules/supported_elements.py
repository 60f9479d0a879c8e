"""Elements that are not run are refused by name, never run differently."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.diagram import Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "supported-elements"

# What the engine runs, and what it reads or leaves alone because it has no behaviour.
RUN = frozenset(
    {
        "process",
        "subProcess",
        "callActivity",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "receiveTask",
        "task",
        "manualTask",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "sequenceFlow",
        "messageEventDefinition",
        "timerEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "terminateEventDefinition",
        "multiInstanceLoopCharacteristics",
    }
)
DRAWN = frozenset(
    {
        "laneSet",
        "lane",
        "childLaneSet",
        "flowNodeRef",
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "conditionExpression",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "loopCardinality",
        "completionCondition",
        "textAnnotation",
        "text",
        "association",
        "group",
        "category",
        "categoryValue",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "partitionElementRef",
    }
)
REFUSED = {
    "scriptTask": "use a business rule task with a DMN table, or an operation; there are no scripts",
    "sendTask": "use a service task with the operation that sends it",
    "transaction": "use an embedded subprocess with error events",
    "adHocSubProcess": "draw the order, or use a parallel gateway",
    "complexGateway": "use an inclusive or exclusive gateway",
    "signalEventDefinition": "use a message whose name is an event type",
    "conditionalEventDefinition": "use a message or timer event and a gateway",
    "linkEventDefinition": "draw the sequence flow",
    "compensateEventDefinition": "draw what undoes the work as tasks of its own",
    "cancelEventDefinition": "use an error event",
    "standardLoopCharacteristics": "draw the loop with a gateway, or use a multi-instance activity",
    "choreographyTask": "only processes run",
    "subChoreography": "only processes run",
    "dataInputAssociation": "tokens carry no data; facts of the case are read by name",
    "dataOutputAssociation": "tokens carry no data; facts of the case are read by name",
    "ioSpecification": "tokens carry no data; facts of the case are read by name",
    "property": "tokens carry no data; facts of the case are read by name",
}


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for element in diagram.elements():
        name = local(element)
        if name not in RUN and name not in DRAWN:
            hint = REFUSED.get(name, "see docs/bpmn-support.md for what is run")
            yield error(diagram, element, NAME, f"bpmn:{name} is not run", hint)
        elif name == "subProcess" and element.get("triggeredByEvent") == "true":
            yield error(
                diagram,
                element,
                NAME,
                "an event subprocess is not run",
                "use a boundary event on an embedded subprocess",
            )
        elif name in ("startEvent", "boundaryEvent") and element.get("parallelMultiple") == "true":
            yield error(
                diagram, element, NAME, "a parallel multiple event is not run", "use one event definition"
            )
        elif element.get("isForCompensation") == "true":
            yield error(
                diagram,
                element,
                NAME,
                "a compensation activity is not run",
                REFUSED["compensateEventDefinition"],
            )


RULE = Rule(NAME, "Only elements that run as BPMN says are accepted.", check)
