"""A running process: SpiffWorkflow's workflow, advanced by one plain loop.

The library's own loop stops early when one called process ends in the same pass as another begins; this one runs
whatever is ready until nothing is, then timers that are due in order of time, and counts its steps.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from engine.bpmn.boundary import activity_ended
from engine.bpmn.live import Token, waiting
from engine.bpmn.multi_instance import instance_ended
from engine.bpmn.scope import Scope
from engine.bpmn.timers import TimerDefinition

MOST_STEPS = 10_000
_LIVE = TaskState.WAITING | TaskState.READY | TaskState.STARTED

for _name in ("spiff.task", "spiff.workflow"):
    # Unless its loggers stand above INFO, SpiffWorkflow lists every token of the tree for each line it does not write.
    logging.getLogger(_name).setLevel(logging.WARNING)


class Subprocess(Scope, BpmnSubWorkflow):
    """A called or embedded process."""

    started_by: str | None = None

    def _task_completed_notify(self, task: Token) -> None:
        _completed(self, task)


class RunningWorkflow(Scope, BpmnWorkflow):
    """The workflow of one process of a case; ``started_by`` is the message that started it, if one did."""

    def __init__(
        self,
        spec: Any,
        subprocess_specs: dict[str, Any],
        environment: Any,
        started_by: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.started_by = started_by
        super().__init__(spec, subprocess_specs, script_engine=environment, **kwargs)

    def _task_completed_notify(self, task: Token) -> None:
        _completed(self, task)

    def create_subprocess(self, my_task: Token, spec_name: str) -> Subprocess:
        subprocess = Subprocess(
            self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self
        )
        self.subprocesses[my_task.id] = subprocess
        return subprocess

    def workflows(self) -> list[Any]:
        """This process and every called or embedded one that has not completed."""
        return [self, *(w for w in self.subprocesses.values() if not w.completed)]

    def live(self) -> list[Token]:
        """Every token that waits, is ready or has started, oldest workflow first."""
        return [
            token for workflow in self.workflows() for token in workflow.unfinished() if token._state & _LIVE
        ]

    def advance(self) -> None:
        """Run until every token waits for a person, an event or a later instant."""
        for _ in range(MOST_STEPS):
            token = self._ready_token() or self._due_token()
            if token is None:
                return
            self.script_engine.step(token)
            if token.state == TaskState.READY:
                token.run()
            else:
                token.task_spec.take(token)
        self.script_engine.endless(self, MOST_STEPS)

    def _ready_token(self) -> Token | None:
        for token in self.live():
            if token.state == TaskState.READY and not token.task_spec.manual:
                return token
        return None

    def _due_token(self) -> Token | None:
        due = [(at, n, t) for n, (at, t) in enumerate(self.timers()) if at <= self.script_engine.as_of]
        return min(due, key=lambda item: item[:2])[2] if due else None

    def timers(self) -> Iterator[tuple[datetime, Token]]:
        """Every armed timer with the instant it is due."""
        for token in self.live():
            definition = getattr(token.task_spec, "event_definition", None)
            if waiting(token) and isinstance(definition, TimerDefinition):
                due = definition.due(token)
                if due is not None:
                    yield due, token


def _completed(workflow: Any, task: Token) -> None:
    workflow.last_task = task
    activity_ended(task)
    instance_ended(task)
    workflow.script_engine.passed(task)
    if task.task_spec.name == "End":
        workflow._mark_complete(task)
    if workflow.completed:
        workflow.completed_event(workflow)
    else:
        workflow.update_waiting_tasks()
