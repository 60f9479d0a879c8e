"""Elements that are not run are refused by name, never run differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
_PROCESSES = "only processes run"
_GLOBAL = "call a process that holds the task"
_DATA = "tokens carry no data; facts of the case are read by name"
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
    "choreographyTask": _PROCESSES,
    "subChoreography": _PROCESSES,
    "choreography": _PROCESSES,
    "globalChoreographyTask": _PROCESSES,
    "conversation": _PROCESSES,
    "globalConversation": _PROCESSES,
    "globalTask": _GLOBAL,
    "globalUserTask": _GLOBAL,
    "globalManualTask": _GLOBAL,
    "globalScriptTask": _GLOBAL,
    "globalBusinessRuleTask": _GLOBAL,
    "eventDefinitionRef": "write the event definition inside the event",
    "dataInputAssociation": _DATA,
    "dataOutputAssociation": _DATA,
    "ioSpecification": _DATA,
    "property": _DATA,
    "inputDataItem": _DATA,
    "outputDataItem": _DATA,
    "loopDataInputRef": _DATA,
    "loopDataOutputRef": _DATA,
    "complexBehaviorDefinition": "throw an escalation inside each instance",
}
# Attributes that change what an element does: (element or None for all, attribute, the value that is run, hint).
ATTRIBUTES = (
    ("subProcess", "triggeredByEvent", "false", "use a boundary event on an embedded subprocess"),
    ("startEvent", "parallelMultiple", "false", "use one event definition"),
    ("boundaryEvent", "parallelMultiple", "false", "use one event definition"),
    ("intermediateCatchEvent", "parallelMultiple", "false", "use one event definition"),
    ("eventBasedGateway", "instantiate", "false", "start the process with message start events"),
    ("eventBasedGateway", "eventGatewayType", "Exclusive", "use a parallel gateway before the events"),
    ("receiveTask", "instantiate", "false", "start the process with a message start event"),
    ("multiInstanceLoopCharacteristics", "behavior", "All", "throw an escalation inside each instance"),
    (None, "isForCompensation", "false", REFUSED["compensateEventDefinition"]),
    (None, "startQuantity", "1", "join the tokens with a parallel gateway"),
    (None, "completionQuantity", "1", "split with a parallel gateway"),
)


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    for element in diagram.elements():
        name = local(element)
        if name not in RUN and name not in DRAWN:
            hint = REFUSED.get(name, "see docs/bpmn-support.md for what is run")
            yield error(diagram, element, NAME, f"bpmn:{name} is not run", hint)
        else:
            yield from _attributes(diagram, element, name)
    for element in diagram.roots():
        if local(element) in REFUSED:
            yield error(diagram, element, NAME, f"bpmn:{local(element)} is not run", REFUSED[local(element)])


def _attributes(diagram: Diagram, element: Any, name: str) -> Iterator[Finding]:
    for kind, attribute, run, hint in ATTRIBUTES:
        value = element.get(attribute)
        if kind in (None, name) and value not in (None, run):
            yield error(diagram, element, NAME, f'{attribute}="{value}" is not run', hint)


RULE = Rule(NAME, "Only elements that run as BPMN says are accepted.", check)
