"""How a page says dates, ages, numbers and counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Engine
from webui import words
from webui.addresses import inside
from webui.words import KIND_WORDS, number, plural


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.mark.usefixtures("in_app")
def test_a_day_is_said_with_its_year_when_it_is_another_one(engine: Engine) -> None:
    """This year's go without."""
    assert words.day(engine.today()) == "Tue 13 Jan"
    assert words.day(date(2025, 12, 31)) == "Wed 31 Dec 2025"
    assert words.long_day(engine.today()) == "Tuesday 13 January"


@pytest.mark.usefixtures("in_app")
def test_a_birthday_makes_one_older_on_its_day(engine: Engine) -> None:
    """Not before."""
    today = engine.today()
    assert words.age(date(1950, today.month, today.day)) == 76
    assert words.age(date(1950, today.month, today.day) + timedelta(days=1)) == 75


@pytest.mark.usefixtures("in_app")
def test_it_is_said_what_the_clock_shows_at_the_patients(engine: Engine) -> None:
    """Nobody is called at six in the morning."""
    assert words.home_time("America/Los_Angeles") == "06:00"
    assert words.home_time(None) is None


@pytest.mark.parametrize(
    ("value", "said"), [("57.487", "57.5"), ("38", "38"), ("39.40", "39.4"), ("50.012", "50"), ("-0.5", "-0.5")]
)
def test_a_score_is_said_with_one_decimal_at_most(value: str, said: str) -> None:
    """More is noise."""
    assert number(Decimal(value)) == said


def test_a_language_is_called_by_its_name_where_it_is_known() -> None:
    """Else by its tag, which is better than nothing."""
    assert (words.language("es-MX"), words.language("tlh"), words.language(None)) == ("Spanish", "tlh", None)


def test_counts_agree_with_their_nouns() -> None:
    """One person, two people."""
    assert (plural(1, "person", "people"), plural(2, "person", "people"), plural(0, "task")) == (
        "1 person",
        "2 people",
        "0 tasks",
    )


@given(st.text(max_size=20) | st.from_regex(r"/[\w/\\:.\t]*", fullmatch=True))
def test_an_address_that_is_followed_stays_on_this_site(address: str) -> None:
    """It begins with one slash and holds nothing that a browser reads as another site."""
    kept = inside(address)
    assert kept is None or (kept == address and kept.startswith("/") and kept[1:2] not in ("/", "\\"))
    assert inside("/day?view=team") == "/day?view=team"


def test_every_kind_of_task_has_its_words() -> None:
    """The chips name each."""
    from webui.api.fields import TASK_KINDS

    assert set(KIND_WORDS) == set(TASK_KINDS)
