"""What a patient needs beside care, and what was agreed."""

from __future__ import annotations

from engine.application import Engine
from engine.clock import SetClock
from engine.store.cases import case
from engine.store.patients import patient
from tests.pathways.patient_year import PatientYear
from tests.worklists.a_year import a_year, on_sqlite
from worklists.needs import Consent, Needs, care_team, consent, needs


def needs_of(engine: Engine, year: PatientYear) -> Needs:
    with engine.db.reading() as connection:
        row = case(connection, year.case)
        return needs(connection, row, engine.library.definition(connection, row["version"]), engine.zone)


def consent_of(engine: Engine, year: PatientYear) -> Consent:
    with engine.db.reading() as connection:
        row = case(connection, year.case)
        return consent(connection, row, engine.library.definition(connection, row["version"]), engine.zone)


@on_sqlite
def test_before_the_screen_the_page_says_that_it_is_not_asked_yet(engine: Engine, clock: SetClock) -> None:
    """No needs found and nobody asked are two things."""
    year = a_year(engine, clock, unanswered=lambda task: task["form"] == "sdoh_screen")
    assert needs_of(engine, year).words == "Not asked yet."
    year.answer_all()
    found = needs_of(engine, year)
    assert (found.words, found.found) == ("The screen is to do.", ())
    assert found.task_id is not None


@on_sqlite
def test_each_need_has_its_own_referral(engine: Engine, clock: SetClock) -> None:
    """Two needs with one fact's name between them: each says what became of it."""
    year = a_year(engine, clock, unanswered=lambda task: task["title"] == "Referral: transport")
    year.answer_all()
    food, transport = needs_of(engine, year).found
    assert (food.title, food.words) == ("Food", "referred to County Rides, Tue 13 Jan 2026")
    assert (transport.title, transport.words) == ("Transportation", "referral to do")
    assert transport.task_id is not None


@on_sqlite
def test_a_need_counts_as_met_when_the_patient_says_so(engine: Engine, clock: SetClock) -> None:
    """Thirty days on the patient is asked; until then a referral is a referral."""
    year = a_year(engine, clock)
    year.until(31)
    words = {need.title: (need.words, need.tone) for need in needs_of(engine, year).found}
    assert words["Food"] == ("referred to County Rides, Tue 13 Jan 2026; met ✓, Thu 12 Feb 2026", "good")


@on_sqlite
def test_no_needs_and_a_declined_screen_are_said(engine: Engine, clock: SetClock) -> None:
    """A patient without needs is told apart from one who did not want to be asked."""
    year = a_year(engine, clock, answers={"screen_social_needs": {"outcome": "declined"}})
    year.answer_all()
    assert needs_of(engine, year).words == "The patient declined the screen on Tue 13 Jan 2026."


@on_sqlite
def test_consent_is_told_in_the_words_of_the_form(engine: Engine, clock: SetClock) -> None:
    """When it was given, how the patient likes to be reached, and what for: in words, not in codes."""
    year = a_year(engine, clock)
    assert consent_of(engine, year).words == ("Not asked yet.",)
    intake = {"channel": "text_message", "assistance": ["large_print"], "goal": "Kneel in the garden"}
    year.answers[year.tasks()[0]["element_id"]] = intake
    year.answer_all()
    agreed = consent_of(engine, year)
    assert agreed.words == (
        "Given on Tue 13 Jan 2026.",
        "Best reached by text message.",
        "Helps to take part: large print or screen reader.",
    )
    assert agreed.goal == "Kneel in the garden"


@on_sqlite
def test_the_care_team_names_who_is_known(engine: Engine, clock: SetClock) -> None:
    """A PCP by name; nobody is invented where no case manager is named."""
    year = a_year(engine, clock)
    with engine.db.reading() as connection:
        row = case(connection, year.case)
        team = care_team(connection, row, dict(patient(connection, row["patient_id"])))
    assert [(carer.name, carer.role) for carer in team] == [("Dr. Bell", "PCP")]
