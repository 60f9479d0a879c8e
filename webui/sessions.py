"""Signing in and out: what the session cookie holds, and when it stops counting.

The cookie holds a random name; what it stands for is a row of `sessions`, so that a session can be ended from here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import RowMapping

from engine.clock import Clock
from engine.door import Door
from engine.store.sign_in import (
    add_session,
    end_session,
    end_sessions,
    forget_sessions,
    mark_seen,
    session_with_user,
)
from webui.access import visitor_of
from webui.devices import device_of
from webui.extension import WALL_CLOCK, engine

_NAME = "throughline"
_NOTED_EVERY = timedelta(minutes=1)  # noting each click would make every page a write
_KEPT = timedelta(days=90)
# A script asks for it while nobody may be there, so it keeps no session open.
_NO_SIGN_OF_LIFE = frozenset({"pages.studio_presence", "pages.counts"})


class PageSessions(SecureCookieSessionInterface):
    """Signed cookies; over TLS under a name that a browser takes from this very host and over TLS alone."""

    def get_cookie_name(self, app: Flask) -> str:
        return f"__Host-{_NAME}" if request.is_secure else _NAME

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def configure_sessions(app: Flask, door: Door) -> None:
    app.secret_key = app.config["SECRET_KEY"]
    app.session_interface = PageSessions()
    app.config.update(
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=door.longest,
    )


def wall_now() -> datetime:
    """The time by which sessions and codes run out: the machine's, also in a sandbox that stands elsewhere."""
    clock: Clock = current_app.extensions[WALL_CLOCK]
    return clock.now()


def open_session(row: RowMapping) -> None:
    """Begin a session of a user's under a new name; whatever the cookie held before is gone and ended."""
    close_session()
    session.permanent = True
    session["id"] = secrets.token_urlsafe(32)
    session["stamp"] = stamp(row["password_hash"])
    now = wall_now()
    with engine().db.writing() as connection:
        forget_sessions(connection, row["email"], now - _KEPT)
        add_session(connection, digest_of_session(), row["email"], device_of(request.user_agent.string), now)


def close_session() -> None:
    """End the session, for whoever may have a copy of the cookie, too."""
    if "id" in session:
        with engine().db.writing() as connection:
            end_session(connection, digest_of_session(), wall_now())
    session.clear()


def close_other_sessions(email: str, only: Collection[str] | None = None) -> int:
    """End a user's sessions everywhere else, or ``only`` those of these digests; returns how many."""
    with engine().db.writing() as connection:
        return end_sessions(connection, wall_now(), email=email, but=digest_of_session(), only=only)


def digest_of_session() -> str:
    """What is kept of the name in the cookie."""
    return hashlib.sha256(str(session["id"]).encode()).hexdigest()


def load_visitor() -> None:
    """Before each request: who the session belongs to.

    It has ended when it was signed out, lay idle or grew too old, or when the password or the account changed.
    """
    g.visitor = None
    if "id" not in session:
        return
    digest, now = digest_of_session(), wall_now()
    with engine().db.reading() as connection:
        row = session_with_user(connection, digest)
    if row is None or not _still(row, now):
        session.clear()
        return
    if now - row["seen_at"] >= _NOTED_EVERY and request.endpoint not in _NO_SIGN_OF_LIFE:
        with engine().db.writing() as connection:
            mark_seen(connection, digest, now)
    g.visitor = visitor_of(row)
    g.must_change_password = bool(row["one_time"])
    g.is_sandbox = bool(row["sandbox"])
    g.must_enrol = not row["enrolled"] and second_factor_is_asked()


def in_sandbox() -> bool:
    """Whether a visitor is in a database with its own clock, so that time may be moved."""
    return bool(g.is_sandbox)


def second_factor_is_asked() -> bool:
    """Whether everybody needs a second factor here; a sandbox is for trying things."""
    return engine().settings.door.second_factor and not in_sandbox()


def _still(row: Mapping[str, Any], now: datetime) -> bool:
    door = engine().settings.door
    in_time = now - row["seen_at"] < door.idle and now - row["started_at"] < door.longest
    return in_time and session.get("stamp") == stamp(row["password_hash"])


def stamp(password_hash: str) -> str:
    """What ties a session to the password it began with, without telling anything of it."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]


def must_change_password() -> bool:
    """Whether the visitor came with a one-time password and has to choose their own first."""
    return bool(g.get("must_change_password"))


def must_enrol() -> bool:
    """Whether the visitor has to set up a second factor first."""
    return bool(g.get("must_enrol"))
