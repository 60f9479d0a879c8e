"""Where did a case stand in its diagrams at a moment of its record, and which way had its tokens gone until then."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine.store.cases import processes_by_id
from engine.store.history import entries_of_kinds

KINDS = ("process.started", "process.moved", "process.ended", "process.migrated")
_ENDS_A_TASK = ("task.completed", "task.cancelled")
_WALKED = ("task.completed", "timer.fired", "rule.matched", "operation.done")

Place = tuple[str | None, str]  # a process or subprocess of a diagram, and an element in it
Flow = tuple[str | None, str, str]  # the process, from which element, to which


@dataclass(frozen=True, slots=True)
class Migration:
    """A process was moved to another version: by which entry, from which hash to which."""

    seq: int
    before: str
    after: str


@dataclass(slots=True)
class Standing:
    """A process of a case at a moment. ``counts_from`` is set when the record kept no moves from its beginning on."""

    process_id: str
    title: str
    version: str
    event: Mapping[str, Any] | None
    is_running: bool = True
    active: tuple[Place, ...] = ()
    walked: Counter[Place] = field(default_factory=Counter)
    flows: Counter[Flow] = field(default_factory=Counter)
    migrations: list[Migration] = field(default_factory=list)
    is_derived: bool = False  # from what is recorded of its tasks and timers: the record holds no moves
    _command: int = 0  # in which it began


def positions(connection: Connection, case_id: str, until: int, outline: Sequence[Any]) -> list[Standing]:
    """Every process that had begun by entry ``until``, in the order in which they began."""
    entries = entries_of_kinds(connection, case_id, KINDS, until)
    found: dict[str, Standing] = {}
    for entry in entries:
        _take(found, dict(entry))
    without = {each.process_id for each in found.values() if each.is_derived}
    if without:
        _derive({id_: found[id_] for id_ in without}, [row for row in outline if row.seq <= until])
    rows = {row["id"]: row for row in processes_by_id(connection, list(found))}
    for each in found.values():
        each.title, each.event = rows[each.process_id]["title"], rows[each.process_id]["event"]
    return list(found.values())


def _take(found: dict[str, Standing], entry: Mapping[str, Any]) -> None:
    process_id, detail = entry["process_id"], json.loads(entry["detail"])
    if entry["kind"] == "process.started":
        found[process_id] = Standing(process_id, "", entry["version"], None, is_derived=True, _command=entry["command"])
    standing = found[process_id]
    if entry["kind"] == "process.moved":
        _move(standing, entry, detail)
    elif entry["kind"] == "process.migrated":
        standing.migrations.append(Migration(entry["seq"], detail.get("from", standing.version), detail["to"]))
        standing.version = detail["to"]
        if "at" in detail:
            standing.active = tuple((process, element) for process, element in detail["at"])
    elif entry["kind"] == "process.ended":
        standing.is_running, standing.active = False, ()


def _move(standing: Standing, entry: Mapping[str, Any], detail: Mapping[str, Any]) -> None:
    if entry["command"] == standing._command:
        standing.is_derived = False
    standing.active = tuple((process, element) for process, element in detail["at"])
    for process, element, successors in detail["passed"]:
        standing.walked[process, element] += 1
        standing.flows.update((process, element, successor) for successor in successors)


def _derive(found: Mapping[str, Standing], outline: Iterable[Any]) -> None:
    """Open tasks are where a process stood; what was done, fired or decided is where it had been."""
    moved = {id_ for id_, each in found.items() if each.active or each.walked}
    open_: dict[str, tuple[str, str]] = {}
    for row in outline:
        if row.process_id not in found or row.process_id in moved or row.element_id is None:
            continue
        if row.kind == "task.created":
            open_[row.task_id] = (row.process_id, row.element_id)
        elif row.kind in _ENDS_A_TASK:
            open_.pop(row.task_id, None)
        if row.kind in _WALKED:
            found[row.process_id].walked[None, row.element_id] += 1
    for process_id, element in open_.values():
        if found[process_id].is_running:
            found[process_id].active += ((None, element),)
