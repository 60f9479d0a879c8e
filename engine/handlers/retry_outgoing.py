"""Somebody lets outgoing work that was given up be tried again: same row, same key, all attempts anew."""

from __future__ import annotations

from typing import Any

from engine.casework import Casework
from engine.commands import DropOutgoing, RetryOutgoing
from engine.errors import NotFound, Refused
from engine.handlers.handler import Handler, Result, case_of_command
from engine.store import outbox


def handle(work: Casework, command: RetryOutgoing) -> Result:
    row = row_of(work, command)
    if not outbox.start_anew(work.connection, row["id"]):
        raise not_given_up(row)
    work.note(
        "outgoing.retried",
        f"Outgoing work {row['id']} ({row['operation']}) is tried again: it had been given up",
        detail={"outgoing": row["id"], "operation": row["operation"], "attempts": row["attempts"]},
    )
    return Result()


def row_of(work: Casework, command: RetryOutgoing | DropOutgoing) -> dict[str, Any]:
    """The row that a command names, of its case; raises NotFound."""
    row = dict(outbox.outgoing(work.connection, command.outgoing_id))
    if row["case_id"] != work.case["id"]:
        raise NotFound(f"outgoing work of case '{work.case['id']}'", str(command.outgoing_id))
    return row


def not_given_up(row: dict[str, Any]) -> Refused:
    return Refused(f"work {row['id']} was not given up: it is {row['status']}")


HANDLER = Handler("retry_outgoing", case_of_command, handle)
