"""Who may call the API, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from engine.application import Engine
from engine.clock import SetClock
from engine.store.people import revoke_token
from engine.store.tables import tokens, users
from tests.api.clients import Client
from webui.api.tokens import digest_of

BODY = {"name": "Ada Lovelace", "birth_date": "1951-12-10"}


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic ZGFuYTpw", "token of dana@example.org"])
def test_without_a_token_nothing_is_told(app: Flask, dana: Client, header: str | None) -> None:
    """401 with WWW-Authenticate, before anything else is looked at."""
    headers = {} if header is None else {"Authorization": header}
    answer = Client(app.test_client(), None).call("GET", "/patients/p1", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_unknown_token_is_refused(app: Flask, dana: Client) -> None:
    """A wrong token says so in WWW-Authenticate."""
    answer = Client(app.test_client(), "made up").get("/patients/p1")
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_revoked_token_is_refused(engine: Engine, dana: Client) -> None:
    """From the moment it is revoked."""
    with engine.db.writing() as connection:
        revoke_token(connection, digest_of(str(dana.token)), engine.clock.now())
    assert dana.get("/patients").status_code == 401


def test_the_token_of_an_inactive_user_is_refused(engine: Engine, dana: Client) -> None:
    """Who has left the organisation has no way in."""
    with engine.db.writing() as connection:
        connection.execute(update(users).where(users.c.email == "dana@example.org").values(active=False))
    assert dana.get("/patients").status_code == 401


def test_an_auditor_reads_and_changes_nothing(client_of: Callable[[str], Client]) -> None:
    """403 for every POST, even one whose body is wrong; reading works."""
    iris = client_of("iris")
    assert iris.get("/patients").status_code == 200
    refused = [iris.post(path, {}).status_code for path in
               ("/patients", "/cases", "/cases/c/events", "/tasks/t/complete", "/tasks/t/claim")]  # fmt: skip
    assert refused == [403] * 5


def test_only_the_digest_of_a_token_is_kept(engine: Engine, dana: Client) -> None:
    """Whoever reads the database cannot call the API."""
    with engine.db.reading() as connection:
        kept = connection.execute(select(tokens.c.digest)).scalars().all()
    assert digest_of(str(dana.token)) in kept
    assert all(str(dana.token) not in each for each in kept)


def test_the_use_of_a_token_is_noted_once_a_day(engine: Engine, clock: SetClock, dana: Client) -> None:
    """Unused tokens can be told, and reading does not write each time."""
    dana.get("/patients")
    commits = engine.db.commits
    dana.get("/patients")
    assert engine.db.commits == commits
    clock.instant += timedelta(days=1)
    dana.get("/patients")
    with engine.db.reading() as connection:
        used = select(tokens.c.last_used_at).where(tokens.c.email == "dana@example.org")
        assert connection.execute(used).scalar_one() == clock.now()
