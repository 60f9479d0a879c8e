"""A task is given to somebody, or back to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework import Casework
from engine.commands import AssignTask
from engine.errors import InvalidInput, NotFound
from engine.handlers.handler import Handler, Result, case_of_task, open_task
from engine.store.organisations import sees, subject
from engine.store.people import user
from engine.store.tasks import change_open_task


def handle(work: Casework, command: AssignTask) -> Result:
    row = open_task(work, command.task_id)
    give(work, row, command.assignee)
    return Result(task_id=row["id"])


def give(work: Casework, row: Mapping[str, Any], assignee: str | None) -> None:
    """Make an open task somebody's, or nobody's; raises InvalidInput for an unknown user.

    So it does for one who does not see the patient, being another organisation's.
    """
    name = "nobody"
    if assignee is not None:
        try:
            found = user(work.connection, assignee)
        except NotFound as error:
            raise InvalidInput({"assignee": error.message}) from error
        if not sees(found, subject(work.connection, "case", work.case["id"]).organisation):
            # as for somebody who does not exist: who works elsewhere is nobody's business here
            raise InvalidInput({"assignee": NotFound("user", assignee).message})
        if found["role"] == "auditor":
            raise InvalidInput({"assignee": f"{found['name']} is an auditor, who reads and changes nothing"})
        assignee, name = found["email"], found["name"]
    if assignee != row["assignee"]:
        change_open_task(work.connection, row["id"], {"assignee": assignee})
        work.note(
            "task.assigned",
            f"{row['title']} was given to {name}",
            task_id=row["id"],
            process_id=row["process_id"],
            element_id=row["element_id"],
            element_name=row["element_name"],
            version=row["version"],
            detail={"from": row["assignee"], "to": assignee},
        )


HANDLER = Handler("assign_task", case_of_task, handle)
