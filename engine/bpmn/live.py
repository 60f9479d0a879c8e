"""What all our specs share: no predicted futures, so that the task tree holds the live tokens and little else.

SpiffWorkflow grows a tree of predicted tasks below each waiting one and copies them into its state. Nothing of ours
reads predictions; a token's successors are made at the moment it moves on.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask, SimpleBpmnTask, _EndJoin
from SpiffWorkflow.bpmn.specs.defaults import NoneTask
from SpiffWorkflow.specs import WorkflowSpec

Token = Any  # a SpiffWorkflow Task, which has no types: one place of the tree, on one element


class Live:
    """Mixin: successors are created when the token moves on, for all outgoing flows unless the spec chooses."""

    chooses = False
    _outputs: list[str]
    outputs: list[Any]

    def _predict(self, my_task: Token, seen: Any = None, looked_ahead: int = 0, mask: int = 0) -> None:
        """Nothing is predicted."""

    def _predict_hook(self, my_task: Token) -> None:
        """Nothing is predicted."""

    def _on_complete(self, my_task: Token) -> None:
        if not self.chooses and not my_task.workflow.completed:  # what it threw may have ended its scope
            my_task._sync_children(self.outputs, TaskState.FUTURE)
        super()._on_complete(my_task)  # type: ignore[misc]


def waiting(token: Token) -> bool:
    return bool(token.state == TaskState.WAITING)


def unfinished(token: Token) -> bool:
    return bool(token.has_state(TaskState.NOT_FINISHED_MASK))


def end(token: Token) -> None:
    """Cancel a token that is not finished; before it, the instances that are its children.

    SpiffWorkflow drops them from the tree unheard, and what runs inside them would go on.
    """
    for child in token.children:
        if unfinished(child):
            end(child)
    if unfinished(token):
        token.cancel()


class StartOfProcess(Live, BpmnStartTask):
    """The root of a process's tree."""


class EndOfProcess(Live, SimpleBpmnTask):
    """The last token of a process; when it completes, so does the process."""


class JoinAtEnd(Live, _EndJoin):
    """Waits until no other token of the process is left."""

    def _update_hook(self, my_task: Token) -> bool:
        others = [token for token in my_task.workflow.unfinished() if token is not my_task]
        for token in others:
            if token.task_spec is self:
                token.cancel()  # one that waits is enough
        if any(token.task_spec is not self for token in others):
            my_task._set_state(TaskState.WAITING)
            return False
        return True

    def _run_hook(self, my_task: Token) -> bool:
        return True  # tokens carry no data to merge


class PassThrough(Live, NoneTask):
    """bpmn:task and bpmn:manualTask: nothing to execute; the token goes on."""

    def __init__(self, wf_spec: Any, bpmn_id: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.manual = False  # SpiffWorkflow takes both for work that a person reports back


class CaseProcessSpec(BpmnProcessSpec):
    """A process whose start and end are ours. Built once per version and shared by all cases; never written to."""

    def __init__(self, name: str, description: str | None = None, filename: str | None = None) -> None:
        WorkflowSpec.__init__(self, name=name, filename=filename)
        self.bpmn_start_events: list[Any] = []
        self.task_specs.clear()  # the base class has put its own start here
        self.start = StartOfProcess(self, "Start")
        self.end = JoinAtEnd(self, f"{name}.EndJoin")
        self.end.connect(EndOfProcess(self, "End"))
        self.description = description
        self.svg = None
        self.io_specification = None
        self.data_objects: dict[str, Any] = {}
        self.data_stores: dict[str, Any] = {}
        self.correlation_keys: dict[str, Any] = {}
