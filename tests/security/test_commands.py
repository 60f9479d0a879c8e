"""What administrators do on the machine about people: shut out, sign out, give a new start, end a token."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine.application import Engine
from engine.store.people import user
from engine.store.sign_in import second_factor
from tests.cli.conftest import Throughline
from tests.security.doors import House, comes_in, enrolled
from tests.webui.builders import Visit, email


@pytest.fixture
def throughline(engine: Engine, tmp_path: Path) -> Throughline:
    """The command line of the very installation that the pages serve."""
    return Throughline({"THROUGHLINE_DATA_DIR": str(tmp_path / "var"), "THROUGHLINE_DATABASE_URL": engine.db.url})


@pytest.fixture
def house(engine: Engine) -> House:
    return House.of(engine)


def is_in(visit: Visit) -> bool:
    return visit.get("/keys").path == "/keys"


def here(house: House, name: str = "dana") -> Visit:
    visit = house.visit()
    comes_in(visit, name)
    assert is_in(visit)
    return visit


@pytest.mark.parametrize(
    "command", [("sign-out", "DANA@example.org"), ("sign-out", "--everybody"), ("reset-password", email("dana"))]
)
def test_a_session_is_ended_from_outside(house: House, throughline: Throughline, command: tuple[str, ...]) -> None:
    """At the next click."""
    visit = here(house)
    throughline("users", *command)
    assert not is_in(visit)


def test_signing_out_names_whom(throughline: Throughline) -> None:
    """A user or everybody; neither and both are wrong calls."""
    throughline("users", "sign-out", code=2)
    throughline("users", "sign-out", email("dana"), "--everybody", code=2)
    assert "no user" in throughline("users", "sign-out", "nobody@example.org", code=2).stderr


def test_who_is_shut_out_comes_back_when_let_in(house: House, throughline: Throughline) -> None:
    """With the password they had."""
    visit = here(house)
    throughline("users", "deactivate", email("dana"))
    assert not is_in(visit)
    assert comes_in(house.visit(), "dana").status == 422
    throughline("users", "activate", email("dana"))
    here(house)


def test_a_forgotten_password_does_not_take_the_second_factor_away(
    house: House, engine: Engine, throughline: Throughline
) -> None:
    """The administrator learns a password for one time, not the user's own; the factor is a case of its own."""
    enrolled(here(house), house.clock)
    made = throughline.json("users", "reset-password", email("dana"))
    with engine.db.reading() as connection:
        row = user(connection, email("dana"))
        assert (row["one_time"], row["one_time_until"] is not None) == (True, True)
        assert second_factor(connection, email("dana")) is not None
    visit = house.visit()
    answer = visit.send(visit.get("/sign-in"), "/sign-in", email=email("dana"), password=made["password"])
    assert answer.path == "/sign-in/code"
    assert throughline.json("users", "reset-second-factor", email("dana"))["removed"] is True
    assert throughline.json("users", "reset-second-factor", email("dana"))["removed"] is False


def test_a_token_ends_when_it_is_revoked_and_by_itself(
    app: Flask, house: House, throughline: Throughline, everybody: Engine
) -> None:
    """The list names it by the beginning of its hash, never by itself."""
    token = throughline.json("tokens", "create", "--user", email("dana"), "--days", "30")["token"]

    def asked(of: Flask) -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return of.test_client().get("/api/v1/worklist", headers=headers).status_code

    assert asked(app) == 200
    house.clock.instant = house.clock.instant.replace(year=2100)
    assert asked(house.app) == 401
    listed = throughline("tokens", "list").stdout
    assert token not in listed
    (mine,) = [each for each in throughline.json("tokens", "list")["items"] if each["expires_at"]]
    assert (mine["email"], mine["last_used_at"] is not None) == (email("dana"), True)
    throughline("tokens", "revoke", mine["id"][:5], code=2)
    throughline("tokens", "revoke", mine["id"])
    assert asked(app) == 401


def test_commands_about_people_never_print_what_is_kept(
    throughline: Throughline, everybody: Engine, house: House
) -> None:
    """No hash and no sealed secret in any list."""
    enrolled(here(house), house.clock)
    for command in (("users", "list"), ("tokens", "list")):
        text = throughline(*command, "--json").stdout
        assert "$argon2" not in text
        assert "sealed" not in text
