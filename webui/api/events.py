"""Events: tell a case what happened to the patient, and hear what that led to."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from engine.commands import DeliverEvent, Outcome
from engine.store.cases import processes_by_id
from engine.store.tasks import tasks_by_id
from webui.access import WORKERS
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import CASE_STATUSES, Text, choice, instant
from webui.api.idempotency import scoped_key
from webui.api.task_schemas import Task
from webui.api.tokens import actor
from webui.extension import engine


class NewEvent(Schema):
    """What happened: its type and payload are described in docs/events.md."""

    type = Text(100, required=True, metadata={"description": "such as transition.discharged"})
    payload = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), load_default=dict)
    occurred_at = instant(allow_none=True, metadata={"description": "when it happened; now when absent"})


class StartedProcess(Schema):
    """A process that an event started beside the track's own."""

    id = fields.String(required=True)
    definition = fields.String(required=True)
    title = fields.String(required=True)


class EventAnswer(Schema):
    """What an event did. `matched` is false when nothing waits for it; the record holds it all the same."""

    matched = fields.Boolean(required=True)
    tasks = fields.List(fields.Nested(Task), required=True, metadata={"description": "that it opened"})
    processes = fields.List(fields.Nested(StartedProcess), required=True, metadata={"description": "it started"})
    cancelled = fields.List(fields.String(), required=True, metadata={"description": "ids of tasks it ended"})
    case_id = fields.String(required=True)
    case_status = choice(CASE_STATUSES, required=True)


@endpoint(
    "POST",
    "/cases/<case_id>/events",
    tag="Events",
    summary="Tell a case what happened",
    body=NewEvent,
    answer=EventAnswer,
    roles=WORKERS,
)
def deliver_event(case_id: str, body: dict[str, Any]) -> Answer:
    command = DeliverEvent(case_id, body["type"], body["payload"], body.get("occurred_at"))
    return Answer(_told(engine().execute(command, actor=actor(), key=scoped_key(actor()))))


def _told(outcome: Outcome) -> dict[str, Any]:
    with engine().db.reading() as connection:
        return {
            "matched": outcome.matched,
            "tasks": tasks_by_id(connection, outcome.tasks),
            "processes": processes_by_id(connection, outcome.processes),
            "cancelled": outcome.cancelled,
            "case_id": outcome.case_id,
            "case_status": outcome.status,
        }
