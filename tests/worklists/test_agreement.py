"""Who cares for a patient and what was agreed."""

from __future__ import annotations

from engine.application import Engine
from engine.clock import SetClock
from engine.store.cases import case
from engine.store.patients import patient
from tests.pathways.patient_year import PatientYear
from tests.worklists.a_year import a_year, on_sqlite
from worklists.agreement import Consent, care_team, consent


def consent_of(engine: Engine, year: PatientYear) -> Consent:
    with engine.db.reading() as connection:
        row = case(connection, year.case)
        return consent(connection, row, engine.library.definition(connection, row["version"]), engine.zone)


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
