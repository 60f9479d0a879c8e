"""A person takes a task that nobody has taken: of two who try, the second is told who was first.

A task that went to the case's own manager by itself is nobody's yet: a colleague may cover for her.
"""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import ClaimTask
from engine.errors import Refused
from engine.handlers.assign_task import give
from engine.handlers.handler import Handler, Result, case_of_task, open_task
from engine.store.people import name_of


def handle(work: Casework, command: ClaimTask) -> Result:
    row = open_task(work, command.task_id)
    if row["assignee"] not in (None, work.actor.id, work.case["assignee"]):
        name = name_of(work.connection, row["assignee"])
        raise Refused(f"task '{row['id']}' is with {name}; assign it to yourself to take it over")
    give(work, row, work.actor.id)
    return Result(task_id=row["id"])


HANDLER = Handler("claim_task", case_of_task, handle)
