"""Tasks: read one with its form, complete it, and say who does it when."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from engine.commands import AnyCommand, AssignTask, ClaimTask, CompleteTask, LogAttempt, Outcome, SnoozeTask
from engine.handlers.log_attempt import ANSWERED, CHANNELS, UNANSWERED
from engine.store.tasks import attempts_of_task, task, tasks_by_id
from webui.access import EVERYONE, WORKERS
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import Text, choice, day
from webui.api.idempotency import scoped_key
from webui.api.task_schemas import CompletedAnswer, TaskAnswer, TaskWithForm
from webui.api.tokens import actor
from webui.extension import engine

OUTCOMES = ANSWERED + UNANSWERED


class Completion(Schema):
    """A task's answers, and when it was done where that was not today."""

    data = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True),
        required=True,
        metadata={"description": "answers by field, as the task's `schema` asks for them"},
    )
    occurred_on = day(allow_none=True, metadata={"description": "the day it was done, if it is recorded later"})
    late_reason = Text(500, allow_none=True, metadata={"description": "why it was done or recorded late"})


class Assignment(Schema):
    """Who does a task."""

    assignee = Text(254, required=True, allow_none=True, metadata={"description": "a user's email; null for nobody"})


class Snooze(Schema):
    """Until when a task stays out of sight, and why it can wait."""

    until = day(required=True)
    reason = Text(500, required=True)


class NewAttempt(Schema):
    """An attempt to reach the patient."""

    channel = choice(CHANNELS, required=True)
    outcome = choice(OUTCOMES, required=True)
    note = Text(2000, allow_none=True)


@endpoint(
    "GET",
    "/tasks/<task_id>",
    tag="Tasks",
    summary="Read a task with its form",
    answer=TaskWithForm,
    roles=EVERYONE,
)
def get_task(task_id: str) -> Answer:
    with engine().db.reading() as connection:
        row = task(connection, task_id)
        schema = engine().task_schema(connection, dict(row))
        return Answer({**row, "schema": schema, "contact_attempts": attempts_of_task(connection, task_id)})


@endpoint(
    "POST",
    "/tasks/<task_id>/complete",
    tag="Tasks",
    summary="Complete a task with its form's answers",
    body=Completion,
    answer=CompletedAnswer,
    roles=WORKERS,
)
def complete_task(task_id: str, body: dict[str, Any]) -> Answer:
    command = CompleteTask(task_id, body["data"], body.get("occurred_on"), body.get("late_reason"))
    return _led_to(_execute(command))


@endpoint(
    "POST",
    "/tasks/<task_id>/claim",
    tag="Tasks",
    summary="Take a task for oneself",
    answer=TaskAnswer,
    roles=WORKERS,
)
def claim_task(task_id: str) -> Answer:
    return _led_to(_execute(ClaimTask(task_id)))


@endpoint("POST", "/tasks/<task_id>/release", tag="Tasks", summary="Give a task back", answer=TaskAnswer, roles=WORKERS)
def release_task(task_id: str) -> Answer:
    return _led_to(_execute(AssignTask(task_id, None)))


@endpoint(
    "POST",
    "/tasks/<task_id>/assign",
    tag="Tasks",
    summary="Give a task to a user",
    body=Assignment,
    answer=TaskAnswer,
    roles=WORKERS,
)
def assign_task(task_id: str, body: dict[str, Any]) -> Answer:
    assignee = body["assignee"]
    return _led_to(_execute(AssignTask(task_id, assignee.lower() if assignee else None)))


@endpoint(
    "POST",
    "/tasks/<task_id>/snooze",
    tag="Tasks",
    summary="Put a task out of sight until a day",
    body=Snooze,
    answer=TaskAnswer,
    roles=WORKERS,
)
def snooze_task(task_id: str, body: dict[str, Any]) -> Answer:
    return _led_to(_execute(SnoozeTask(task_id, body["until"], body["reason"])))


@endpoint(
    "POST",
    "/tasks/<task_id>/attempts",
    tag="Tasks",
    summary="Note an attempt to reach the patient",
    body=NewAttempt,
    answer=CompletedAnswer,
    roles=WORKERS,
)
def log_attempt(task_id: str, body: dict[str, Any]) -> Answer:
    command = LogAttempt(task_id, body["channel"], body["outcome"], body.get("note"))
    return _led_to(_execute(command))


def _execute(command: AnyCommand) -> Outcome:
    return engine().execute(command, actor=actor(), key=scoped_key(actor()))


def _led_to(outcome: Outcome) -> Answer:
    with engine().db.reading() as connection:
        done = task(connection, str(outcome.task_id))
        return Answer({"task": done, "led_to": tasks_by_id(connection, outcome.tasks)})
