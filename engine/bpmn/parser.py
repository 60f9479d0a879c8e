"""From BPMN XML to specs: SpiffWorkflow's parser with our specs in the place of its own."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    EventDefinitionParser,
    IntermediateCatchEventParser,
    IntermediateThrowEventParser,
    ReceiveTaskParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.bpmn import (
    activities,
    boundary,
    catching,
    extension,
    gateways,
    live,
    multi_instance,
    throwing,
    timers,
)


class Ours:
    """Mixin of every element's parser: our extension elements, our boundary events, our loops."""

    PARALLEL_MI_CLASS = multi_instance.ParallelMultiInstance
    SEQUENTIAL_MI_CLASS = multi_instance.SequentialMultiInstance
    node: Any
    spec: Any
    task: Any
    bpmn_id: str
    process_parser: Any

    def parse_extensions(self, node: Any = None) -> dict[str, Any]:
        found = {
            "task": extension.task_settings(self.node),
            "operation": extension.operation(self.node),
            "decision": extension.decision(self.node),
        }
        return {name: value for name, value in found.items() if value is not None}

    def parse_condition(self, sequence_flow: Any) -> str | None:
        text = super().parse_condition(sequence_flow)  # type: ignore[misc]
        return None if text is None else expression_text(text)

    def _add_boundary_event(self, children: list[Any]) -> Any:
        split = boundary.Attachment(self.spec, f"{self.bpmn_id}.BoundaryEventSplit", lane=self.task.lane)
        split.connect(self.task)
        for event in children:
            split.connect(self.process_parser.parse_node(event))
        return split


class OurEvents(Ours):
    """Mixin of the event parsers: our event definitions."""

    def get_event_description(self, event: Any) -> Any: ...

    def parse_message_event(self, message_event: Any) -> Any:
        return throwing.Message(_referred(message_event, "message").get("name"))

    def parse_error_event(self, error_event: Any) -> Any:
        found = _referred(error_event, "error")
        return throwing.Error(found.get("name"), found.get("errorCode"))

    def parse_escalation_event(self, escalation_event: Any) -> Any:
        found = _referred(escalation_event, "escalation")
        return throwing.Escalation(found.get("name"), found.get("escalationCode"))

    def parse_terminate_event(self, event: Any) -> Any:
        return throwing.Terminate()

    def parse_timer_event(self, event: Any) -> Any:
        for kind in (timers.DATE, timers.DURATION, timers.CYCLE):
            for found in event.xpath(f"./bpmn:{kind}", namespaces=extension._PREFIXES):
                return timers.TimerDefinition(self.node.get("name"), kind, expression_text(found.text or ""))
        raise ValueError(f"timer '{self.node.get('id')}' has no timeDate, timeDuration or timeCycle")


def _referred(definition: Any, kind: str) -> Any:
    """The message, error or escalation that ``definition`` names. Ids are a file's own: two files may use the same."""
    root = definition.getroottree().getroot()
    for found in root.iter(full_tag(kind)):
        if found.get("id") == definition.get(f"{kind}Ref"):
            return found.attrib
    return {}


def expression_text(text: str) -> str:
    """The expression itself: Camunda 8 marks FEEL with a leading "=", which says nothing here."""
    return text.strip().removeprefix("=").strip()


def _ours(parser: type, events: bool = False) -> type:
    return type(parser.__name__, (OurEvents if events else Ours, parser), {})


def _parsers() -> dict[str, tuple[type, type]]:
    plain: dict[str, tuple[type, type]] = {
        "task": (TaskParser, live.PassThrough),
        "manualTask": (TaskParser, live.PassThrough),
        "userTask": (TaskParser, activities.UserTask),
        "serviceTask": (TaskParser, activities.ServiceTask),
        "businessRuleTask": (TaskParser, activities.BusinessRuleTask),
        "callActivity": (CallActivityParser, activities.CallActivity),
        "subProcess": (SubWorkflowParser, activities.SubProcess),
        "exclusiveGateway": (ConditionalGatewayParser, gateways.ExclusiveGateway),
        "inclusiveGateway": (ConditionalGatewayParser, gateways.InclusiveGateway),
        "parallelGateway": (GatewayParser, gateways.ParallelGateway),
    }
    events: dict[str, tuple[type, type]] = {
        "startEvent": (StartEventParser, catching.StartEvent),
        "endEvent": (EndEventParser, throwing.EndEvent),
        "intermediateCatchEvent": (IntermediateCatchEventParser, catching.CatchEvent),
        "intermediateThrowEvent": (IntermediateThrowEventParser, throwing.ThrowEvent),
        "boundaryEvent": (BoundaryEventParser, boundary.BoundaryEvent),
        "receiveTask": (ReceiveTaskParser, catching.ReceiveTask),
        "eventBasedGateway": (EventBasedGatewayParser, catching.EventBasedGateway),
    }
    assert all(issubclass(parser, EventDefinitionParser) for parser, _ in events.values())
    return {
        full_tag(tag): (_ours(parser, tag in events), spec)
        for tag, (parser, spec) in {**plain, **events}.items()
    }


class OurProcessParser(ProcessParser):
    """Makes our process specs; several start events are alternatives, without SpiffWorkflow's split and join."""

    def create_spec(self) -> live.CaseProcessSpec:
        return live.CaseProcessSpec(self.bpmn_id, self.get_name(), self.filename)

    def add_tasks(self) -> None:
        for node in self.xpath("./bpmn:startEvent"):
            self.parse_node(node)


class PathwayParser(BpmnParser):
    """Parses the elements that `engine.lint` lets through.

    SpiffWorkflow tries a gateway's flows from the top of the picture to its bottom, so that moving a box changes what
    runs; and it keeps the references of all files together, so that two files' ids collide. It gets to see neither.
    """

    PARSER_CLASSES = _parsers()
    PROCESS_PARSER_CLASS = OurProcessParser

    def add_bpmn_xml(self, bpmn: Any, filename: str | None = None) -> None:
        self._add_processes(bpmn, filename)
