"""Start and intermediate events: what a token waits for, and what happens when it comes."""

from __future__ import annotations

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.defaults import EventBasedGateway as SpiffEventBasedGateway
from SpiffWorkflow.bpmn.specs.defaults import IntermediateCatchEvent as SpiffCatchEvent
from SpiffWorkflow.bpmn.specs.defaults import ReceiveTask as SpiffReceiveTask
from SpiffWorkflow.bpmn.specs.defaults import StartEvent as SpiffStartEvent
from SpiffWorkflow.specs.base import TaskSpec

from engine.bpmn.live import Live, Token, waiting
from engine.bpmn.throwing import Message
from engine.bpmn.timers import TimerDefinition


class Catching(Live):
    """A token that waits for its event definition, and is told by `take` that it came."""

    def _update_hook(self, my_task: Token) -> bool:
        definition = my_task.task_spec.event_definition
        if not waiting(my_task):
            my_task._inherit_data()
            my_task._set_state(TaskState.WAITING)
            if isinstance(definition, TimerDefinition):
                definition.arm(my_task)
        return bool(my_task.internal_data.get("taken"))

    def take(self, my_task: Token) -> None:
        """The event came: the token may go on."""
        my_task.internal_data["taken"] = True
        my_task._ready()
        rival_events_end(my_task)

    def _on_ready_hook(self, my_task: Token) -> None:
        """Nothing is registered with SpiffWorkflow's event manager."""

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """Nothing is registered with SpiffWorkflow's event manager."""


class StartEvent(Catching, SpiffStartEvent):
    """bpmn:startEvent: the one that the process was started by goes on; its alternatives end."""

    def _update_hook(self, my_task: Token) -> bool:
        my_task._inherit_data()
        if starts_by(self, my_task.workflow.started_by):
            return True
        my_task.cancel()
        return False


def starts_by(start: StartEvent, message: str | None) -> bool:
    """Whether a start event is the one for ``message``; None is for the none start event."""
    definition = start.event_definition
    return (definition.name if isinstance(definition, Message) else None) == message


class CatchEvent(Catching, SpiffCatchEvent):
    """bpmn:intermediateCatchEvent: timer or message."""


class ReceiveTask(Catching, SpiffReceiveTask):
    """bpmn:receiveTask: waits for a message."""


class EventBasedGateway(Live, SpiffEventBasedGateway):
    """bpmn:eventBasedGateway: arms all its events; the first to come ends the others."""

    def connect(self, taskspec: TaskSpec) -> None:
        # SpiffWorkflow moves the events into the gateway, and with them what a token would have to keep.
        TaskSpec.connect(self, taskspec)

    def _update_hook(self, my_task: Token) -> bool:
        my_task._inherit_data()
        return True

    def _on_ready_hook(self, my_task: Token) -> None:
        """Nothing is registered with SpiffWorkflow's event manager."""

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def _on_cancel(self, my_task: Token) -> None:
        """Nothing is registered with SpiffWorkflow's event manager."""


def rival_events_end(token: Token) -> None:
    """After an event-based gateway the first event wins; the others stop waiting."""
    gateway = token.parent
    if gateway is not None and isinstance(gateway.task_spec, EventBasedGateway):
        for rival in gateway.children:
            if rival is not token and waiting(rival):
                rival.cancel()
