"""Elements that are not run are refused by name, never run differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import BPMN, Diagram, Sources, local
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
        "dataState",
        "dataStoreReference",
        "partitionElementRef",
    }
)
_PROCESSES = "only processes run: draw it as one"
_GLOBAL = "call a process that holds the task"
_DATA = "tokens carry no data; facts of the case are read by name"
_PEOPLE = "say the role in tl:task"
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
    "callChoreography": _PROCESSES,
    "conversation": _PROCESSES,
    "subConversation": _PROCESSES,
    "callConversation": _PROCESSES,
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
    "dataInput": _DATA,
    "dataOutput": _DATA,
    "inputSet": _DATA,
    "outputSet": _DATA,
    "property": _DATA,
    "inputDataItem": _DATA,
    "outputDataItem": _DATA,
    "loopDataInputRef": _DATA,
    "loopDataOutputRef": _DATA,
    "complexBehaviorDefinition": "throw an escalation inside each instance",
    "operationRef": "the message's name says what happened; work that is called is a service task's tl:operation",
    "performer": _PEOPLE,
    "humanPerformer": _PEOPLE,
    "potentialOwner": _PEOPLE,
    "resourceRole": _PEOPLE,
    "rendering": "write a form, and name it in tl:task",
}
_CONVERSATIONS = ("conversation", "subConversation", "callConversation")
_HOLDS_NODES = ("transaction", "adHocSubProcess")  # refused, and so is each thing in them that is not run
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
    for process in diagram.each("process"):
        yield from _inside(diagram, process)
    for element in diagram.roots():
        if local(element) in REFUSED:
            yield _refused(diagram, element)
        elif local(element) == "collaboration":
            yield from (_refused(diagram, each) for each in element if local(each) in _CONVERSATIONS)


def _inside(diagram: Diagram, element: Any) -> Iterator[Finding]:
    """What is refused is named once: the sets and references in it go with it."""
    name = local(element)
    if not str(element.tag).startswith(BPMN) or name in RUN or name in DRAWN:
        yield from _attributes(diagram, element, name)
    else:
        yield _refused(diagram, element)
        if name not in _HOLDS_NODES:
            return
    if name == "extensionElements":
        return  # other tools' own, also where they stand in BPMN's namespace because it is the file's default
    for child in element:
        yield from _inside(diagram, child)


def _refused(diagram: Diagram, element: Any) -> Finding:
    name, title = local(element), " ".join((element.get("name") or "").split())
    called = f" “{title}”" if title else ""
    hint = REFUSED.get(name, "see docs/bpmn-support.md for what is run")
    return error(diagram, element, NAME, f"bpmn:{name}{called} is not run", hint)


def _attributes(diagram: Diagram, element: Any, name: str) -> Iterator[Finding]:
    if not str(element.tag).startswith(BPMN):
        return
    for kind, attribute, run, hint in ATTRIBUTES:
        value = element.get(attribute)
        if kind in (None, name) and value not in (None, run):
            yield error(diagram, element, NAME, f'{attribute}="{value}" is not run', hint)


RULE = Rule(NAME, "Only elements that run as BPMN says are accepted.", check)
