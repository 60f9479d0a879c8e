"""History: a case's chained record, entry by entry."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import Schema, fields

from engine.store.cases import case
from engine.store.history import entries
from webui.access import EVERYONE
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import instant
from webui.api.pagination import SequenceQuery, page_of, sequence_page
from webui.extension import engine


class Entry(Schema):
    """One entry. Its hash covers everything in it and the hash of the entry before."""

    seq = fields.Integer(required=True)
    at = instant(required=True)
    actor = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "such as task.completed; docs/api.md lists them"})
    command = fields.Integer(required=True, metadata={"description": "which command of the case wrote it"})
    task_id = fields.String(required=True, allow_none=True)
    process_id = fields.String(required=True, allow_none=True)
    element_id = fields.String(required=True, allow_none=True)
    element_name = fields.String(required=True, allow_none=True)
    version = fields.String(required=True, allow_none=True)
    summary = fields.String(required=True)
    detail = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    prev_hash = fields.String(required=True)
    hash = fields.String(required=True)


@endpoint(
    "GET",
    "/cases/<case_id>/history",
    tag="Cases",
    summary="List a case's history, the first entry first",
    query=SequenceQuery,
    answer=page_of(Entry, "EntryPage"),
    roles=EVERYONE,
)
def list_history(case_id: str, query: dict[str, Any]) -> Answer:
    with engine().db.reading() as connection:
        case(connection, case_id)
        rows = entries(connection, case_id, query["after"], query["limit"] + 1)
    # `detail` is kept as the text that was hashed; a client wants what it says.
    return sequence_page([{**row, "detail": json.loads(row["detail"])} for row in rows], query["limit"], "seq")
