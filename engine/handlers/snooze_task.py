"""A task is put out of sight until a day; its due date stays what it was."""

from __future__ import annotations

from datetime import timedelta

from care.calendars import local_date
from engine.casework import Casework
from engine.commands import SnoozeTask
from engine.errors import InvalidInput
from engine.handlers.handler import Handler, Result, case_of_task, open_task
from engine.store.tasks import change_open_task

LONGEST = timedelta(days=30)


def handle(work: Casework, command: SnoozeTask) -> Result:
    row = open_task(work, command.task_id)
    today = local_date(work.now, work.zone)
    errors = {}
    if row["priority"] == "urgent" or row["kind"] == "safety":
        errors["task"] = "an urgent task cannot be snoozed"
    if not today < command.until <= today + LONGEST:
        errors["until"] = f"choose a day from tomorrow to {(today + LONGEST).isoformat()}"
    if not command.reason.strip():
        errors["reason"] = "say why it can wait"
    if errors:
        raise InvalidInput(errors)
    change_open_task(
        work.connection, row["id"], {"snoozed_until": command.until, "snooze_reason": command.reason}
    )
    work.note(
        "task.snoozed",
        f"{row['title']} waits until {command.until:%a %-d %b %Y}: {command.reason}",
        task_id=row["id"],
        process_id=row["process_id"],
        element_id=row["element_id"],
        element_name=row["element_name"],
        version=row["version"],
        detail={"until": command.until, "reason": command.reason},
    )
    return Result(task_id=row["id"])


HANDLER = Handler("snooze_task", case_of_task, handle)
