"""Signing in and out: what the session cookie holds, and when it stops counting."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import RowMapping

from engine.errors import NotFound
from engine.store.people import user
from webui.access import visitor_of
from webui.extension import engine

LIFETIME = timedelta(hours=12)  # a working day; then one signs in again


class PageSessions(SecureCookieSessionInterface):
    """Signed cookies that a browser sends back over TLS only when they came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def configure_sessions(app: Flask) -> None:
    app.secret_key = app.config["SECRET_KEY"]
    app.session_interface = PageSessions()
    app.config.update(
        SESSION_COOKIE_NAME="throughline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )


def open_session(row: RowMapping) -> None:
    """Begin a session of a user's; whatever the cookie held before is gone."""
    session.clear()
    session.permanent = True
    session["email"] = row["email"]
    session["stamp"] = stamp(row["password_hash"])


def close_session() -> None:
    session.clear()


def load_visitor() -> None:
    """Before each request: who the session belongs to. A changed password or an ended account ends it."""
    g.visitor = None
    email = session.get("email")
    if email is None:
        return
    with engine().db.reading() as connection:
        try:
            row = user(connection, email)
        except NotFound:
            row = None
    if row is None or not row["active"] or session.get("stamp") != stamp(row["password_hash"]):
        session.clear()
        return
    g.visitor = visitor_of(row)
    g.must_change_password = bool(row["one_time"])


def stamp(password_hash: str) -> str:
    """What ties a session to the password it began with, without telling anything of it."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def must_change_password() -> bool:
    """Whether the visitor came with a one-time password and has to choose their own first."""
    return bool(g.get("must_change_password"))
