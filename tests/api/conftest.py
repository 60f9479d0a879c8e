"""An application on the test's database, its users, and a client for each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from engine.application import Engine
from engine.store.people import add_token, add_user
from tests.api.clients import Client
from tests.apps import an_app
from webui.api.tokens import digest_of

USERS = {
    "dana@example.org": ("Dana Whitfield", "case_manager"),
    "noor@example.org": ("Noor Haddad", "case_manager"),
    "omar@example.org": ("Omar Reyes", "clinical_director"),
    "iris@example.org": ("Iris Lang", "auditor"),
}


@pytest.fixture
def app(engine: Engine) -> Flask:
    """The whole application, pages and all."""
    return an_app(engine)


@pytest.fixture
def client_of(app: Flask, engine: Engine) -> Callable[[str], Client]:
    """A client with a token of the named user: dana and noor manage cases, omar directs, iris audits."""
    with engine.db.writing() as connection:
        for email, (name, role) in USERS.items():
            add_user(
                connection, email=email, name=name, role=role, password_hash="-", one_time=False,
                now=engine.clock.now(),
            )  # fmt: skip
            add_token(connection, digest_of(f"token of {email}"), email, engine.clock.now())
    return lambda name: Client(app.test_client(), f"token of {name}@example.org")


@pytest.fixture
def dana(client_of: Callable[[str], Client]) -> Client:
    """A case manager's client."""
    return client_of("dana")
