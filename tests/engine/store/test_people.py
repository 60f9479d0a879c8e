"""Users and tokens as they are kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.commands import WORKER
from engine.errors import InvalidInput, NotFound, Refused
from engine.store.database import Database
from engine.store.people import (
    add_token,
    add_user,
    mark_token_used,
    name_of,
    revoke_token,
    set_password,
    user,
    user_of_token,
    users,
)

NOW = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)
LATER = datetime(2026, 1, 14, 14, 0, tzinfo=UTC)


def add(db: Database, email: str = "Dana@Example.org", **overrides: Any) -> None:
    given = {"name": "Dana Whitfield", "role": "case_manager", "password_hash": "h", "one_time": True, **overrides}
    with db.writing() as connection:
        add_user(connection, email=email, now=NOW, **given)


def test_an_email_is_one_user_however_it_is_written(db: Database) -> None:
    """Case and blanks do not make another person."""
    add(db)
    with db.reading() as connection:
        assert user(connection, " dana@EXAMPLE.org ")["email"] == "dana@example.org"
    with pytest.raises(Refused, match=r"dana@example\.org"):
        add(db, "DANA@example.org")


def test_a_role_outside_the_list_is_refused(db: Database) -> None:
    """The message names those there are."""
    with pytest.raises(InvalidInput, match="case_manager, lead"):
        add(db, role="boss")


def test_users_are_listed_by_name(db: Database) -> None:
    """As a person looks for them."""
    add(db, "z@example.org", name="Ada")
    add(db, "a@example.org", name="Zoe")
    with db.reading() as connection:
        assert [each["name"] for each in users(connection)] == ["Ada", "Zoe"]


def test_a_new_password_is_no_longer_a_one_time_one(db: Database) -> None:
    """Once it is set by its owner."""
    add(db)
    with db.writing() as connection:
        set_password(connection, "dana@example.org", "other", one_time=False)
        row = user(connection, "dana@example.org")
    assert (row["password_hash"], row["one_time"]) == ("other", False)


def test_nobody_unknown_gets_a_password_or_a_token(db: Database) -> None:
    """NotFound names the email."""
    with db.writing() as connection:
        with pytest.raises(NotFound, match=r"nobody@example\.org"):
            set_password(connection, "nobody@example.org", "h", one_time=False)
        with pytest.raises(NotFound, match=r"nobody@example\.org"):
            add_token(connection, "d" * 64, "nobody@example.org", NOW)


def test_a_token_leads_to_its_user_until_it_is_revoked(db: Database) -> None:
    """With when it was last used."""
    add(db)
    with db.writing() as connection:
        add_token(connection, "d" * 64, "Dana@example.org", NOW)
        mark_token_used(connection, "d" * 64, LATER)
        holder = user_of_token(connection, "d" * 64)
        assert holder is not None
        assert (holder["email"], holder["last_used_at"]) == ("dana@example.org", LATER)
        revoke_token(connection, "d" * 64, LATER)
        assert user_of_token(connection, "d" * 64) is None


def test_an_actor_has_a_name_to_show(db: Database) -> None:
    """A user's own, the clock's, or the id where nothing else is known."""
    add(db)
    with db.reading() as connection:
        shown = [name_of(connection, actor) for actor in ("dana@example.org", WORKER.id, "import:fhir", None)]
    assert shown == ["Dana Whitfield", "the clock", "import:fhir", "somebody"]
