"""What a handler is: how to find the case that a command is about, and what to do to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from care.errors import CareError
from engine.casework import Casework
from engine.errors import InvalidInput, TaskTaken
from engine.store.people import name_of
from engine.store.tasks import task


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler tells beyond what the casework knows."""

    task_id: str | None = None
    matched: bool = True
    kept: str | None = None  # the incident with which the command is kept, instead of carried out
    unfinished: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Handler:
    """``case_of(connection, command)`` names the case to lock; ``handle(work, command)`` acts in the transaction."""

    name: str
    case_of: Callable[[Connection, Any], str]
    handle: Callable[[Casework, Any], Result]


def case_of_command(connection: Connection, command: Any) -> str:
    """For commands that name their case."""
    return str(command.case_id)


def case_of_task(connection: Connection, command: Any) -> str:
    """For commands that name a task; raises NotFound."""
    return str(task(connection, command.task_id)["case_id"])


def open_task(work: Casework, task_id: str) -> Mapping[str, Any]:
    """The task, still open now that its case is locked; raises TaskTaken with who was first."""
    row = task(work.connection, task_id)
    if row["status"] != "open":
        seconds = int((work.now - row["done_at"]).total_seconds())
        by = name_of(work.connection, row["done_by"])
        raise TaskTaken(task_id, row["status"], by, row["done_at"], max(seconds, 0))
    return row


def refuse(field_name: str, error: CareError) -> InvalidInput:
    return InvalidInput({field_name: error.message})
