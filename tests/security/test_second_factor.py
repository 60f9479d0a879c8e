"""The second factor: asked for after the password, each code once, and a way back for a lost phone."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from engine.application import Engine
from engine.store.tables import recovery_codes, second_factors
from tests.security.doors import NOON, House, comes_in, enrolled
from tests.webui.builders import PASSWORD, Visit, as_sandbox, email
from webui.rate_limits import BY_ACCOUNT
from webui.second_factor import opened, sealed


@pytest.fixture
def house(engine: Engine) -> House:
    return House.of(engine)


@pytest.fixture
def phone(house: House) -> tuple[pyotp.TOTP, list[str]]:
    """Dana's authenticator app, set up, with her recovery codes; the code she used is half a minute old."""
    visit = house.visit()
    comes_in(visit, "dana")
    found = enrolled(visit, house.clock)
    house.passes(seconds=30)
    return found


def is_in(visit: Visit) -> bool:
    return visit.get("/keys").path == "/keys"


def test_the_password_alone_opens_nothing_once_there_is_a_factor(
    house: House, phone: tuple[pyotp.TOTP, list[str]]
) -> None:
    """A code of the app does."""
    visit = house.visit()
    assert comes_in(visit, "dana").path == "/sign-in/code"
    assert not is_in(visit)
    assert comes_in(visit, "dana", phone[0].at(house.clock.instant)).path == "/day"


def test_a_code_is_taken_once(house: House, phone: tuple[pyotp.TOTP, list[str]]) -> None:
    """Who looked over a shoulder is too late; a code of half a minute ago is still taken, an older one not."""
    code = phone[0].at(house.clock.instant)
    comes_in(house.visit(), "dana", code)
    assert comes_in(house.visit(), "dana", code).status == 422
    house.passes(minutes=5)
    late = phone[0].at(house.clock.instant - timedelta(seconds=60))
    assert comes_in(house.visit(), "dana", late).status == 422
    just = phone[0].at(house.clock.instant - timedelta(seconds=30))
    assert comes_in(house.visit(), "dana", just).path == "/day"


def test_a_recovery_code_opens_the_door_once(house: House, phone: tuple[pyotp.TOTP, list[str]]) -> None:
    """However it is written; the page says how many are left."""
    code = phone[1][0].lower().replace("-", " ")
    visit = house.visit()
    assert comes_in(visit, "dana", code).path == "/day"
    assert "9 recovery codes left" in visit.get("/account").text("main")
    assert comes_in(house.visit(), "dana", code).status == 422


def test_guessing_codes_is_stopped(house: House, phone: tuple[pyotp.TOTP, list[str]]) -> None:
    """After a few tries, also with the right password each time."""
    for _ in range(int(BY_ACCOUNT.split()[0])):
        assert comes_in(house.visit(), "dana", "000000").status == 422
    visit = house.visit()
    visit.last = None
    answer = visit.send(visit.get("/sign-in"), "/sign-in", email=email("dana"), password=PASSWORD)
    assert answer.status == 429


def test_the_password_waits_five_minutes_for_the_code(house: House, phone: tuple[pyotp.TOTP, list[str]]) -> None:
    """Then one begins again."""
    visit = house.visit()
    page = comes_in(visit, "dana")
    house.passes(minutes=6)
    assert visit.send(page, "/sign-in/code", code=phone[0].at(house.clock.instant)).path == "/sign-in"
    assert not is_in(visit)


def test_taking_it_away_needs_password_and_code(house: House, phone: tuple[pyotp.TOTP, list[str]]) -> None:
    """Who finds a browser open cannot."""
    visit = house.visit()
    comes_in(visit, "dana", phone[0].at(house.clock.instant))
    house.passes(seconds=30)
    page, code = visit.get("/account"), phone[0].at(house.clock.instant)
    assert visit.send(page, "/remove", password="a guess", code=code).status == 422
    assert visit.send(page, "/remove", password=PASSWORD, code="123456").status == 422
    assert "Set up an authenticator app" in visit.send(page, "/remove", password=PASSWORD, code=code).text("main")


def test_where_it_is_required_everybody_sets_it_up_first(engine: Engine) -> None:
    """Every page leads there; afterwards it cannot be taken away."""
    house = House.of(engine, second_factor=True)
    visit = house.visit()
    assert comes_in(visit, "dana").path == "/account/second-factor"
    assert visit.get("/patients").path == "/account/second-factor"
    enrolled(visit, house.clock)
    assert visit.get("/patients").path == "/patients"
    assert not [form for form in visit.get("/account").tree.forms if "/remove" in (form.action or "")]


def test_a_sandbox_asks_for_none(engine: Engine) -> None:
    """It is for trying things."""
    as_sandbox(engine)
    assert comes_in(House.of(engine, second_factor=True).visit(), "dana").path == "/day"


def test_setting_it_up_ends_sessions_elsewhere(house: House) -> None:
    """Those began with a password alone."""
    here, there = house.visit(), house.visit()
    comes_in(here, "dana")
    comes_in(there, "dana")
    enrolled(here, house.clock)
    assert is_in(here)
    assert not is_in(there)


def test_the_database_holds_no_secret_in_the_clear(
    house: House, engine: Engine, phone: tuple[pyotp.TOTP, list[str]]
) -> None:
    """A copy of it makes no codes: the app's secret is sealed by the installation's key, recovery codes are hashes."""
    with engine.db.reading() as connection:
        kept = connection.execute(select(second_factors.c.sealed)).scalar_one()
        digests = connection.execute(select(recovery_codes.c.digest)).scalars().all()
    assert phone[0].secret not in kept
    assert opened(kept, engine.settings.secret_key) == phone[0].secret
    assert opened(kept, "another key that is long enough for it") is None
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in digests)
    assert sealed("A", "k" * 32) != sealed("A", "k" * 32)


def test_a_code_of_another_person_is_worth_nothing(house: House, phone: tuple[pyotp.TOTP, list[str]]) -> None:
    """Each factor is its owner's, recovery codes included."""
    other = house.visit()
    comes_in(other, "lee")
    lees, codes = enrolled(other, house.clock)
    house.passes(seconds=30)
    assert comes_in(house.visit(), "dana", lees.at(NOON + timedelta(seconds=60))).status == 422
    assert comes_in(house.visit(), "dana", codes[0]).status == 422
