"""Sessions: new at every proof, ended here and not only in the browser, and never without end."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.store.people import set_active
from engine.store.sign_in import open_sessions
from tests.security.doors import NOON, House, comes_in, token_of
from tests.webui.builders import PASSWORD, Visit, email

NAME = "throughline"


def cookie(visit: Visit) -> str:
    kept = visit.client.get_cookie(NAME)
    assert kept is not None
    return str(kept.value)


def planted(house: House, value: str) -> Visit:
    """Somebody else's browser that holds a cookie of this value."""
    visit = house.visit()
    visit.client.set_cookie(NAME, value)
    return visit


def is_in(visit: Visit) -> bool:
    return visit.get("/keys").path == "/keys"


def test_a_cookie_from_before_sign_in_opens_nothing_after_it(engine: Engine) -> None:
    """Who planted a cookie in a browser does not come in with it when its owner signs in."""
    house = House.of(engine)
    visit = house.visit()
    visit.get("/sign-in")
    before = cookie(visit)
    comes_in(visit, "dana")
    assert is_in(visit)
    assert not is_in(planted(house, before))


def test_signing_in_again_ends_the_session_before(engine: Engine) -> None:
    """One browser has one session; the copy of the older one is worth nothing."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    first = cookie(visit)
    token = token_of(visit.client.get("/keys").text)
    visit.client.post("/sign-in", data={"csrf_token": token, "email": email("dana"), "password": PASSWORD})
    assert is_in(visit)
    assert not is_in(planted(house, first))


def test_signing_out_ends_the_session_for_a_copy_of_the_cookie_too(engine: Engine) -> None:
    """The server forgets it, and tells the browser to clear what it holds."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    thief = planted(house, cookie(visit))
    assert is_in(thief)
    token = token_of(visit.client.get("/keys").text)
    left = visit.client.post("/sign-out", data={"csrf_token": token})
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(thief)


def test_a_new_password_begins_a_new_session_and_ends_the_others(engine: Engine) -> None:
    """Its own name is new as well."""
    house = House.of(engine)
    here, there = house.visit(), house.visit()
    comes_in(here, "dana")
    comes_in(there, "dana")
    before = cookie(here)
    new = "four words that do well"
    here.send(here.get("/password"), "/password", current=PASSWORD, new=new, again=new)
    assert is_in(here)
    assert not is_in(there)
    assert not is_in(planted(house, before))


def test_a_session_ends_when_nobody_works_in_it(engine: Engine) -> None:
    """After the idle time, counted from the last click."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    for _ in range(3):
        house.passes(minutes=29)
        assert is_in(visit)
    house.passes(minutes=30)
    assert not is_in(visit)


def test_a_session_ends_after_a_working_day_in_any_case(engine: Engine) -> None:
    """However busy it was."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    for _ in range(25):
        house.passes(minutes=28)
        assert is_in(visit)
    house.passes(minutes=25)
    assert not is_in(visit)


def test_what_a_script_asks_for_keeps_no_session_open(engine: Engine) -> None:
    """The counts in the rail are no sign that somebody is there."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    house.passes(minutes=20)
    visit.get("/counts")
    house.passes(minutes=20)
    assert not is_in(visit)


def test_who_is_shut_out_is_out_at_once(engine: Engine) -> None:
    """Not at the end of the shift."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    with engine.db.writing() as connection:
        set_active(connection, email("dana"), active=False)
    assert not is_in(visit)


def test_somebody_sees_where_they_are_signed_in_and_ends_it(engine: Engine) -> None:
    """The password is asked for; this browser's own session stays."""
    house = House.of(engine)
    here, there = house.visit(), house.visit()
    comes_in(here, "dana")
    comes_in(there, "dana")
    page = here.get("/account")
    assert len(page.all("main li")) == 2
    assert here.send(page, "/sign-out-others", password="a guess").status == 422
    assert is_in(there)
    here.send(page, "/sign-out-others", password=PASSWORD)
    assert is_in(here)
    assert not is_in(there)
    with engine.db.reading() as connection:
        assert len(open_sessions(connection, email("dana"), NOON.replace(year=2025))) == 1


def test_somebody_ends_one_session_and_leaves_another(engine: Engine) -> None:
    """The telephone that was lost, not the computer at the other desk; never somebody else's."""
    house = House.of(engine)
    here, lost, desk, lee = (house.visit() for _ in range(4))
    for visit, name in ((here, "dana"), (lost, "dana"), (desk, "dana"), (lee, "lee")):
        comes_in(visit, name)
        house.passes(minutes=1)
    page = here.get("/account")
    _desk, of_lost = [each.get("value") for each in page.all("input[name=session]")]  # the newest first
    with engine.db.reading() as connection:
        (other,) = open_sessions(connection, email("lee"), NOON.replace(year=2025))
    assert here.send(page, "/sign-out-others", password=PASSWORD, session=[]).status == 422
    here.send(page, "/sign-out-others", password=PASSWORD, session=[of_lost, other["digest"]])
    assert not is_in(lost)
    assert is_in(here)
    assert is_in(desk)
    assert is_in(lee)


@pytest.mark.parametrize(("scheme", "name", "secure"), [("https", "__Host-throughline", True), ("http", NAME, False)])
def test_the_cookie_is_for_this_server_alone(engine: Engine, scheme: str, name: str, secure: bool) -> None:
    """Over TLS it bears the prefix that binds it to the host; no script reads it, no other site sends it."""
    client = House.of(engine).app.test_client()
    header = client.get("/sign-in", base_url=f"{scheme}://localhost").headers["Set-Cookie"]
    assert header.startswith(f"{name}=")
    assert ("Secure" in header) is secure
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in header.split(";")}
    assert "Domain" not in header


def test_over_tls_a_cookie_without_the_prefix_is_no_session(engine: Engine) -> None:
    """Another host of the same domain may set one; it is not looked at."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    answer = planted(house, cookie(visit)).client.get("/keys", base_url="https://localhost")
    assert answer.status_code == 303


def test_a_cookie_that_was_changed_is_no_session(engine: Engine) -> None:
    """It is signed, and what it names is random."""
    house = House.of(engine)
    visit = house.visit()
    comes_in(visit, "dana")
    value = cookie(visit)
    assert not is_in(planted(house, value[:-2] + ("AA" if value[-2:] != "AA" else "BB")))
