"""A task is given to somebody, or back to everybody."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import AssignTask
from engine.errors import InvalidInput, NotFound
from engine.handlers.handler import Handler, Result, case_of_task, open_task
from engine.store.people import user
from engine.store.tasks import change_open_task


def handle(work: Casework, command: AssignTask) -> Result:
    row = open_task(work, command.task_id)
    name = "nobody"
    if command.assignee is not None:
        try:
            name = user(work.connection, command.assignee)["name"]
        except NotFound as error:
            raise InvalidInput({"assignee": error.message}) from error
    if command.assignee != row["assignee"]:
        change_open_task(work.connection, row["id"], {"assignee": command.assignee})
        work.note(
            "task.assigned",
            f"{row['title']} was given to {name}",
            task_id=row["id"],
            process_id=row["process_id"],
            element_id=row["element_id"],
            element_name=row["element_name"],
            version=row["version"],
            detail={"from": row["assignee"], "to": command.assignee},
        )
    return Result(task_id=row["id"])


HANDLER = Handler("assign_task", case_of_task, handle)
