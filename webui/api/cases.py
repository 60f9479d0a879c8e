"""Cases: enrol a patient in a track, and see where a case stands."""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import Schema, fields

from engine.commands import StartCase
from webui.access import EVERYONE, WORKERS
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import CASE_STATUSES, TRACKS, Text, choice, day, instant
from webui.api.idempotency import scoped_key
from webui.api.task_schemas import Task
from webui.api.tokens import actor
from webui.extension import engine
from webui.organisations import subject_for_visitor


class NewCase(Schema):
    """Who is enrolled in which track, from when."""

    patient_id = Text(32, required=True)
    track = choice(TRACKS, required=True)
    aligned_on = day(
        allow_none=True, metadata={"description": "the day of alignment, which is day 0; today when absent"}
    )
    assignee = Text(254, allow_none=True, metadata={"description": "the case manager's email"})


class ActiveElement(Schema):
    """An element of a running diagram at which the case stands."""

    element_id = fields.String(required=True)
    element_name = fields.String(required=True)
    process = fields.String(required=True, metadata={"description": "the process the element stands in"})
    process_id = fields.String(required=True, metadata={"description": "the running process of the case"})
    title = fields.String(required=True, metadata={"description": "of the running process"})


class Case(Schema):
    """A case: one enrolment of one patient in one track."""

    id = fields.String(required=True)
    patient_id = fields.String(required=True)
    track = choice(TRACKS, required=True)
    title = fields.String(required=True, metadata={"description": "of the pathway"})
    status = choice(CASE_STATUSES, required=True)
    version = fields.String(required=True, metadata={"description": "content hash of the pathway's version"})
    version_number = fields.Integer(required=True)
    aligned_on = day(required=True)
    day = fields.Integer(required=True, metadata={"description": "days since alignment, which is day 0"})
    assignee = fields.String(required=True, allow_none=True)
    started_at = instant(required=True)
    closed_at = instant(required=True, allow_none=True)
    active_elements = fields.List(fields.Nested(ActiveElement), required=True)
    open_tasks = fields.List(fields.Nested(Task), required=True)


@endpoint(
    "POST",
    "/cases",
    tag="Cases",
    summary="Enrol a patient in a track",
    body=NewCase,
    answer=Case,
    status=201,
    roles=WORKERS,
)
def start_case(body: dict[str, Any]) -> Answer:
    subject_for_visitor("patient", body["patient_id"])
    assignee = body.get("assignee")
    command = StartCase(
        patient_id=body["patient_id"],
        track=body["track"],
        aligned_on=body.get("aligned_on"),
        assignee=assignee.lower() if assignee else None,
    )
    outcome = engine().execute(command, actor=actor(), key=scoped_key(actor()))
    location = url_for("api.get_case", case_id=outcome.case_id)
    return Answer(_case(outcome.case_id), {"Location": location})


@endpoint("GET", "/cases/<case_id>", tag="Cases", summary="See where a case stands", answer=Case, roles=EVERYONE)
def get_case(case_id: str) -> Answer:
    return Answer(_case(case_id))


def _case(case_id: str) -> Any:
    with engine().db.reading() as connection:
        return engine().case_view(connection, case_id)
