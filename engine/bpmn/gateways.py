"""Exclusive, parallel and inclusive gateways, counted by the tokens that stand at them.

SpiffWorkflow decides joins by searching the tree of everything that ever happened. Ours look at live tokens only, so
that a pruned case joins exactly as an unpruned one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import _BpmnCondition
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway as SpiffExclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway as SpiffInclusiveGateway
from SpiffWorkflow.bpmn.specs.defaults import ParallelGateway as SpiffParallelGateway

from engine.bpmn.live import Live, Token
from engine.bpmn.passing import led_to

Spec = Any


class Choosing(Live):
    """A gateway with conditions on its outgoing flows, tried in the order of the diagram's XML."""

    chooses = True
    cond_task_specs: list[tuple[_BpmnCondition | None, str]]

    def _matching(self, my_task: Token) -> tuple[list[Spec], list[Spec]]:
        """The successors whose condition holds, and the default ones."""
        matching, default = [], []
        specs = my_task.workflow.spec.task_specs
        if (skip := my_task.workflow.script_engine.skipped(my_task)) is not None:
            return self._chosen(skip.to, specs)
        for condition, name in self.cond_task_specs:
            if condition is None:
                default.append(specs[name])
            elif condition._matches(my_task) is True:  # FEEL: anything but true is not true
                matching.append(specs[name])
        return matching, default

    def _chosen(self, element: str | None, specs: Mapping[str, Spec]) -> tuple[list[Spec], list[Spec]]:
        """The successor that a person has chosen by the element that the flow leads to, else the default one."""
        default = [specs[name] for condition, name in self.cond_task_specs if condition is None]
        return [specs[name] for _, name in self.cond_task_specs if element == led_to(specs[name])], default

    def _go(self, my_task: Token, chosen: list[Spec]) -> bool:
        if not chosen:
            my_task.workflow.script_engine.no_way_out(my_task)
        my_task._sync_children(chosen, TaskState.FUTURE)
        return True


class ExclusiveGateway(Choosing, SpiffExclusiveGateway):
    """bpmn:exclusiveGateway: the first flow whose condition holds, else the default one. Merges without waiting."""

    def _run_hook(self, my_task: Token) -> bool:
        matching, default = self._matching(my_task)
        return self._go(my_task, (matching or default)[:1])


class Joining(Live):
    """A gateway that waits for tokens on its incoming flows and consumes one from each."""

    name: str

    def _update_hook(self, my_task: Token) -> bool:
        arrived = self._arrived(my_task)
        if not self._complete(my_task, set(arrived)):
            my_task._set_state(TaskState.WAITING)
            return False
        my_task._inherit_data()
        for tokens in arrived.values():
            used = my_task if my_task in tokens else tokens[0]
            if used is not my_task:
                used.cancel()  # consumed: one token goes on for all
        return True

    def _arrived(self, my_task: Token) -> dict[str, list[Token]]:
        """Tokens at this gateway by the element they came from, oldest first."""
        arrived: dict[str, list[Token]] = defaultdict(list)
        for token in my_task.workflow.unfinished():
            if token.task_spec is self and (token is my_task or token.state == TaskState.WAITING):
                arrived[token.parent.task_spec.name].append(token)
        return arrived

    def _complete(self, my_task: Token, sources: set[str]) -> bool:
        raise TypeError(f"{type(self).__name__} must say when it is complete")


class ParallelGateway(Joining, SpiffParallelGateway):
    """bpmn:parallelGateway: one token on each incoming flow; tokens beyond that stay where they are."""

    _inputs: list[str]

    def _complete(self, my_task: Token, sources: set[str]) -> bool:
        return sources >= set(self._inputs)

    def _run_hook(self, my_task: Token) -> bool:
        return True


class InclusiveGateway(Choosing, Joining, SpiffInclusiveGateway):
    """bpmn:inclusiveGateway: joins when no token elsewhere can still arrive on an empty flow; splits by condition."""

    _inputs: list[str]

    def _complete(self, my_task: Token, sources: set[str]) -> bool:
        empty = [name for name in self._inputs if name not in sources]
        if not empty:
            return True
        specs = my_task.workflow.spec.task_specs
        # BPMN 2.0.2, 13.4.3: wait for a token that can reach an empty flow, unless it can reach a filled one as well.
        still = _upstream(specs, empty, self.name) - _upstream(specs, sources, self.name)
        return not any(token.task_spec.name in still for token in _elsewhere(my_task))

    def _run_hook(self, my_task: Token) -> bool:
        matching, default = self._matching(my_task)
        return self._go(my_task, matching or default)


def _elsewhere(my_task: Token) -> Iterable[Token]:
    here = my_task.task_spec
    return (token for token in my_task.workflow.unfinished() if token.task_spec is not here)


def _upstream(specs: dict[str, Spec], names: Iterable[str], without: str) -> set[str]:
    """The elements from which one of ``names`` can be reached without passing the gateway, themselves included."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found and name != without:
            found.add(name)
            todo.extend(specs[name]._inputs)
    return found
