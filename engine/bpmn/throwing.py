"""Messages, escalations, errors and terminate ends: what is thrown, and which boundary event catches it.

An escalation or error goes from the scope that throws it to the activity that contains the scope, and outwards: never
to a bystander, as SpiffWorkflow's event manager would let it once it has reached the top.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.defaults import EndEvent as SpiffEndEvent
from SpiffWorkflow.bpmn.specs.defaults import IntermediateThrowEvent as SpiffThrowEvent
from SpiffWorkflow.bpmn.specs.event_definitions import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from engine.bpmn.live import Live, Token, waiting


class Message(EventDefinition):
    """Waits for an event type of the outside world; the name is the type."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


class Nothing(NoneEventDefinition):
    """A none event."""


class Terminate(TerminateEventDefinition):
    """Ends its process at once; the end event itself does it, nobody needs to hear."""

    def throw(self, my_task: Token) -> None:
        """Nothing is thrown."""


class Coded(EventDefinition):
    """What errors and escalations share: a code, and the search for who catches it."""

    def __init__(self, name: str | None, code: str | None, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.code = code

    def throw(self, my_task: Token) -> None:
        catcher = self._catcher(my_task)
        if catcher is None:
            self.uncaught(my_task)
        else:
            catcher.task_spec.take(catcher)

    def uncaught(self, my_task: Token) -> None:
        """An escalation that nobody catches has no effect (BPMN 2.0.2, 10.5.6)."""

    def _catcher(self, my_task: Token) -> Token | None:
        scope = my_task.workflow
        while scope.parent_task_id is not None:
            activity = scope.parent_workflow.get_task_from_id(scope.parent_task_id)
            attached = [t for t in boundary_events_of(activity) if waiting(t) and self._is_for(t)]
            # The event that names this code goes before one that takes any.
            attached.sort(key=lambda t: t.task_spec.event_definition.code is None)
            if attached:
                return attached[0]
            scope = scope.parent_workflow
        return None

    def _is_for(self, token: Token) -> bool:
        wanted = token.task_spec.event_definition
        return type(wanted) is type(self) and wanted.code in (None, self.code)


class Escalation(Coded):
    """bpmn:escalationEventDefinition."""


class Error(Coded):
    """bpmn:errorEventDefinition; an error that nobody catches ends the whole process."""

    def uncaught(self, my_task: Token) -> None:
        top = my_task.workflow.top_workflow
        top.script_engine.note("error.uncaught", my_task, {"code": self.code})
        top.cancel()


def boundary_events_of(activity: Token) -> list[Token]:
    """The tokens of an activity's boundary events. An instance of many stands inside the activity."""
    from engine.bpmn.boundary import Attachment, BoundaryEvent
    from engine.bpmn.multi_instance import MultiInstance

    parent = activity.parent
    if parent is not None and isinstance(parent.task_spec, MultiInstance):
        parent = parent.parent
    if parent is None or not isinstance(parent.task_spec, Attachment):
        return []
    return [token for token in parent.children if isinstance(token.task_spec, BoundaryEvent)]


class EndEvent(Live, SpiffEndEvent):
    """bpmn:endEvent: none, terminate, escalation or error."""

    def _on_complete_hook(self, my_task: Token) -> None:
        if isinstance(self.event_definition, Terminate):
            my_task.workflow.cancel(success=True)


class ThrowEvent(Live, SpiffThrowEvent):
    """bpmn:intermediateThrowEvent: none or escalation."""
