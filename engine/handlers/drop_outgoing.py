"""Somebody lets outgoing work that was given up be: the reason stands in its row and in the case's history."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import DropOutgoing
from engine.handlers.handler import Handler, Result, case_of_command
from engine.handlers.retry_outgoing import not_given_up, row_of
from engine.store import outbox


def handle(work: Casework, command: DropOutgoing) -> Result:
    row = row_of(work, command)
    if not outbox.drop(work.connection, row["id"], work.now, work.actor.id, command.reason):
        raise not_given_up(row)
    work.note(
        "outgoing.dropped",
        f"Outgoing work {row['id']} ({row['operation']}) is not tried again: {command.reason}",
        detail={"outgoing": row["id"], "operation": row["operation"], "reason": command.reason},
    )
    return Result()


HANDLER = Handler("drop_outgoing", case_of_command, handle)
