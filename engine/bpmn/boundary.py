"""Boundary events: armed while their activity runs.

SpiffWorkflow completes a non-interrupting boundary event at its first firing, so that a second message is lost. Here
the event stays armed beside its activity, and each firing starts a token of its own.

The tree: a split stands before the activity; the activity and its events are the split's children.
"""

from __future__ import annotations

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent as SpiffBoundaryEvent

from engine.bpmn.catching import Catching
from engine.bpmn.live import Live, Token, end, unfinished, waiting
from engine.bpmn.timers import TimerDefinition


class Attachment(Live, BoundaryEventSplit):
    """Stands before an activity with boundary events and arms them together with it."""

    def _run_hook(self, my_task: Token) -> bool:
        return True


class BoundaryEvent(Catching, SpiffBoundaryEvent):
    """bpmn:boundaryEvent, interrupting (``cancel_activity``) or not."""

    def take(self, my_task: Token) -> None:
        if self.cancel_activity:
            my_task.internal_data["taken"] = True
            for other in my_task.parent.children:
                # The activity and the events beside it; what an earlier firing started goes on.
                if other is not my_task and unfinished(other) and not other.internal_data.get("firing"):
                    end(other)
            my_task._ready()
        else:
            self._start_a_token(my_task)

    def _start_a_token(self, my_task: Token) -> None:
        token = my_task.parent._add_child(self, TaskState.FUTURE)
        token.triggered = True  # not one of the split's own successors
        token.data = dict(my_task.data)
        token.internal_data = {"firing": True}
        if isinstance(self.event_definition, TimerDefinition):
            if "count" in my_task.internal_data:
                token.data["counter"] = self.event_definition.rearm(my_task)
            else:
                my_task.internal_data.pop("due", None)  # a single timer fires once
        token._ready()


def activity_ended(token: Token) -> None:
    """Disarm the boundary events of an activity that has completed."""
    split = token.parent
    if (
        split is None
        or not isinstance(split.task_spec, Attachment)
        or isinstance(token.task_spec, BoundaryEvent)
    ):
        return
    for event in split.children:
        if waiting(event) and isinstance(event.task_spec, BoundaryEvent):
            event.cancel()
