"""Who calls the API: a bearer token, looked up by its digest."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from engine.application import Engine
from engine.commands import Actor
from engine.store.people import mark_token_used, user_of_token
from webui.access import visitor, visitor_of
from webui.security_log import warn
from webui.sessions import wall_now

# Noting each use would make every read a write; once a day tells as well which tokens nobody needs.
_NOTED_EVERY = timedelta(days=1)


def digest_of(token: str) -> str:
    """What is kept of a token: the SHA-256 of its text, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate(engine: Engine) -> None:
    """Makes a valid token's holder the visitor; raises Unauthorized."""
    digest = digest_of(_bearer())
    with engine.db.reading() as connection:
        holder = user_of_token(connection, digest)
    if holder is None or _has_run_out(holder["expires_at"]):
        warn("token.refused")
        raise _unauthorized("the token is not known, was revoked, ran out, or its user is not active", "invalid_token")
    _note_use(engine, digest, holder["last_used_at"])
    g.visitor = visitor_of(holder)


def _has_run_out(expires_at: datetime | None) -> bool:
    return expires_at is not None and expires_at <= wall_now()


def actor() -> Actor:
    """Who the request's token belongs to; there is one in every endpoint."""
    return visitor().actor


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorized("send the header 'Authorization: Bearer TOKEN'; 'throughline tokens create' makes one")
    return token.strip()


def _unauthorized(detail: str, error: str | None = None) -> Unauthorized:
    values: dict[str, str | None] = {"realm": "throughline"}
    if error is not None:
        values["error"] = error
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer", values))


def _note_use(engine: Engine, digest: str, last: datetime | None) -> None:
    now = engine.clock.now()
    if last is None or now - last >= _NOTED_EVERY:
        with engine.db.writing() as connection:
            mark_token_used(connection, digest, now)
