"""`throughline users` and `tokens`: who may sign in, and who may call the API."""

from __future__ import annotations

from argon2 import PasswordHasher

from engine.store import people
from engine.store.database import Database
from tests.cli.conftest import Throughline
from webui.api.tokens import digest_of

DANA = ("--email", "Dana@Example.org", "--name", "Dana Whitfield", "--role", "case_manager")


def test_a_user_gets_a_one_time_password(sandbox: Throughline, db: Database) -> None:
    """It is printed once, kept as an Argon2id hash, and must be changed."""
    made = sandbox.json("users", "create", *DANA)
    with db.reading() as connection:
        row = people.user(connection, "dana@example.org")
    assert row["one_time"]
    assert row["password_hash"].startswith("$argon2id$")
    assert PasswordHasher().verify(row["password_hash"], made["password"])


def test_a_user_is_created_once_with_a_known_role(sandbox: Throughline) -> None:
    """A taken email and an unknown role are wrong calls."""
    sandbox("users", "create", *DANA)
    assert "already" in sandbox("users", "create", *DANA, code=2).stderr
    sandbox("users", "create", "--email", "a@b.c", "--name", "A", "--role", "king", code=2)
    assert [user["role"] for user in sandbox.json("users", "list")["items"]] == ["case_manager"]


def test_a_token_is_shown_once_and_kept_as_a_hash(sandbox: Throughline, db: Database) -> None:
    """What the API looks up is the token's digest."""
    sandbox("users", "create", *DANA)
    token = sandbox.json("tokens", "create", "--user", "dana@example.org")["token"]
    with db.reading() as connection:
        holder = people.user_of_token(connection, digest_of(token))
    assert holder is not None
    assert holder["email"] == "dana@example.org"
    assert "no user" in sandbox("tokens", "create", "--user", "lee@example.org", code=2).stderr
