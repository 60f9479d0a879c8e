"""How a task looks to a client: the same in the worklist, in a case and in what a command led to."""

from __future__ import annotations

from marshmallow import Schema, fields

from webui.api.fields import PRIORITIES, TASK_KINDS, TASK_STATUSES, choice, day, instant


class Task(Schema):
    """A person's work item. `due_on` is a local day; it may be done from `opens_on` to `closes_on`."""

    id = fields.String(required=True)
    case_id = fields.String(required=True)
    patient_id = fields.String(required=True)
    kind = choice(TASK_KINDS, required=True)
    title = fields.String(required=True)
    why = fields.String(required=True, metadata={"description": "what in this patient's path led to it"})
    opens_on = day(required=True)
    due_on = day(required=True)
    closes_on = day(required=True, allow_none=True)
    priority = choice(PRIORITIES, required=True)
    status = choice(TASK_STATUSES, required=True)
    assignee = fields.String(required=True, allow_none=True, metadata={"description": "a user's email"})
    role = fields.String(required=True)
    form = fields.String(required=True)
    element_id = fields.String(required=True, metadata={"description": "the user task in the diagram"})
    process = fields.String(required=True, metadata={"description": "the process the element stands in"})
    created_at = instant(required=True)
    done_at = instant(required=True, allow_none=True)
    done_by = fields.String(required=True, allow_none=True)
    occurred_on = day(required=True, allow_none=True, metadata={"description": "the true day, if recorded later"})
    late_reason = fields.String(required=True, allow_none=True)
    snoozed_until = day(required=True, allow_none=True)
    snooze_reason = fields.String(required=True, allow_none=True)
    attempts = fields.Integer(required=True, metadata={"description": "attempts to reach the patient so far"})


class TaskListed(Task):
    """A task in the worklist, with the name of the patient it is about and the track."""

    patient_name = fields.String(required=True)
    track = fields.String(required=True)


class Attempt(Schema):
    """One attempt to reach the patient."""

    number = fields.Integer(required=True)
    at = instant(required=True)
    actor = fields.String(required=True)
    channel = fields.String(required=True)
    outcome = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class TaskWithForm(Task):
    """A task with its form and the attempts to reach the patient."""

    schema = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        required=True,
        metadata={"description": "the form as JSON Schema 2020-12: what `data` must be to complete the task"},
    )
    contact_attempts = fields.List(fields.Nested(Attempt), required=True)


class TaskAnswer(Schema):
    """A task after a command on it."""

    task = fields.Nested(Task, required=True)


class CompletedAnswer(TaskAnswer):
    """A completed task and the tasks that this opened."""

    led_to = fields.List(fields.Nested(Task), required=True)
