"""Facts: what a case sees, each value with when it was true, how it was learnt and which case recorded it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from engine.errors import InvalidInput
from engine.shared_facts import shared_facts_in
from engine.store.cases import case
from engine.store.facts import Recorded, facts_seen, other_cases
from webui.access import EVERYONE
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import Text, instant
from webui.api.pagination import PageQuery, page, page_of
from webui.extension import engine


class Fact(Schema):
    """One value. `seq` is the number of the command that recorded it, which is `command` in the history."""

    name = fields.String(required=True, metadata={"description": "such as pf6b.score"})
    case_id = fields.String(
        required=True,
        metadata={"description": "the case that recorded it: another one of the patient's for what tracks share"},
    )
    value = fields.Raw(required=True, allow_none=True)
    type = fields.String(required=True, metadata={"description": "number, string, boolean, date, list or null"})
    unit = fields.String(required=True, allow_none=True)
    effective_at = instant(required=True, metadata={"description": "when it was true"})
    recorded_at = instant(required=True, metadata={"description": "when it was learnt"})
    source = fields.String(required=True)
    seq = fields.Integer(required=True, attribute="command")


class FactsQuery(PageQuery):
    """Which facts."""

    name = Text(100, metadata={"description": "only this fact"})
    after = Text(120, metadata={"description": "where a page begins; taken from `next`"})


@endpoint(
    "GET",
    "/cases/<case_id>/facts",
    tag="Cases",
    summary="List what a case sees, shared facts of the patient's other cases included, in the order recorded",
    query=FactsQuery,
    answer=page_of(Fact, "FactPage"),
    roles=EVERYONE,
)
def list_facts(case_id: str, query: dict[str, Any]) -> Answer:
    limit = query["limit"]
    with engine().db.reading() as connection:
        row = case(connection, case_id)
        reaches = shared_facts_in(engine().library.folder).reaches(row["aligned_on"], engine().zone)
        found = facts_seen(
            connection,
            case_id,
            other_cases(connection, row["patient_id"], case_id),
            reaches,
            name=query.get("name"),
            after=_place(query.get("after")),
            limit=limit + 1,
        )
    shown = found[:limit]
    return page(shown, _cursor(shown[-1]) if len(found) > limit else None)


def _cursor(row: Any) -> str:
    return f"{row['recorded_at'].isoformat()}~{row['case_id']}~{row['seq']}"


def _place(text: str | None) -> Recorded | None:
    if text is None:
        return None
    try:
        at, case_id, seq = text.split("~")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not 1900 <= moment.year <= 2199 or not 0 <= int(seq) < 2**31:
            raise ValueError(text)
        return Recorded(moment, case_id, int(seq))
    except ValueError as error:
        raise InvalidInput({"after": "is not the beginning of a page; take it from `next`"}) from error
