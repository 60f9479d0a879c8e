"""Multi-instance activities by loop cardinality, side by side or one after the other; each instance has a counter."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from engine.bpmn.live import Live, Token, end


class MultiInstance(Live, BpmnSpecMixin):
    """The activity as a whole: it starts its instances and completes when they have, or its condition holds."""

    sequential = False

    def __init__(
        self,
        wf_spec: Any,
        bpmn_id: str,
        task_spec: str,
        cardinality: str | None = None,
        condition: str | None = None,
        **kwargs: Any,
    ) -> None:
        for unused in ("data_input", "data_output", "input_item", "output_item"):
            kwargs.pop(unused, None)  # lint refuses them: tokens carry no data
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.task_spec, self.cardinality, self.condition = task_spec, cardinality, condition

    def _update_hook(self, my_task: Token) -> bool:
        if my_task.state == TaskState.STARTED:
            return False
        my_task._inherit_data()
        total = my_task.workflow.script_engine.count(my_task, self.cardinality)
        my_task.internal_data.update(total=total, begun=0, done=0)
        if total == 0:
            return True
        my_task._set_state(TaskState.STARTED)
        for _ in range(1 if self.sequential else total):
            self._begin_instance(my_task)
        return False

    def _begin_instance(self, my_task: Token) -> None:
        my_task.internal_data["begun"] += 1
        instance = my_task._add_child(my_task.workflow.spec.task_specs[self.task_spec], TaskState.FUTURE)
        instance.triggered = True
        around = my_task.data
        # An instance inherits when it begins: its own counter then, not that of a loop around this one.
        my_task.data = {**around, "counter": my_task.internal_data["begun"]}
        instance.task_spec._update(instance)
        my_task.data = around

    def instance_done(self, my_task: Token) -> None:
        """One instance has completed."""
        internal = my_task.internal_data
        internal["done"] += 1
        environment = my_task.workflow.script_engine
        if self.condition is not None and environment.evaluate(my_task, self.condition) is True:
            for instance in my_task.children:
                end(instance)
            my_task._ready()
        elif internal["done"] == internal["total"]:
            my_task._ready()
        elif self.sequential:
            self._begin_instance(my_task)

    def _on_cancel(self, my_task: Token) -> None:
        """The instances have been ended before it."""


class SequentialMultiInstance(MultiInstance):
    sequential = True


class ParallelMultiInstance(MultiInstance):
    """All instances at once."""


def instance_ended(token: Token) -> None:
    """Tell the activity that one of its instances has completed."""
    parent = token.parent
    if (
        parent is not None
        and isinstance(parent.task_spec, MultiInstance)
        and parent.state == TaskState.STARTED
    ):
        parent.task_spec.instance_done(parent)
