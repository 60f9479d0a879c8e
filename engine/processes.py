"""One running process of a case: the one typed door to SpiffWorkflow.

State is what cannot be worked out again: for each live token its element, its parent and its counters. Finished
branches, finished called processes and everything in the specs are left out, so that a case costs the same on its
last day as on its first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from SpiffWorkflow import TaskState
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task as SpiffTask

from engine.bpmn.activities import UserTask
from engine.bpmn.boundary import BoundaryEvent
from engine.bpmn.catching import starts_by
from engine.bpmn.extension import TaskSettings
from engine.bpmn.live import Token, waiting
from engine.bpmn.rearming import Arming, Rearmed, rearm
from engine.bpmn.throwing import Message, boundary_events_of
from engine.bpmn.workflow import RunningWorkflow, Subprocess
from engine.definitions import Definition
from engine.errors import UnknownElement

ProcessFault = SpiffWorkflowException  # what SpiffWorkflow itself raises when it cannot go on


class Environment(Protocol):
    """What a running process asks of the case around it; see `engine.environment`."""

    @property
    def as_of(self) -> datetime: ...

    def evaluate(self, token: Token, expression: str, external_context: Any = None) -> Any: ...


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """A user task that waits for a person: its token's number, where it stands and what the diagram says of it."""

    token: int
    process: str
    element_id: str
    element_name: str
    settings: TaskSettings
    counter: int | None


@dataclass(frozen=True, slots=True)
class ActiveElement:
    """An element on which a token stands."""

    process: str
    element_id: str
    element_name: str


class CaseWorkflow(RunningWorkflow):
    """A workflow whose timers can be held: while its case is paused, what a person does goes on, time does not.

    The days of ACCESS's clockwork pass all the same.
    """

    held = False

    def timers(self) -> Iterator[tuple[datetime, Token]]:
        for at, token in super().timers():
            if not self.held or token.task_spec.event_definition.runs_on:
                yield at, token


class RunningProcess:
    """A process of a case between load and save."""

    def __init__(
        self, definition: Definition, workflow: CaseWorkflow, numbers: dict[Any, int], next_number: int
    ):
        self._definition, self._workflow = definition, workflow
        self._numbers, self._next = numbers, next_number

    # -- begin, load, save --------------------------------------------------------------------------------------------
    @classmethod
    def begin(
        cls, definition: Definition, environment: Environment, message: str | None = None
    ) -> RunningProcess:
        """Start a process at its none start event, or at the one that takes ``message``.

        Raises UnknownElement when it has no such start event.
        """
        process = cls.before(definition, environment, message)
        process.run_timers()
        return process

    @classmethod
    def before(
        cls, definition: Definition, environment: Environment, message: str | None = None
    ) -> RunningProcess:
        """A process that stands before its start; raises as `begin` does."""
        spec = definition.specs[definition.process_id]
        if not any(starts_by(start, message) for start in spec.start.outputs):
            wanted = "none start event" if message is None else f"start event that takes '{message}'"
            raise UnknownElement(definition.file, definition.process_id, "start", f"has no {wanted}")
        workflow = CaseWorkflow(spec, dict(definition.specs), environment, started_by=message)
        return cls(definition, workflow, {}, 0)

    @classmethod
    def load(
        cls, definition: Definition, environment: Environment, state: str, message: str | None = None
    ) -> RunningProcess:
        """Bring a process back from its state, over the shared specs of its version.

        ``message`` is what starts it, where it stands before its start.
        """
        kept = json.loads(state)
        spec = definition.specs[definition.process_id]
        workflow = CaseWorkflow(spec, dict(definition.specs), environment, message, deserializing=True)
        _plant(workflow, kept["tokens"])
        for activity, (name, tokens) in kept.get("called", {}).items():
            called = Subprocess(definition.specs[name], int(activity), workflow, deserializing=True)
            workflow.subprocesses[int(activity)] = called
            _plant(called, tokens)
            token = workflow.get_task_from_id(int(activity))
            called.completed_event.connect(token.task_spec._on_subworkflow_completed, token)
        return cls(definition, workflow, {n: n for n in _all_ids(workflow)}, kept["next"])

    def save(self) -> str:
        """The state, as compact JSON: {"next", "tokens", "called"}."""
        called = {}
        for inner in self._workflow.workflows()[1:]:  # oldest first: the order in which they run
            activity = self._workflow.get_task_from_id(inner.parent_task_id)
            called[self._number(activity)] = [inner.spec.name, self._tokens(inner)]
        kept: dict[str, Any] = {"tokens": self._tokens(self._workflow)}
        if called:
            kept["called"] = called
        kept["next"] = self._next
        return json.dumps(kept, separators=(",", ":"))

    def _tokens(self, workflow: Any) -> list[list[Any]]:
        """Each kept token as [number, element, parent's number, state, data, internal data], trailing blanks cut."""
        live = {t.id for t in workflow.tasks.values() if t.state in _LIVE}
        keep = live | {workflow.tasks[i]._parent for i in live} | {workflow.task_tree.id}
        rows = []
        for token in workflow.tasks.values():
            if token.id in keep:
                parent = token._parent if token._parent in keep else workflow.task_tree.id
                row = [
                    self._number(token),
                    token.task_spec.name,
                    None if token is workflow.task_tree else self._numbers.get(parent),
                    token.state,
                ]
                if token.id in live or token.data:
                    row += [token.data or None, token.internal_data or None]
                while row[-1] is None and len(row) > 4:
                    row.pop()
                rows.append(row)
        return rows

    def _number(self, token: Token) -> int:
        if token.id not in self._numbers:
            self._next += 1
            self._numbers[token.id] = self._next
        return self._numbers[token.id]

    # -- what may be done to it ---------------------------------------------------------------------------------------
    def complete(self, number: int) -> None:
        """A person has completed the user task of token ``number``; run on until everything waits."""
        token = next((t for t in self._workflow.live() if self._numbers.get(t.id) == number), None)
        if token is None or token.state != TaskState.READY or not isinstance(token.task_spec, UserTask):
            raise UnknownElement(self._definition.file, None, "token", f"no task waits on token {number}")
        token.run()
        self._workflow.advance()

    def deliver(self, message: str) -> int:
        """Give ``message`` to every event that waits for it; returns how many took it."""
        catching = [t for t in self._workflow.live() if waiting(t) and _message_of(t) == message]
        taken = 0
        for token in catching:
            if waiting(token):  # an earlier one may have ended it
                token.task_spec.take(token)
                taken += 1
        self._workflow.advance()
        return taken

    def run_timers(self) -> None:
        """Fire what is due as of the environment's instant, in order of time."""
        self._workflow.advance()

    def hold_timers(self) -> None:
        """Let no timer fire but those of ACCESS's days, whatever else happens to the process."""
        self._workflow.held = True

    def release_timers(self) -> None:
        """Let timers fire again."""
        self._workflow.held = False

    def skip_cycles(self, until: datetime) -> None:
        """Let repeating timers pass over what was due before ``until`` (the process was paused)."""
        for at, token in list(self._workflow.timers()):
            if at < until:
                token.task_spec.event_definition.skip_until(token, until)

    def arm_anew(self, armings: Sequence[Arming], since: Mapping[int, datetime]) -> list[Rearmed]:
        """Work out the timers of tokens that have come from another version; see `engine.bpmn.rearming`.

        ``since`` says when activities began, by their token's number, where that is known beside the process.
        """
        tokens = {self._numbers[t.id]: t for t in self._workflow.live() if t.id in self._numbers}
        began = dict(_began(tokens)) | dict(since)
        found = [rearm(tokens[each.token], each, began.get(each.activity or each.token)) for each in armings]
        return [each for each in found if each is not None]

    def go_on(self) -> None:
        """Let every token that waits look again whether it may go on: the diagram around it is another one."""
        for workflow in self._workflow.workflows():
            workflow.update_waiting_tasks()
        self._workflow.advance()

    def cancel(self) -> None:
        """End every token at once."""
        for workflow in self._workflow.workflows():
            for token in list(workflow.tasks.values()):
                if token.has_state(TaskState.NOT_FINISHED_MASK):
                    token._set_state(TaskState.CANCELLED)
            workflow.completed = True

    # -- what it shows ------------------------------------------------------------------------------------------------
    @property
    def ended(self) -> bool:
        return bool(self._workflow.completed)

    def next_due(self) -> datetime | None:
        """When its earliest timer is due, of those that are not held."""
        return min((at for at, _ in self._workflow.timers()), default=None)

    def waits_for(self, message: str) -> bool:
        return any(waiting(t) and _message_of(t) == message for t in self._workflow.live())

    def user_tasks(self) -> Iterator[WaitingTask]:
        """Every user task that waits for a person."""
        for token in self._workflow.live():
            if token.state == TaskState.READY and isinstance(token.task_spec, UserTask):
                spec = token.task_spec
                yield WaitingTask(
                    token=self._number(token),
                    process=token.workflow.spec.name,
                    element_id=spec.bpmn_id,
                    element_name=spec.bpmn_name or spec.bpmn_id,
                    settings=spec.extensions["task"],
                    counter=token.data.get("counter"),
                )

    def active_elements(self) -> list[ActiveElement]:
        """The elements of the diagrams on which a token stands, outermost first; armed boundary events left out."""
        found = []
        for token in self._workflow.live():
            spec = token.task_spec
            if getattr(spec, "bpmn_id", None) is not None and not isinstance(spec, BoundaryEvent):
                element = ActiveElement(
                    token.workflow.spec.name, spec.bpmn_id, spec.bpmn_name or spec.bpmn_id
                )
                if element not in found:
                    found.append(element)
        return found


_LIVE = (TaskState.WAITING, TaskState.READY, TaskState.STARTED)


def _plant(workflow: Any, rows: list[list[Any]]) -> None:
    """Rebuild a tree of tokens; the first row is its root."""
    for row in rows:
        number, name, parent, state, data, internal = (*row, None, None)[:6]
        above = None if parent is None else workflow.tasks[parent]
        token = SpiffTask(workflow, workflow.spec.task_specs[name], above, state=state, id=number)
        token.data, token.internal_data = data or {}, internal or {}
        token.triggered = True  # only what a token's own spec makes is untriggered
        if above is None:
            workflow.task_tree = token


def _began(tokens: Mapping[int, Token]) -> Iterator[tuple[int, datetime]]:
    """Since when activities run, as the timers beside them tell, which were armed together with them."""
    for number, token in tokens.items():
        for beside in boundary_events_of(token):
            if armed := beside.internal_data.get("anchor"):
                yield number, datetime.fromisoformat(armed)


def _all_ids(workflow: RunningWorkflow) -> Iterator[int]:
    for each in workflow.workflows():
        yield from each.tasks


def _message_of(token: Token) -> str | None:
    definition = getattr(token.task_spec, "event_definition", None)
    return definition.name if isinstance(definition, Message) else None
