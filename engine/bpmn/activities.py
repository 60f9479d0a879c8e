"""User, service and business rule tasks, called processes and embedded subprocesses."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.defaults import CallActivity as SpiffCallActivity
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask as SpiffServiceTask
from SpiffWorkflow.bpmn.specs.defaults import SubWorkflowTask as SpiffSubProcess
from SpiffWorkflow.bpmn.specs.defaults import UserTask as SpiffUserTask

from engine.bpmn.live import Live, Token


class UserTask(Live, SpiffUserTask):
    """bpmn:userTask: stays ready until a person completes the task that stands for it."""


class ServiceTask(Live, SpiffServiceTask):
    """bpmn:serviceTask: runs one of the engine's operations."""

    def _run_hook(self, my_task: Token) -> bool:
        my_task.workflow.script_engine.operate(my_task)
        return True


class BusinessRuleTask(Live, SpiffServiceTask):
    """bpmn:businessRuleTask: decides a DMN table; what it says becomes facts."""

    def _run_hook(self, my_task: Token) -> bool:
        my_task.workflow.script_engine.decide(my_task)
        return True


class Containing(Live):
    """An activity with a process inside. Tokens carry no data out of it."""

    def copy_data(self, my_task: Token, subworkflow: Any) -> None:
        subworkflow.task_tree.data = dict(my_task.data)

    def update_data(self, my_task: Token, subworkflow: Any) -> None:
        """Facts belong to the case; there is nothing to bring back."""

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Token) -> None:
        if my_task.state == TaskState.STARTED:  # not when it was ended from outside
            my_task._ready()


class CallActivity(Containing, SpiffCallActivity):
    """bpmn:callActivity: runs another process of the same version."""


class SubProcess(Containing, SpiffSubProcess):
    """bpmn:subProcess, embedded."""
