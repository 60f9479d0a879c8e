"""The door: who comes in, who does not, and what is told."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.application import Engine
from engine.store.people import set_password
from tests.webui.builders import PASSWORD, Visit, as_sandbox, email
from webui.passwords import hashed
from webui.rate_limits import BY_ACCOUNT


def test_a_user_comes_in_and_goes_where_they_wanted(visit: Visit) -> None:
    """A link that somebody sent opens behind the door."""
    door = visit.get("/patients?q=ada")
    assert door.path.startswith("/sign-in")
    assert visit.send(door, "/sign-in", email=email("dana"), password=PASSWORD).path == "/patients?q=ada"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x"]
)
def test_the_door_leads_nowhere_outside(visit: Visit, target: str) -> None:
    """A link to the door with another site behind it ends at the day."""
    door = visit.get("/sign-in")
    assert visit.send(door, "/sign-in", email=email("dana"), password=PASSWORD, next=target).path == "/day"


@pytest.mark.parametrize(("who", "password"), [("dana", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_email_read_the_same(visit: Visit, who: str, password: str) -> None:
    """Nobody learns here who has an account."""
    answer = visit.send(visit.get("/sign-in"), "/sign-in", email=email(who), password=password)
    assert answer.status == 422
    assert "do not fit together" in answer.text("[role=alert]")


def test_the_session_is_new_at_sign_in_and_gone_after_signing_out(dana: Visit) -> None:
    """The cookie is for this site's server alone, and the way back is closed."""
    cookie = dana.client.get_cookie("throughline")
    assert cookie is not None
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    dana.send(dana.get("/day"), "/sign-out")
    assert dana.get("/day").path.startswith("/sign-in")


def test_a_changed_password_ends_other_sessions(dana: Visit, engine: Engine) -> None:
    """Whoever had the old one is out at the next click."""
    with engine.db.writing() as connection:
        set_password(connection, email("dana"), hashed("something else entirely"), one_time=False)
    assert dana.get("/day").path.startswith("/sign-in")


def test_a_one_time_password_is_changed_before_anything_else(visit: Visit, engine: Engine) -> None:
    """Every page leads to the change, which then leads on."""
    with engine.db.writing() as connection:
        set_password(connection, email("lee"), hashed(PASSWORD), one_time=True)
    change = visit.signed_in("lee").get("/patients")
    assert change.path == "/password"
    short = visit.send(change, "/password", current=PASSWORD, new="short", again="short")
    assert (short.status, "at least 12 characters" in short.text(".wrong")) == (422, True)
    done = visit.send(change, "/password", current=PASSWORD, new="walk the list well", again="walk the list well")
    assert done.path == "/day"


def test_failing_again_and_again_is_stopped_and_said_in_words(visit: Visit) -> None:
    """Guessing one account's password ends after a few tries; the page says how long to wait."""
    door = visit.get("/sign-in")
    for _ in range(int(BY_ACCOUNT.split()[0])):
        assert visit.send(door, "/sign-in", email=email("dana"), password="guess").status == 422
    stopped = visit.send(door, "/sign-in", email=email("dana"), password=PASSWORD)
    assert stopped.status == 429
    assert "Wait five minutes" in stopped.text("main")


def test_signing_in_well_is_never_limited(app: Flask) -> None:
    """A whole shift comes in from one address."""
    for _ in range(int(BY_ACCOUNT.split()[0]) + 2):
        Visit(app.test_client()).signed_in("dana")


def test_a_form_without_its_token_is_refused_in_words(dana: Visit) -> None:
    """What another site sends in a user's name does nothing."""
    answer = dana.client.post("/sign-out")
    assert answer.status_code == 400
    assert "too old to be sent" in answer.text


def test_demo_sign_ins_are_told_in_a_sandbox_only(app: Flask, engine: Engine) -> None:
    """A live server's door never names an account, whatever it was told."""
    app.config["DEMO_SIGN_INS"] = [
        {"email": email("dana"), "password": PASSWORD, "name": "Dana Reed", "role": "case_manager"},
        {"email": "gone@example.org", "password": "x", "name": "Gone", "role": "auditor"},
    ]
    visit = Visit(app.test_client())
    assert PASSWORD not in visit.get("/sign-in").text()
    as_sandbox(engine)
    told = visit.get("/sign-in").text()
    assert PASSWORD in told
    assert "Gone" not in told
