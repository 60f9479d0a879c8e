"""The API described by itself: an OpenAPI 3.1 document from the schemas that read and write its bodies."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Response, jsonify
from marshmallow import Schema, fields

from webui.access import PUBLIC, allowed
from webui.api.endpoints import ENDPOINTS, PREFIX, Endpoint, api
from webui.api.idempotency import HEADER, MOST_SIGNS
from webui.api.problems import MEDIA_TYPE

DESCRIPTION = (
    "Case management for CMS ACCESS: patients, their cases, the tasks that a case's diagram makes, the "
    "events that happen to a patient, and the record of it all. Every POST takes an Idempotency-Key: the "
    "same key and body have one effect and the same answer."
)
LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


class Problem(Schema):
    """An error (RFC 9457). `code` is stable; `detail` says what happened and what to do."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "with 422: what is wrong, by field"},
    )
    by = fields.String(metadata={"description": "with a lost race: who was first"})
    at = fields.AwareDateTime(metadata={"description": "with a lost race: when that was"})
    seconds_ago = fields.Integer(metadata={"description": "with a lost race: how long ago"})
    incident = fields.String(metadata={"description": "with a pathway that stands still: its incident"})
    is_kept = fields.Boolean(metadata={"description": "with that: what was sent is kept and will be carried out"})


@cache
def document() -> dict[str, Any]:
    """The whole document; the same for every request, so made once."""
    spec = APISpec(
        title="Throughline",
        version="1",
        openapi_version="3.1.0",
        info={"description": DESCRIPTION, "license": LICENSE},
        servers=[{"url": PREFIX}],
        security=[{"token": []}],
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=Problem)
    told = {MEDIA_TYPE: {"schema": "Problem"}}
    spec.components.response("Problem", {"description": "an error", "content": told})
    for known in ENDPOINTS:
        spec.path(_path(known), operations={known.method.lower(): _operation(known)})
    return spec.to_dict()


@api.get("/openapi.json")
@allowed(PUBLIC)
def openapi() -> Response:
    return jsonify(document())


def _name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__)


def _path(known: Endpoint) -> str:
    return re.sub(r"<(\w+)>", r"{\1}", known.path)


def _operation(known: Endpoint) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": known.name,
        "tags": [known.tag],
        "summary": known.summary,
        "parameters": _parameters(known),
        "responses": {
            str(known.status): _success(known),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    if known.body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": known.body}}}
    return described


def _parameters(known: Endpoint) -> list[dict[str, Any]]:
    named = re.findall(r"<(\w+)>", known.path)
    text = {"type": "string"}
    parameters: list[dict[str, Any]] = [
        {"name": each, "in": "path", "required": True, "schema": text} for each in named
    ]
    if known.query is not None:
        parameters.append({"in": "query", "schema": known.query})
    if known.method == "POST":
        parameters.append(
            {
                "name": HEADER,
                "in": "header",
                "schema": {**text, "minLength": 1, "maxLength": MOST_SIGNS},
                "description": "the same key and body have one effect and the same answer",
            }
        )
    return parameters


def _success(known: Endpoint) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": "done" if known.method == "POST" else "found",
        "content": {"application/json": {"schema": known.answer}},
    }
    if known.status == 201:
        answer["headers"] = {"Location": {"schema": {"type": "string"}, "description": "the new one's address"}}
    return answer
