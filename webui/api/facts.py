"""Facts: what is known in a case, each value with when it was true and how it was learnt."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from engine.store.cases import case
from engine.store.facts import facts
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import Text, instant
from webui.api.pagination import SequenceQuery, page_of, sequence_page
from webui.extension import engine


class Fact(Schema):
    """One value. `seq` is the number of the command that recorded it, which is `command` in the history."""

    name = fields.String(required=True, metadata={"description": "such as pf6b.score"})
    value = fields.Raw(required=True, allow_none=True)
    type = fields.String(required=True, metadata={"description": "number, string, boolean, date, list or null"})
    unit = fields.String(required=True, allow_none=True)
    effective_at = instant(required=True, metadata={"description": "when it was true"})
    recorded_at = instant(required=True, metadata={"description": "when it was learnt"})
    source = fields.String(required=True)
    seq = fields.Integer(required=True, attribute="command")


class FactsQuery(SequenceQuery):
    """Which facts."""

    name = Text(100, metadata={"description": "only this fact"})


@endpoint(
    "GET",
    "/cases/<case_id>/facts",
    tag="Cases",
    summary="List a case's facts in the order they were recorded",
    query=FactsQuery,
    answer=page_of(Fact, "FactPage"),
)
def list_facts(case_id: str, query: dict[str, Any]) -> Answer:
    with engine().db.reading() as connection:
        case(connection, case_id)
        rows = facts(connection, case_id, query.get("name"), query["after"], query["limit"] + 1)
    return sequence_page(rows, query["limit"], "seq")
