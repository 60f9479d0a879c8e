"""A patient's social needs: each one's way from found to delivered."""

from __future__ import annotations

from datetime import date

from engine.application import Engine
from engine.clock import SetClock
from engine.commands import CompleteTask, DeliverEvent, StartCase
from engine.store.cases import case
from tests.pathways.patient_year import MANAGER, PatientYear
from tests.worklists.a_year import REFERRED, a_year, on_sqlite
from worklists.needs import Need, Needs, Step, needs

ENROLLED = date(2026, 1, 13)


def needs_of(engine: Engine, case_id: str) -> Needs:
    with engine.db.reading() as connection:
        return needs(connection, engine.library, case(connection, case_id), engine.zone, engine.today())


def by_title(engine: Engine, year: PatientYear) -> dict[str, Need]:
    return {need.title: need for need in needs_of(engine, year.case).found}


@on_sqlite
def test_each_need_goes_its_own_way(engine: Engine, clock: SetClock) -> None:
    """Two needs answer facts of the same names: each says what became of it, and what waits for somebody is first."""
    year = a_year(engine, clock, unanswered=lambda task: task["title"] == "Referral: transport")
    year.answer_all()
    transport, food = needs_of(engine, year.case).found
    assert (food.title, food.now, food.tone) == ("Food", Step("referred to County Rides", ENROLLED), "plain")
    assert (food.earlier, food.asked_on, food.tasks) == ((Step("identified", ENROLLED),), date(2026, 2, 12), ())
    assert (transport.title, transport.now, transport.tone) == ("Transportation", Step("identified", ENROLLED), "late")
    assert [task.title for task in transport.tasks] == ["Referral: transport"]


@on_sqlite
def test_a_need_is_delivered_when_the_patient_says_so(engine: Engine, clock: SetClock) -> None:
    """A referral is not yet help: thirty days on the patient is asked, and what was before stays to be read."""
    year = a_year(engine, clock)
    year.until(31)
    food = by_title(engine, year)["Food"]
    assert (food.now, food.tone) == (Step("delivered ✓", date(2026, 2, 12)), "good")
    assert [step.words for step in food.earlier] == ["identified", "referred to County Rides"]
    assert not food.is_left_open


@on_sqlite
def test_a_need_that_was_not_met_is_referred_again(engine: Engine, clock: SetClock) -> None:
    """The loop goes back to its beginning; the new referral says to whom, the old one to whom it was then."""
    year = a_year(engine, clock, answers={"follow_up_need": {"need_met": "refer_again"}})
    year.until(29)
    year.answers["refer_need"] = {"outcome": "referred", "referred_to": "Food Bank"}
    year.until(31)
    food = by_title(engine, year)["Food"]
    assert food.now.words == "referred to Food Bank"
    assert [step.words for step in food.earlier] == ["identified", "referred to County Rides", "identified"]


@on_sqlite
def test_a_declined_need_has_nothing_more_to_ask(engine: Engine, clock: SetClock) -> None:
    """Nobody is chased for help that they do not want."""
    year = a_year(engine, clock, answers={"refer_need": {"outcome": "declined"}})
    year.until(31)
    found = by_title(engine, year)
    assert [(need.now.words, need.asked_on, need.tasks) for need in found.values()] == [
        ("declined by the patient", None, ())
    ] * 2


@on_sqlite
def test_a_z_code_is_said_with_its_words(engine: Engine, clock: SetClock) -> None:
    """The code that a clinician documented, as the form words it."""
    year = a_year(engine, clock, unanswered=lambda task: task["title"] == "Referral: food")
    year.answer_all()
    (task,) = [task for task in year.tasks() if task["title"] == "Referral: food"]
    engine.execute(CompleteTask(task["id"], REFERRED | {"z_code_food": "Z59.41"}), actor=MANAGER)
    found = by_title(engine, year)
    assert found["Food"].z_code == "Z59.41 Food insecurity"
    assert found["Transportation"].z_code is None


@on_sqlite
def test_a_referral_that_is_told_later_stands_on_its_true_day(engine: Engine, clock: SetClock) -> None:
    """The day it was done, not the day it was typed in."""
    year = a_year(engine, clock, unanswered=lambda task: task["form"] == "sdoh_referral")
    year.until(9)
    (food, _) = [task for task in year.tasks() if task["form"] == "sdoh_referral"]
    engine.execute(CompleteTask(food["id"], REFERRED, date(2026, 1, 15), "was out of office"), actor=MANAGER)
    assert by_title(engine, year)["Food"].now == Step("referred to County Rides", date(2026, 1, 15))


@on_sqlite
def test_a_need_that_nobody_looks_after_any_more_says_so(engine: Engine, clock: SetClock) -> None:
    """When the case ends in the middle of it, the need is not met by that."""
    year = a_year(engine, clock)
    year.until(3)
    engine.execute(DeliverEvent(year.case, "patient.died", {}), actor=MANAGER)
    assert [need.is_left_open for need in needs_of(engine, year.case).found] == [True, True]


@on_sqlite
def test_needs_are_the_persons_whichever_case_found_them(engine: Engine, clock: SetClock) -> None:
    """A need that one track found stands on the page of the other too, its task with it."""
    year = a_year(engine, clock, unanswered=lambda task: task["title"] == "Referral: transport")
    year.answer_all()
    with engine.db.reading() as connection:
        patient_id = case(connection, year.case)["patient_id"]
    other = engine.execute(StartCase(patient_id, "bh", engine.today()), actor=MANAGER).case_id
    assert needs_of(engine, other).found == needs_of(engine, year.case).found
    assert needs_of(engine, other).screen.words == "2 needs found"


@on_sqlite
def test_needs_for_which_no_help_is_wanted_are_told_apart(engine: Engine, clock: SetClock) -> None:
    """They were found; that nothing began is the patient's wish."""
    refused = {"outcome": "asked", "hrsn_4": 1, "wants_help": "no"}
    year = a_year(engine, clock, answers={"screen_social_needs": refused})
    year.answer_all()
    (food,) = needs_of(engine, year.case).found
    assert (food.now, food.tone) == (Step("found, no help wanted then", ENROLLED), "plain")
