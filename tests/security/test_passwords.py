"""Passwords: long rather than odd, none that everybody would try, changed by who knows the old one."""

from __future__ import annotations

from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters

from engine.application import Engine
from engine.store.people import set_password
from tests.security.doors import NOON, House, comes_in
from tests.webui.builders import PASSWORD, Visit, email
from webui.passwords import LONGEST, hashed, is_right, weakness

ABOUT = ("dana.reed@example.org", "Dana Reed")
TEMPLATES = Path(__file__).resolve().parents[2] / "webui" / "templates"


@pytest.mark.parametrize(
    "password",
    ["short", "passwordpassword", "Password123456", "qwertyuiop123", "Throughline2026!", "aaaaaaaaaaaaaaaa",
     "123456789012", "Welcome2026Welcome", "dana reed 2026", "abcabcabcabcabc", "P@ssw0rd12345", "Medicare-Clinic-1",
     "zyxwvutsrqponm", "Summer2026Summer", "1qaz2wsx3edc4rfv"],
)  # fmt: skip
def test_what_anybody_would_try_is_refused(password: str) -> None:
    """Too short, much used, a run of keys, the product, the trade, or one's own name."""
    assert weakness(password, ABOUT) is not None


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "kettle under violet moon", "nur kleine buchstaben", "84 91 73 02 55 16 47",
     "ёлка на горе зимой", "x" * 3 + "kettle under violet moon" * 7, "  blanks at both ends  "],
)  # fmt: skip
def test_anything_else_goes_whatever_signs_it_has(password: str) -> None:
    """No rule on capitals, digits or signs; blanks and other alphabets are welcome, and so are long ones."""
    assert weakness(password, ABOUT) is None
    assert is_right(password, hashed(password))
    assert not is_right(password.strip() + "!", hashed(password))


def test_a_password_is_taken_exactly_as_it_was_written() -> None:
    """No capital is made small, nothing is cut off at either end or after so many signs."""
    kept = hashed("  Kettle under violet moon " + "x" * 100)
    for other in ("  kettle under violet moon " + "x" * 100, "Kettle under violet moon " + "x" * 100):
        assert not is_right(other, kept)
    assert not is_right("  Kettle under violet moon " + "x" * 99, kept)


def test_a_huge_password_costs_no_more_than_a_wrong_one() -> None:
    """What nobody could have chosen is not hashed."""
    assert not is_right("x" * (LONGEST + 1), hashed("x" * (LONGEST + 1)))


def test_passwords_are_kept_as_argon2id_hashes() -> None:
    """At least as OWASP advises: 19 MiB and two passes."""
    parameters = extract_parameters(hashed(PASSWORD))
    assert parameters.type.name == "ID"
    assert parameters.memory_cost >= 19 * 1024
    assert parameters.time_cost >= 2
    assert not PasswordHasher().check_needs_rehash(hashed(PASSWORD))


def test_a_change_needs_the_present_password(dana: Visit) -> None:
    """Who finds a browser open cannot lock its owner out; a weak one is refused in words."""
    page = dana.get("/password")
    new = "kettle under violet moon"
    assert dana.send(page, "/password", current="a guess", new=new, again=new).status == 422
    weak = dana.send(page, "/password", current=PASSWORD, new="Dana-Reed-2026", again="Dana-Reed-2026")
    assert "first that somebody would try" in weak.text(".wrong")
    assert dana.send(page, "/password", current=PASSWORD, new=new, again=new).path == "/day"


def test_a_one_time_password_runs_out(engine: Engine) -> None:
    """A letter that was found a month later opens nothing."""
    house = House.of(engine)
    with engine.db.writing() as connection:
        set_password(connection, email("lee"), hashed(PASSWORD), one_time=True, until=NOON)
    answer = comes_in(house.visit(), "lee")
    assert answer.status == 422
    assert "has run out" in answer.text("[role=alert]")


def test_fields_for_passwords_are_masked_and_take_what_a_manager_fills_in() -> None:
    """No page forbids pasting, and each says which password it wants."""
    for page in ("sign_in", "password", "account", "enrol"):
        text = (TEMPLATES / "pages" / f"{page}.html").read_text(encoding="utf-8")
        assert 'type="password"' in text or '"password"' in text, page
        assert "current-password" in text, page
        assert "onpaste" not in text
        assert 'autocomplete="off"' not in text
