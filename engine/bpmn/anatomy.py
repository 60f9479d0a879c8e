"""What a compiled process is made of, as plain values: what a running process can be compared with.

The names are those under which a token's state is kept: an element's id, its split before boundary events, its
instances, the end that all tokens meet at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow import TaskState

from engine.bpmn import activities, boundary, catching, gateways, live, multi_instance, throwing
from engine.bpmn.timers import TimerDefinition

LIVE = frozenset({int(TaskState.WAITING), int(TaskState.READY), int(TaskState.STARTED)})
WAITING, COMPLETED = int(TaskState.WAITING), int(TaskState.COMPLETED)

SPLIT, BOUNDARY, RACE = "split", "boundary event", "event-based gateway"
PARALLEL, INCLUSIVE = "parallel gateway", "inclusive gateway"
MANY = ("sequential multi-instance activity", "parallel multi-instance activity")

_KINDS: tuple[tuple[type, str], ...] = (
    (activities.UserTask, "user task"),
    (activities.ServiceTask, "service task"),
    (activities.BusinessRuleTask, "business rule task"),
    (activities.CallActivity, "call activity"),
    (activities.SubProcess, "subprocess"),
    (boundary.Attachment, SPLIT),
    (boundary.BoundaryEvent, BOUNDARY),
    (catching.StartEvent, "start event"),
    (catching.CatchEvent, "intermediate event"),
    (catching.ReceiveTask, "receive task"),
    (catching.EventBasedGateway, RACE),
    (gateways.ExclusiveGateway, "exclusive gateway"),
    (gateways.ParallelGateway, PARALLEL),
    (gateways.InclusiveGateway, INCLUSIVE),
    (multi_instance.SequentialMultiInstance, MANY[0]),
    (multi_instance.ParallelMultiInstance, MANY[1]),
    (throwing.EndEvent, "end event"),
    (throwing.ThrowEvent, "intermediate event"),
    (live.PassThrough, "task"),
)
_TRIGGERS: tuple[tuple[type, str], ...] = (
    (TimerDefinition, "timer"),
    (throwing.Message, "message"),
    (throwing.Error, "error"),
    (throwing.Escalation, "escalation"),
)


@dataclass(frozen=True, slots=True)
class Node:
    """One spec of a process. ``element`` is the id in the diagram, None for what only we put there."""

    name: str
    kind: str
    element: str | None
    title: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    trigger: str | None = None  # what an event waits for: timer, message, error, escalation
    timer: tuple[str, str] | None = None  # its kind and expression
    message: str | None = None
    contains: str | None = None  # the process inside a call activity or subprocess
    instance: str | None = None  # of an activity of many: the spec of each

    @property
    def words(self) -> str:
        """What it is, for people: "timer boundary event"."""
        return f"{self.trigger} {self.kind}" if self.trigger else self.kind


Nodes = Mapping[str, Node]
Anatomy = Mapping[str, Nodes]  # by process id


def anatomy_of(specs: Mapping[str, Any]) -> Anatomy:
    """The nodes of every process of a version, by process and name."""
    return {process: {name: _node(each) for name, each in spec.task_specs.items()} for process, spec in specs.items()}


def _node(spec: Any) -> Node:
    element = getattr(spec, "bpmn_id", None)
    definition = getattr(spec, "event_definition", None)
    return Node(
        name=spec.name,
        kind=next((kind for each, kind in _KINDS if isinstance(spec, each)), type(spec).__name__),
        element=element,
        title=getattr(spec, "bpmn_name", None) or element or spec.name,
        inputs=tuple(spec._inputs),
        outputs=tuple(spec._outputs),
        trigger=next((word for each, word in _TRIGGERS if isinstance(definition, each)), None),
        timer=(definition.kind, definition.expression) if isinstance(definition, TimerDefinition) else None,
        message=definition.name if isinstance(definition, throwing.Message) else None,
        contains=spec.spec if isinstance(spec, activities.CallActivity | activities.SubProcess) else None,
        instance=spec.task_spec if isinstance(spec, multi_instance.MultiInstance) else None,
    )
