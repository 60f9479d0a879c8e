"""What was done to a case, read back from its record: the inputs that led to everything else in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from engine.commands import Actor
from engine.events import EVENTS

Entry = Mapping[str, Any]
_OF_AN_EVENT = ("type", "on", "at")  # what the record adds to an event's payload


@dataclass(frozen=True, slots=True)
class Input:
    """One command of a case, as far as it came from outside; ``at`` is when it was carried out."""

    case_id: str
    command: int
    at: datetime
    actor: Actor


@dataclass(frozen=True, slots=True)
class Started(Input):
    """The patient was enrolled."""

    track: str
    aligned_on: date
    period: int
    follows: str | None


@dataclass(frozen=True, slots=True)
class Answered(Input):
    """A task was completed: of which step of which process, with which answers."""

    task_id: str
    process: str  # the running process's id as recorded
    element_id: str
    element_name: str
    data: Mapping[str, Any]
    occurred_on: date | None
    late_reason: str | None


@dataclass(frozen=True, slots=True)
class Attempted(Input):
    """Somebody tried to reach the patient."""

    process: str
    element_id: str
    element_name: str
    channel: str
    outcome: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Happened(Input):
    """An event of the outside world."""

    type: str
    payload: Mapping[str, Any]
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered(Input):
    """Outgoing work has arrived, or was given up."""

    outgoing: int
    evidence: Mapping[str, Any]
    error: str | None


@dataclass(frozen=True, slots=True)
class TriedAgain(Input):
    """Outgoing work that had been given up was let start anew."""

    outgoing: int


@dataclass(frozen=True, slots=True)
class Closed(Input):
    """The case was ended by hand."""

    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class TimePassed(Input):
    """Nothing came from outside: what was due ran."""


@dataclass(frozen=True, slots=True)
class Moved(Input):
    """The case was moved to another version."""


def inputs(entries: Sequence[Entry]) -> list[Input]:
    """The inputs of a case, one or more a command, in order."""
    found: list[Input] = []
    for _, group in groupby(entries, key=lambda entry: entry["command"]):
        command = list(group)
        asked = list(_asked(command))
        found += asked or [TimePassed(*_place(command[-1]))]
    return found


def _asked(command: Sequence[Entry]) -> Iterator[Input]:
    """What a command was told to do, first of all the one thing that was asked; the rest followed from it."""
    for entry in command:
        read = _READERS.get(entry["kind"])
        found = None if read is None else read(entry, json.loads(entry["detail"]))
        if found is not None:
            yield found
            return


def _place(entry: Entry) -> tuple[str, int, datetime, Actor]:
    return entry["case_id"], entry["command"], entry["at"], Actor(entry["actor"], entry["actor"])


def _started(entry: Entry, detail: Mapping[str, Any]) -> Input:
    aligned_on = date.fromisoformat(detail["aligned_on"])
    return Started(*_place(entry), detail["track"], aligned_on, detail.get("period") or 1, detail.get("follows"))


def _answered(entry: Entry, detail: Mapping[str, Any]) -> Input:
    day = detail.get("occurred_on")
    return Answered(
        *_place(entry),
        task_id=entry["task_id"],
        process=entry["process_id"],
        element_id=entry["element_id"],
        element_name=entry["element_name"],
        data=detail["data"],
        occurred_on=None if day is None else date.fromisoformat(day),
        late_reason=detail.get("late_reason"),
    )


def _attempted(entry: Entry, detail: Mapping[str, Any]) -> Input:
    told = (detail["channel"], detail["outcome"], detail.get("note"))
    return Attempted(*_place(entry), entry["process_id"], entry["element_id"], entry["element_name"], *told)


def _happened(entry: Entry, detail: Mapping[str, Any]) -> Input | None:
    """An event that came from outside; those that the engine raises itself follow from something else."""
    if detail["type"] not in EVENTS:
        return None
    payload = {name: value for name, value in detail.items() if name not in _OF_AN_EVENT}
    return Happened(*_place(entry), detail["type"], payload, datetime.fromisoformat(detail["at"]))


def _delivered(entry: Entry, detail: Mapping[str, Any]) -> Input:
    evidence = {name: value for name, value in detail.items() if name not in ("outgoing", "error")}
    return Delivered(*_place(entry), detail["outgoing"], evidence, detail.get("error"))


def _closed(entry: Entry, detail: Mapping[str, Any]) -> Input | None:
    """Ended by hand, which needs a reason; a diagram that ends a case gives none."""
    return Closed(*_place(entry), detail["status"], detail["reason"]) if "reason" in detail else None


def _tried_again(entry: Entry, detail: Mapping[str, Any]) -> Input:
    return TriedAgain(*_place(entry), detail["outgoing"])


def _moved(entry: Entry, detail: Mapping[str, Any]) -> Input:
    return Moved(*_place(entry))


_READERS: Mapping[str, Any] = {
    "case.started": _started,
    "task.completed": _answered,
    "contact.attempted": _attempted,
    "event.received": _happened,
    "event.unmatched": _happened,
    "care_update.delivered": _delivered,
    "care_update.failed": _delivered,
    "follow_on.started": _delivered,
    "follow_on.failed": _delivered,
    "case.told": _delivered,
    "case.concluded": _closed,
    "outgoing.retried": _tried_again,
    "process.migrated": _moved,
}
