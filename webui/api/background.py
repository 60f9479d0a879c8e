"""Background work: what waits, what was given up, and asking for an import."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate
from sqlalchemy import Connection, RowMapping

from engine.errors import NotFound
from engine.outgoing import OUTGOING
from engine.outgoing.dead_letters import LONGEST_REASON, checked_reason, drop, drop_alone, retry, retry_alone
from engine.outgoing.import_fhir import MOST_FILES, check_files, write_import
from engine.store.organisations import MAIN
from engine.store.outbox import STATUSES, attempts_of, listed
from webui.access import IMPORTERS, OVERSEERS, visitor
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import Text, choice, instant
from webui.api.idempotency import once, scoped_key
from webui.api.pagination import LARGEST_CURSOR, PageQuery, page, page_of
from webui.api.tokens import actor
from webui.background_rows import shown, work_for_visitor
from webui.extension import engine
from webui.seen import listed as listed_names
from webui.sizes import takes_up_to

_LARGEST_IMPORT = 20_000_000  # bytes of the call's body
KINDS = tuple(OUTGOING)


class Retried(Schema):
    """Somebody let work about no case be tried again."""

    by = fields.String(required=True)
    at = instant(required=True)


class Work(Schema):
    """A piece of background work, without what is about a patient."""

    id = fields.Integer(required=True)
    case_id = fields.String(required=True, allow_none=True)
    operation = fields.String(required=True, metadata={"description": "its kind"})
    kind = fields.String(required=True, metadata={"description": "its kind in words"})
    status = choice(STATUSES, required=True)
    created_at = instant(required=True)
    requested_by = fields.String(required=True, allow_none=True)
    attempts = fields.Integer(required=True)
    next_attempt_at = instant(required=True, allow_none=True)
    done_at = instant(required=True, allow_none=True, metadata={"description": "when it arrived or was ended"})
    error = fields.String(required=True, allow_none=True, metadata={"description": "what the last attempt said"})
    ended_by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "why it was dropped"})
    retried = fields.List(
        fields.Nested(Retried),
        required=True,
        metadata={"description": "who let it be tried again; of a case's work its history says so"},
    )
    carries = fields.Dict(required=True)
    evidence = fields.Dict(required=True, allow_none=True, metadata={"description": "what shows that it arrived"})


class WorkAttempt(Schema):
    """One attempt: when, until when, and what was said where it did not end well."""

    number = fields.Integer(required=True)
    at = instant(required=True)
    ended_at = instant(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


class WorkWithAttempts(Work):
    """A piece of background work with every attempt."""

    tried = fields.List(fields.Nested(WorkAttempt), required=True)


class WorkQuery(PageQuery):
    """Which work."""

    status = choice(STATUSES, metadata={"description": "all when absent"})
    operation = choice(KINDS, metadata={"description": "one kind alone"})
    after = fields.Integer(
        validate=validate.Range(1, LARGEST_CURSOR), metadata={"description": "those before; taken from `next`"}
    )


class Drop(Schema):
    """Why nobody need try it again."""

    reason = Text(LONGEST_REASON, required=True)


class ImportFile(Schema):
    """A FHIR R4 bundle or NDJSON, as text."""

    name = Text(200, required=True, metadata={"description": "ends in .json, .ndjson or .jsonl"})
    content = fields.String(required=True, validate=validate.Length(min=1))


class Import(Schema):
    """Files of patients."""

    files = fields.List(fields.Nested(ImportFile), required=True, validate=validate.Length(1, MOST_FILES))
    organisation = Text(
        32, allow_none=True, metadata={"description": "who cares for new ones; the caller's own, named by who sees all"}
    )


@endpoint(
    "GET",
    "/outbox",
    tag="Background work",
    summary="List background work, the newest first",
    query=WorkQuery,
    answer=page_of(Work, "WorkPage"),
    roles=OVERSEERS,
)
def list_work(query: dict[str, Any]) -> Answer:
    limit, whose = query["limit"], visitor().organisation
    with engine().db.reading() as connection:
        rows = listed(
            connection,
            query.get("status"),
            limit + 1,
            operation=query.get("operation"),
            organisation=whose,
            before=query.get("after"),
        )
    found = rows[:limit]
    listed_names([row["patient_id"] for row in found if row["patient_id"]])
    return page([shown(row) for row in found], found[-1]["id"] if len(rows) > limit else None)


@endpoint(
    "GET",
    "/outbox/<outgoing_id>",
    tag="Background work",
    summary="Read a piece of background work with its attempts",
    answer=WorkWithAttempts,
    roles=OVERSEERS,
)
def get_work(outgoing_id: str) -> Answer:
    return Answer(_whole(work_for_visitor(_id(outgoing_id))))


@endpoint(
    "POST",
    "/outbox/<outgoing_id>/retry",
    tag="Background work",
    summary="Let work that was given up be tried again, under the same key",
    answer=WorkWithAttempts,
    roles=OVERSEERS,
)
def retry_work(outgoing_id: str) -> Answer:
    row = work_for_visitor(_id(outgoing_id))

    def alone(connection: Connection) -> dict[str, Any]:
        retry_alone(connection, row["id"], engine().clock.now(), actor())
        return {"outgoing": row["id"]}

    if row["case_id"] is None:
        once(engine(), "outbox.retry", {"outgoing": row["id"]}, actor=actor(), work=alone)
    else:
        retry(engine(), row["id"], actor(), scoped_key(actor()))
    return Answer(_whole(work_for_visitor(row["id"])))


@endpoint(
    "POST",
    "/outbox/<outgoing_id>/drop",
    tag="Background work",
    summary="Let work that was given up be, for a reason",
    body=Drop,
    answer=WorkWithAttempts,
    roles=OVERSEERS,
)
def drop_work(outgoing_id: str, body: dict[str, Any]) -> Answer:
    row, reason = work_for_visitor(_id(outgoing_id)), checked_reason(body["reason"])

    def alone(connection: Connection) -> dict[str, Any]:
        drop_alone(connection, row["id"], engine().clock.now(), reason, actor())
        return {"outgoing": row["id"]}

    if row["case_id"] is None:
        once(engine(), "outbox.drop", {"outgoing": row["id"], "reason": reason}, actor=actor(), work=alone)
    else:
        drop(engine(), row["id"], reason, actor(), scoped_key(actor()))
    return Answer(_whole(work_for_visitor(row["id"])))


@endpoint(
    "POST",
    "/imports",
    tag="Background work",
    summary="Take files of patients, for a worker to import",
    body=Import,
    answer=WorkWithAttempts,
    roles=IMPORTERS,
    status=202,
)
@takes_up_to(_LARGEST_IMPORT)
def ask_import(body: dict[str, Any]) -> Answer:
    files = [(each["name"], each["content"].encode()) for each in body["files"]]
    whose = visitor().organisation or body.get("organisation") or MAIN
    check_files(files, engine().settings.door.scanner)
    asked = {"organisation": whose, "files": [[name, sha256(content).hexdigest()] for name, content in files]}

    def write(connection: Connection) -> dict[str, Any]:
        return {"outgoing": write_import(connection, files, whose, actor(), engine().clock.now())}

    row_id = once(engine(), "import.ask", asked, actor=actor(), work=write)["outgoing"]
    location = url_for("api.get_work", outgoing_id=row_id, _external=True)
    return Answer(_whole(work_for_visitor(row_id)), {"Location": location})


def _id(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or len(text) > len(str(LARGEST_CURSOR)):
        raise NotFound("outgoing work", text)
    return int(text)


def _whole(row: RowMapping) -> dict[str, Any]:
    with engine().db.reading() as connection:
        return shown(row) | {"tried": attempts_of(connection, row["id"])}
