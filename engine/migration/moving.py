"""A running process of a case, set upon another version: what it would look like there, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine import tasklist
from engine.bpmn.anatomy import anatomy_of
from engine.bpmn.rearming import Rearmed
from engine.casework import Casework, Loaded
from engine.definitions import Definition
from engine.environment import CaseEnvironment
from engine.migration.mapping import Mapped, Place, Step, map_state
from engine.migration.reasons import CannotMigrate
from engine.migration.tasks import TaskChange, changes, opened_at
from engine.processes import RunningProcess


@dataclass(frozen=True, slots=True)
class Moved:
    """A process on its new version, with what changes for its tokens, its timers and its tasks."""

    loaded: Loaded
    steps: tuple[Step, ...]
    timers: tuple[Rearmed, ...]
    disarmed: tuple[Place, ...]
    tasks: tuple[TaskChange, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """What a process was before it moved: kept, so that it can be put back exactly while nothing else has happened."""

    version: str
    state: str
    after: str  # of the state it moved to: its digest
    tasks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # task id -> what it said of what changed


def digest_of(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def mapped(loaded: Loaded, target: Definition, moves: Mapping[str, str]) -> Mapped:
    """Where the tokens of a process would stand in ``target``."""
    before, after = anatomy_of(loaded.definition.specs), anatomy_of(target.specs)
    return map_state(loaded.row["state"], target.process_id, before, after, moves)


def moved(work: Casework, loaded: Loaded, target: Definition, moves: Mapping[str, str]) -> Moved:
    """The process as it would go on in ``target``; raises CannotMigrate with every reason, or ExpressionFailed."""
    found = mapped(loaded, target, moves)
    if found.reasons:
        raise CannotMigrate(f"{loaded.row['title']} of case '{work.case['id']}'", found.reasons)
    before = {task.token: task for task in work.running(loaded).user_tasks()}
    rows = tasklist.open_rows(work, loaded)
    on = _on(work, loaded, target, found.state)
    began = {row["token"]: opened_at(work, row) for row in rows}
    timers = work.running(on).arm_anew(found.armings, began)
    return Moved(on, found.steps, tuple(timers), found.disarmed, tuple(changes(work, on, before, rows)))


def put_back(work: Casework, loaded: Loaded, target: Definition, kept: Before) -> Moved:
    """The process exactly as it was before it moved, as nothing has happened to it since.

    A task that only the move has opened has no place there: it is cancelled when the process is settled.
    """
    on = _on(work, loaded, target, kept.state)
    before = {task.token: task for task in work.running(on).user_tasks()}
    found = []
    for row in tasklist.open_rows(work, loaded):
        task, was = before.get(row["token"]), kept.tasks.get(row["id"], {})
        if task is None:
            continue
        said = {name: _read(name, value) for name, value in was.items()}
        changed = {name: (row[name], value) for name, value in said.items() if row[name] != value}
        where = {
            "version": target.hash,
            "process": task.process,
            "element_id": task.element_id,
            "element_name": task.element_name,
        }
        found.append(TaskChange(row["id"], task.element_id, row["title"], changed, where))
    return Moved(on, (), (), (), tuple(found))


def _read(column: str, value: Any) -> Any:
    """What a task said, as its column holds it: days are kept as text."""
    return date.fromisoformat(value) if column in ("due_on", "closes_on") and value is not None else value


def _on(work: Casework, loaded: Loaded, target: Definition, state: str) -> Loaded:
    row = loaded.row
    environment = CaseEnvironment(work, target, row["id"], row["event"], work.observer)
    running = RunningProcess.load(target, environment, state)
    if row["paused"]:
        running.hold_timers()
    return Loaded(row, target, environment, running)
