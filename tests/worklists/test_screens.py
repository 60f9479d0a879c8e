"""When the social needs screen was made, and when it comes again."""

from __future__ import annotations

from datetime import date

from engine.application import Engine
from engine.clock import SetClock
from engine.store.cases import case
from tests.pathways.patient_year import PatientYear
from tests.worklists.a_year import a_year, on_sqlite
from worklists.screens import Screen, screen_of


def screen(engine: Engine, year: PatientYear) -> Screen:
    with engine.db.reading() as connection:
        return screen_of(connection, engine.library, case(connection, year.case), engine.zone, engine.today())


@on_sqlite
def test_nobody_asked_is_not_no_need(engine: Engine, clock: SetClock) -> None:
    """Before the screen, and while it is to do, the page says so."""
    year = a_year(engine, clock, unanswered=lambda task: task["form"] == "sdoh_screen")
    assert screen(engine, year) == Screen("not asked yet", None, None, None)
    year.answer_all()
    found = screen(engine, year)
    assert (found.words, found.on, found.again_on) == ("to do", None, None)
    assert found.task_id is not None


@on_sqlite
def test_the_screen_comes_again_on_the_day_that_the_page_says(engine: Engine, clock: SetClock) -> None:
    """What is said half a year ahead is what the pathway then does; a declined screen is asked again too."""
    year = a_year(engine, clock, answers={"screen_social_needs": {"outcome": "declined"}})
    year.answer_all()
    found = screen(engine, year)
    assert (found.words, found.on) == ("declined by the patient", date(2026, 1, 13))
    assert found.again_on is not None
    year.until((found.again_on - year.aligned_on).days - 1)
    assert year.days_of("screen_social_needs") == [0]
    year.unanswered = lambda task: task["form"] == "sdoh_screen"
    year.until(year.day + 1)
    assert engine.today() == found.again_on
    assert year.days_of("screen_social_needs") == [0, year.day]
    assert screen(engine, year).task_id is not None


@on_sqlite
def test_a_year_that_ends_before_asks_no_more(engine: Engine, clock: SetClock) -> None:
    """The second screen of a year is its last."""
    year = a_year(engine, clock, answers={"screen_social_needs": {"outcome": "asked"}})
    year.until(182)
    found = screen(engine, year)
    assert (found.words, found.on, found.again_on) == ("no need found", date(2026, 7, 13), None)
