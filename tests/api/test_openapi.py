"""The API describes itself: every route, in a document that is valid."""

from __future__ import annotations

import re

from flask import Flask
from jsonschema import Draft202012Validator

from webui.api.openapi import document


def test_every_route_is_in_the_document(app: Flask) -> None:
    """Nothing is served that is not described, nothing described that is not served."""
    served = {
        (method, re.sub(r"<(\w+)>", r"{\1}", rule.rule).removeprefix("/api/v1"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("/openapi.json")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {(method.upper(), path) for path, calls in document()["paths"].items() for method in calls}
    assert described == served


def test_the_document_is_served_without_a_token(app: Flask) -> None:
    """Whoever writes a client can read it first."""
    answer = app.test_client().get("/api/v1/openapi.json")
    assert answer.json == document()
    assert answer.json["openapi"] == "3.1.0"


def test_every_schema_of_the_document_is_json_schema() -> None:
    """OpenAPI 3.1's schemas are JSON Schema 2020-12, and all references lead somewhere."""
    schemas = document()["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    named = set(re.findall(r"#/components/schemas/(\w+)", str(document())))
    assert named <= schemas.keys()


def test_every_post_takes_an_idempotency_key() -> None:
    """Also those without a body."""
    posts = [calls["post"] for calls in document()["paths"].values() if "post" in calls]
    assert len(posts) == 14
    for post in posts:
        assert "Idempotency-Key" in [each.get("name") for each in post["parameters"]]


def test_every_call_has_a_summary_and_a_name() -> None:
    """A generated client has names to use."""
    calls = [call for calls in document()["paths"].values() for call in calls.values()]
    names = [call["operationId"] for call in calls]
    assert len(set(names)) == len(names)
    assert all(call["summary"] for call in calls)
