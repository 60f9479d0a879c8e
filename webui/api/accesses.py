"""Who saw a patient: for auditors, the latest first."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from engine.store.accesses import ACTS, accesses_of_patient
from webui.access import AUDITORS
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import choice, instant
from webui.api.pagination import LARGEST_CURSOR, PageQuery, page, page_of
from webui.extension import engine


class AccessToPatient(Schema):
    """One access: who, in which role, when, and by which route."""

    id = fields.Integer(required=True)
    at = instant(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    act = choice(ACTS, required=True)
    page = fields.String(required=True, metadata={"description": "the route, such as pages.patient"})
    address = fields.String(required=True, metadata={"description": "the path that was asked, without its query"})
    case_id = fields.String(required=True, allow_none=True)
    detail = fields.Dict(required=True, allow_none=True, metadata={"description": "what was searched for or exported"})


class AccessesQuery(PageQuery):
    """Which accesses."""

    after = fields.Integer(
        validate=validate.Range(1, LARGEST_CURSOR), metadata={"description": "those before; taken from `next`"}
    )


@endpoint(
    "GET",
    "/patients/<patient_id>/accesses",
    tag="Patients",
    summary="List who saw a patient, the latest first",
    query=AccessesQuery,
    answer=page_of(AccessToPatient, "AccessPage"),
    roles=AUDITORS,
)
def list_accesses(patient_id: str, query: dict[str, Any]) -> Answer:
    limit = query["limit"]
    with engine().db.reading() as connection:
        rows = accesses_of_patient(connection, patient_id, query.get("after"), limit + 1)
    shown = rows[:limit]
    return page(shown, shown[-1]["id"] if len(rows) > limit else None)
