"""What a record tells of the way that a case took, in a form in which two ways can be compared."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """An element of a process: ``diagram`` is the id of the started process, with which of its kind, from 1, it is."""

    diagram: str
    nth: int
    element: str


@dataclass(frozen=True, slots=True)
class Walked:
    """A token went through ``element`` and on to ``successors``, as of ``at``."""

    at: datetime
    element: str
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """A timer that fired: the instant at which it was due."""

    place: Place
    due: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A task that was opened."""

    place: Place
    at: datetime
    due_on: str
    name: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: which rows matched, those of decisions that it required included, with what outcome."""

    place: Place
    at: datetime
    name: str
    decision: str
    rows: tuple[str, ...]  # in words: "row 3 “flat” of plateau_msk"
    outputs: str


@dataclass(slots=True)
class Trail:
    """The way of a case: what each process walked, timers, tasks and decisions in order, and how it ended."""

    walked: dict[tuple[str, int], list[Walked]] = field(default_factory=dict)
    fired: list[Fired] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    open: dict[str, Asked] = field(default_factory=dict)  # tasks that wait at the end, by their ids
    ended: str | None = None  # the status with which the case was concluded
    as_of: datetime | None = None

    def begun(self) -> Counter[str]:
        """How often each diagram was started."""
        return Counter(diagram for diagram, _ in self.walked)


def trail_of(entries: Sequence[Entry], until: int | None = None) -> Trail:
    """The trail in a case's record, of the commands up to and with number ``until``."""
    trail = Trail()
    processes: dict[str, tuple[str, int]] = {}
    for entry in entries:
        if until is not None and entry["command"] > until:
            break
        _read(trail, processes, entry, json.loads(entry["detail"]))
    return trail


def _read(trail: Trail, processes: dict[str, tuple[str, int]], entry: Entry, detail: Mapping[str, Any]) -> None:
    kind = entry["kind"]
    if kind == "process.started":
        diagram = detail["definition"]
        processes[entry["process_id"]] = key = diagram, trail.begun()[diagram] + 1
        trail.walked[key] = []
    elif kind == "process.moved":
        trail.as_of = datetime.fromisoformat(detail["as_of"])
        trail.walked[processes[entry["process_id"]]] += _walked(trail.as_of, detail)
    elif kind == "case.concluded":
        trail.ended = detail["status"]
    elif kind in ("task.completed", "task.cancelled"):
        trail.open.pop(entry["task_id"], None)
    elif kind in _AT_AN_ELEMENT:
        place = Place(*processes[entry["process_id"]], entry["element_id"])
        _AT_AN_ELEMENT[kind](trail, place, entry, detail)


def _walked(as_of: datetime, detail: Mapping[str, Any]) -> Iterator[Walked]:
    for _, element, successors in detail["passed"]:
        yield Walked(as_of, element, tuple(successors))


def _fired(trail: Trail, place: Place, entry: Entry, detail: Mapping[str, Any]) -> None:
    trail.as_of = datetime.fromisoformat(detail["due"])
    trail.fired.append(Fired(place, trail.as_of, entry["element_name"]))


def _asked(trail: Trail, place: Place, entry: Entry, detail: Mapping[str, Any]) -> None:
    task = Asked(place, trail.as_of or entry["at"], detail["due_on"], entry["summary"].rpartition(":")[0])
    trail.asked.append(task)
    trail.open[entry["task_id"]] = task


def _decided(trail: Trail, place: Place, entry: Entry, detail: Mapping[str, Any]) -> None:
    own = [_row(row, detail["decision"]) for row in detail["matched"]]
    rows = (*own, *(_row(row, row["decision"]) for row in detail.get("required", ())))
    outputs = json.dumps(detail["outputs"], sort_keys=True)
    at = trail.as_of or entry["at"]
    trail.decided.append(Decided(place, at, entry["element_name"], detail["decision"], rows, outputs))


def _row(row: Mapping[str, Any], decision: str) -> str:
    note = f" “{row['annotation']}”" if row.get("annotation") else ""
    return f"row {row['row']}{note} of {decision}"


_AT_AN_ELEMENT: Mapping[str, Any] = {"timer.fired": _fired, "task.created": _asked, "rule.matched": _decided}
