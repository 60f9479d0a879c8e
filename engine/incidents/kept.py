"""What is kept with an incident until the process goes on: each item with the instant as of which it is carried out.

{"kind": "begin" | "event" | "paused" | "resumed" | "command", "at": instant, ...}, in order of time. An event that
``starts`` the diagram of the process begins a new one if the process does not take it when it goes on.

An answer that could not be carried out stays with its incident, with what stood against it ("not_taken").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from engine.commands import Actor, CompleteTask

Kept = Mapping[str, Any]


def kept_event(event: Mapping[str, Any], at: datetime, *, starts: bool) -> Kept:
    """An event that the process may wait for."""
    return {"kind": "event", "at": at.isoformat(), "event": dict(event), "starts": starts}


def kept_moment(kind: str, at: datetime) -> Kept:
    """That the process was to begin, or that its case was paused or resumed."""
    return {"kind": kind, "at": at.isoformat()}


def kept_answer(
    command: CompleteTask, actor: Actor, key: str | None, at: datetime, learnt: Mapping[str, Any]
) -> Kept:
    """What a person answered when the diagram failed; ``learnt`` are the facts in it, which are recorded already."""
    return {
        "kind": "command",
        "at": at.isoformat(),
        "task": command.task_id,
        "data": dict(command.data),
        "occurred_on": None if command.occurred_on is None else command.occurred_on.isoformat(),
        "late_reason": command.late_reason,
        "actor": actor.id,
        "actor_name": actor.name,
        "key": key,
        "learnt": dict(learnt),
    }


def answer_in(kept: Kept) -> tuple[CompleteTask, Actor]:
    """The command of `kept_answer`, and who gave it."""
    day = kept["occurred_on"]
    command = CompleteTask(
        kept["task"], kept["data"], None if day is None else date.fromisoformat(day), kept["late_reason"]
    )
    return command, Actor(kept["actor"], kept["actor_name"])


def at_of(kept: Kept) -> datetime:
    return datetime.fromisoformat(kept["at"])


def waiting_in(kept: Sequence[Kept]) -> list[Kept]:
    """What is still to be carried out, in order of time."""
    return sorted((each for each in kept if "not_taken" not in each), key=at_of)


def not_taken_in(kept: Sequence[Kept]) -> list[Kept]:
    """The answers that could not be carried out, in order of time."""
    return sorted((each for each in kept if "not_taken" in each), key=at_of)


def not_taken(kept: Kept, at: datetime, why: str, fields: Sequence[str] = ()) -> Kept:
    """An answer that could not be carried out at an instant; ``fields`` are those that its form does not take so."""
    return {**kept, "not_taken": {"at": at.isoformat(), "why": why, "fields": list(fields)}}
