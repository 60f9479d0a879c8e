"""A client of the API for tests, which holds every answer to the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from webui.api.openapi import document

PREFIX = "/api/v1"


@dataclass
class Client:
    """Calls the API with one user's token."""

    http: FlaskClient
    token: str | None

    def get(self, path: str, **query: Any) -> TestResponse:
        return self.call("GET", path, **({"query_string": query} if query else {}))

    def post(self, path: str, body: Any = None, key: str | None = None, **more: Any) -> TestResponse:
        headers = {} if key is None else {"Idempotency-Key": key}
        given = {} if body is None else {"json": body}
        return self.call("POST", path, headers=headers, **given, **more)

    def call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any) -> TestResponse:
        """One call, its answer checked; an address that begins with http is taken as it is."""
        bearer = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        address = path if path.startswith("http") else PREFIX + path
        answer = self.http.open(address, method=method, headers={**bearer, **(headers or {})}, **more)
        check_answer(method, re.sub(r"\?.*", "", address).partition(PREFIX)[2], answer)
        return answer


def check_answer(method: str, path: str, answer: TestResponse) -> None:
    """The answer is what the OpenAPI document says of the call, or a problem."""
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json", answer.text
        check_schema({"$ref": "#/components/schemas/Problem"}, answer.get_json())
        assert answer.get_json()["status"] == answer.status_code
        return
    operation = operation_of(method, path)
    if operation is not None:
        described = operation["responses"][str(answer.status_code)]
        check_schema(described["content"]["application/json"]["schema"], answer.get_json())


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a call, None where it says nothing."""
    for template, operations in document()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            found: dict[str, Any] | None = operations.get(method.lower())
            return found
    return None


def check_schema(schema: Mapping[str, Any], instance: Any) -> None:
    whole = {**schema, "components": document()["components"]}
    Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(instance)
