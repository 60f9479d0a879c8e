"""The worklist: what is to be done, the most urgent first."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, pre_load, validate

from webui.access import EVERYONE, visitor
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import TASK_KINDS, TASK_STATUSES, TRACKS, Text, choice
from webui.api.pagination import PageQuery, page, page_of
from webui.api.task_schemas import TaskListed
from webui.api.tokens import actor
from webui.extension import engine
from webui.seen import listed
from worklists.queries import DUE, worklist

_STATUSES = (*TASK_STATUSES, "snoozed")


def _or_empty(known: tuple[str, ...]) -> dict[str, Any]:
    """What the OpenAPI document says of a filter that may be there and empty."""
    return {"enum": [*known, ""]}


class WorklistQuery(PageQuery):
    """Which tasks."""

    assignee = Text(
        254, metadata={"description": "a user's email, me, or none for tasks that nobody has", "minLength": 0}
    )
    track = choice(TRACKS, metadata=_or_empty(TRACKS))
    due = choice(DUE, metadata=_or_empty(DUE) | {"description": "overdue, due today, or due within a week"})
    kind = choice(TASK_KINDS, metadata=_or_empty(TASK_KINDS))
    status = choice(_STATUSES, load_default="open", metadata=_or_empty(_STATUSES))
    q = Text(100, metadata={"description": "part of the patient's name or of the title", "minLength": 0})
    after = fields.String(
        validate=validate.Length(max=300), metadata={"description": "where a page begins; taken from `next`"}
    )

    @pre_load
    def without_blanks(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A filter that is there but empty, as a form sends it, filters nothing."""
        return {name: value for name, value in data.items() if value != ""}


@endpoint(
    "GET",
    "/worklist",
    tag="Tasks",
    summary="List tasks, the most urgent first",
    query=WorklistQuery,
    answer=page_of(TaskListed, "TaskPage"),
    roles=EVERYONE,
)
def list_worklist(query: dict[str, Any]) -> Answer:
    assignee = query.pop("assignee", None)
    with engine().db.reading() as connection:
        found = worklist(
            connection,
            today=engine().today(),
            assignee=actor().id if assignee == "me" else assignee and assignee.lower(),
            organisation=visitor().organisation,
            **query,
        )
    listed({task.patient_id for task in found.items}, searched=query.get("q"))
    return page(found.items, found.next)
