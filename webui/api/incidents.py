"""Incidents: what stands still because its diagram failed, and letting it go on."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import Connection

from engine.commands import RetryIncident, SkipIncident
from engine.incidents.bulk import settle
from engine.incidents.skipping import ways_past
from engine.store.incidents import as_it_stands, incident, listed
from webui.access import DIRECTORS, STUDIO_READERS, visitor
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import Text, choice, instant
from webui.api.idempotency import scoped_key
from webui.api.pagination import PageQuery, page, page_of
from webui.api.tokens import actor
from webui.extension import engine
from webui.incident_words import kept_words, not_taken_words
from webui.seen import listed as listed_names

STATUSES = ("open", "resolved")


class Incident(Schema):
    """A process that stands still: where its diagram failed, why, and how it was settled."""

    id = fields.String(required=True)
    case_id = fields.String(required=True)
    process_id = fields.String(required=True)
    definition = fields.String(required=True, metadata={"description": "the pathway"})
    version = fields.String(required=True, metadata={"description": "content hash of its version"})
    diagram = fields.String(required=True, allow_none=True, metadata={"description": "the process the element is in"})
    element_id = fields.String(required=True, allow_none=True)
    element_name = fields.String(required=True, allow_none=True)
    code = fields.String(required=True)
    message = fields.String(required=True, metadata={"description": "why, without anything about the patient"})
    status = choice(STATUSES, required=True)
    opened_at = instant(required=True)
    opened_by = fields.String(required=True)
    failures = fields.Integer(required=True, metadata={"description": "how often it has failed"})
    last_failed_at = instant(required=True)
    resolved_at = instant(required=True, allow_none=True)
    resolved_by = fields.String(required=True, allow_none=True)
    resolution = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class Way(Schema):
    """A flow by which a gateway that failed can be left."""

    element = fields.String(required=True)
    name = fields.String(required=True)
    is_default = fields.Boolean(required=True)


class IncidentWithWays(Incident):
    """An incident with what waits to be carried out, in words, and the ways on when it is skipped."""

    waiting = fields.List(fields.String(), required=True)
    not_taken = fields.List(
        fields.String(), required=True, metadata={"description": "answers that could not be carried out, and why"}
    )
    ways = fields.List(fields.Nested(Way), required=True)


class IncidentQuery(PageQuery):
    """Which incidents."""

    status = choice(STATUSES, load_default="open")
    after = fields.String(
        load_default="", validate=validate.Length(max=90), metadata={"description": "taken from `next`"}
    )


class Retry(Schema):
    """Why it is tried again."""

    reason = Text(500, allow_none=True)


class Skip(Schema):
    """Why the element may be left out, and how the process goes on."""

    element = Text(100, required=True, metadata={"description": "`element_id` as you have read it"})
    failures = fields.Integer(required=True, metadata={"description": "`failures` as you have read them"})
    reason = Text(500, required=True)
    to = Text(100, allow_none=True, metadata={"description": "the element that the chosen flow leads to"})
    at = instant(allow_none=True, metadata={"description": "when a timer that failed fires; at once when absent"})


class Settled(Schema):
    """What came of it. `settled` is false when it failed again: the incident is open still."""

    settled = fields.Boolean(required=True)
    incident = fields.Nested(IncidentWithWays, required=True)


@endpoint(
    "GET",
    "/incidents",
    tag="Incidents",
    summary="List incidents",
    query=IncidentQuery,
    answer=page_of(Incident, "IncidentPage"),
    roles=STUDIO_READERS,
)
def list_incidents(query: dict[str, Any]) -> Answer:
    limit, who = query["limit"], visitor()
    with engine().db.reading() as connection:
        rows = listed(connection, who.organisation, status=query["status"], after=query["after"], limit=limit + 1)
    shown = rows[:limit]
    listed_names(row["patient_id"] for row in shown)
    return page(shown, shown[-1]["id"] if len(rows) > limit else None)


@endpoint(
    "GET",
    "/incidents/<incident_id>",
    tag="Incidents",
    summary="Read an incident",
    answer=IncidentWithWays,
    roles=STUDIO_READERS,
)
def get_incident(incident_id: str) -> Answer:
    with engine().db.reading() as connection:
        return Answer(_whole(connection, incident_id))


@endpoint(
    "POST",
    "/incidents/<incident_id>/retry",
    tag="Incidents",
    summary="Let a parked process go on as its diagram is now",
    body=Retry,
    answer=Settled,
    roles=DIRECTORS,
)
def retry_incident(incident_id: str, body: dict[str, Any]) -> Answer:
    command = RetryIncident(_case_of(incident_id), incident_id, body.get("reason"))
    return _settled(incident_id, settle(engine(), command, actor=actor(), key=scoped_key(actor())).matched)


@endpoint(
    "POST",
    "/incidents/<incident_id>/skip",
    tag="Incidents",
    summary="Let a parked process go past the element that failed",
    body=Skip,
    answer=Settled,
    roles=DIRECTORS,
)
def skip_incident(incident_id: str, body: dict[str, Any]) -> Answer:
    seen = body["element"], body["failures"]
    command = SkipIncident(_case_of(incident_id), incident_id, *seen, body["reason"], body.get("to"), body.get("at"))
    return _settled(incident_id, settle(engine(), command, actor=actor(), key=scoped_key(actor())).matched)


def _case_of(incident_id: str) -> str:
    with engine().db.reading() as connection:
        return str(incident(connection, incident_id)["case_id"])


def _settled(incident_id: str, settled: bool) -> Answer:
    with engine().db.reading() as connection:
        return Answer({"settled": settled, "incident": _whole(connection, incident_id)})


def _whole(connection: Connection, incident_id: str) -> dict[str, Any]:
    row = as_it_stands(connection, incident_id)
    definition = engine().library.definition(connection, row["version"])
    told = {
        "waiting": kept_words(connection, row["kept"]),
        "not_taken": [words for _, words in not_taken_words(connection, row["kept"])],
    }
    return {**row, **told, "ways": ways_past(definition, row)}
