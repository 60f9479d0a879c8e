"""One decorator makes a function an endpoint of the API: who may call it, what it takes, what it answers."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Blueprint, Response, current_app, request
from marshmallow import Schema, ValidationError

from care.errors import did_you_mean
from engine.errors import InvalidInput
from engine.store.history import has_entry_of, last_number
from engine.store.organisations import Subject
from webui.access import allowed, check_role, visitor
from webui.api.bodies import json_body, plain_text
from webui.api.idempotency import checked_key
from webui.api.tokens import authenticate
from webui.extension import engine
from webui.organisations import saw_all, subjects_in

PREFIX = "/api/v1"

api = Blueprint("api", __name__, url_prefix=PREFIX)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What is known of an endpoint: the source of its route and of its part of the OpenAPI document.

    `path` is below the prefix with Flask's converters (`/patients/<patient_id>`); `body`, `query` and
    `answer` are schemas; `roles` may call it; `status` is that of success.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    answer: type[Schema]
    roles: frozenset[str]
    body: type[Schema] | None = None
    query: type[Schema] | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What an endpoint gives back: the object its answer schema dumps, and headers beside it."""

    content: object
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[..., Answer]

ENDPOINTS: list[Endpoint] = []


def endpoint(
    method: str,
    path: str,
    *,
    tag: str,
    summary: str,
    answer: type[Schema],
    roles: frozenset[str],
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    status: int = 200,
) -> Callable[[View], View]:
    """Registers a function as an endpoint.

    It is called with the path's values, and with `body` and `query` as loaded by their schemas where it has
    them; what it answers is dumped by `answer`. Before it, the token, the role and whose patient the path names are
    checked.
    """

    def register(view: View) -> View:
        known = Endpoint(method, path, view.__name__, tag, summary, answer, roles, body, query, status)
        ENDPOINTS.append(known)

        @allowed(roles)
        @functools.wraps(view)
        def serve(**in_path: str) -> Response:
            return _serve(known, view, in_path)

        api.add_url_rule(path, view.__name__, serve, methods=[method])
        return view

    return register


def _serve(known: Endpoint, view: View, in_path: Mapping[str, str]) -> Response:
    authenticate(engine())
    check_role(known.roles)
    given: dict[str, Any] = {name: plain_text(name, value) for name, value in in_path.items()}
    about = subjects_in(given)
    lengths = _lengths(about) if known.method == "POST" else {}
    if known.method == "POST":
        checked_key()
        # A call without a body schema takes no fields, which is itself a rule to hold the body to.
        loaded = _loaded(known.body or Schema, json_body(required=known.body is not None))
        given |= {"body": loaded} if known.body else {}
    given |= {"query": _loaded(known.query, _arguments())} if known.query else {}
    answer = view(**given)
    saw_all(_without_entry(lengths) if known.method == "POST" else about)
    # Not sorted by name: the order of a form's fields is the order in which they are asked.
    text = current_app.json.dumps(known.answer().dump(answer.content), sort_keys=False)
    return Response(text, known.status, dict(answer.headers), content_type="application/json")


def _lengths(about: Iterable[Subject]) -> dict[Subject, int]:
    """Whom a call is about, each with the last number of their case's history before it."""
    with engine().db.reading() as connection:
        return {each: 0 if each.case_id is None else last_number(connection, each.case_id) for each in about}


def _without_entry(lengths: Mapping[Subject, int]) -> list[Subject]:
    """Those who were shown while the caller changed nothing: where a call is in the history, that says who made it."""
    who = visitor().email
    with engine().db.reading() as connection:
        return [
            each
            for each, before in lengths.items()
            if each.case_id is None or not has_entry_of(connection, each.case_id, who, before)
        ]


def _arguments() -> dict[str, str]:
    return {name: plain_text(name, value) for name, value in request.args.items()}


def _loaded(kind: type[Schema], given: Mapping[str, Any]) -> dict[str, Any]:
    schema = kind()
    try:
        return cast(dict[str, Any], schema.load(given))
    except ValidationError as error:
        told = dict(_flat(error.messages_dict))
        for name in given.keys() - schema.load_fields.keys():
            told[name] = f"is not a field; {did_you_mean(name, schema.load_fields)}"
        raise InvalidInput(told) from error


def _flat(told: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Messages by dotted field ("conditions.1"), several about one field joined."""
    if isinstance(told, Mapping):
        for name, inner in told.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(told, list) and not all(isinstance(each, str) for each in told):
        for inner in told:
            yield from _flat(inner, path)
    else:
        yield path, " ".join(told) if isinstance(told, list) else str(told)
