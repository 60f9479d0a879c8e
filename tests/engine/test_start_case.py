"""Enrolling a patient: what a new case begins with, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from engine.application import Engine
from engine.commands import CloseCase, StartCase
from engine.errors import InvalidInput, NotFound, Refused
from engine.store.tables import versions
from tests.engine.builders import DANA, LEE, a_case, a_patient, nothing_written, on_sqlite, with_people


def test_a_new_case_begins_with_its_first_task(engine: Engine) -> None:
    """Enrolled this morning, the patient is to be welcomed within five days; the clock of the case is set."""
    case = a_case(engine)
    (task,) = case.open()
    assert (task["element_id"], task["opens_on"], task["due_on"]) == (
        "welcome_and_consent",
        case.on(0),
        case.on(5),
    )
    assert (case.id, case.status, task["id"]) == ("p1-msk-1", "active", "p1-msk-1-t1")
    assert case.clock() < case.row["next_due"] <= case.moment(61, hour=0)
    kinds = [entry["kind"] for entry in case.history()]
    assert kinds == ["case.started", "process.started", "process.moved", "task.created"]


def test_the_case_managers_tasks_go_to_the_one_who_holds_the_case(engine: Engine) -> None:
    """Started with an assignee, its tasks are theirs from the start."""
    with_people(engine)
    started = engine.execute(StartCase(a_patient(engine), "msk", assignee=LEE.id), actor=DANA)
    with engine.db.reading() as connection:
        (task,) = engine.case_view(connection, started.case_id).open_tasks
    assert task["assignee"] == LEE.id


def test_a_case_may_start_with_an_alignment_in_the_past(engine: Engine) -> None:
    """All days count from alignment: enrolled ten days late, day 30 comes ten days sooner."""
    case = a_case(engine, aligned_on=engine.today() - timedelta(days=10))
    case.answer("welcome_and_consent")
    assert case.day == 10
    assert case.row["next_due"] == case.moment(30, hour=0)


def test_a_second_open_case_of_a_track_is_refused(engine: Engine) -> None:
    """A patient is aligned to a track once at a time; the message says what to do."""
    case = a_case(engine)
    with (
        nothing_written(engine),
        pytest.raises(Refused, match="already has an open msk case; close it first"),
    ):
        engine.execute(StartCase(case.row["patient_id"], "msk"), actor=LEE)


def test_after_a_case_has_closed_another_may_start(engine: Engine) -> None:
    """A new enrolment is a new case with its own number and its own record."""
    case = a_case(engine)
    engine.execute(CloseCase(case.id, "switched", "another participant"), actor=DANA)
    again = engine.execute(StartCase(case.row["patient_id"], "msk"), actor=DANA)
    assert again.case_id == "p1-msk-2"


@on_sqlite
@pytest.mark.parametrize(
    ("track", "aligned_on", "assignee", "fields"),
    [
        ("mks", None, None, {"track"}),
        ("msk", date(2026, 1, 14), None, {"aligned_on"}),
        ("msk", date(2024, 11, 13), None, {"aligned_on"}),
        ("msk", None, "nobody@example.org", {"assignee"}),
        ("", date(2027, 1, 1), "nobody@example.org", {"track", "aligned_on", "assignee"}),
    ],
)
def test_what_is_wrong_with_an_enrolment_is_named_by_field(
    engine: Engine, track: str, aligned_on: date | None, assignee: str | None, fields: set[str]
) -> None:
    """All faults come at once, and nothing is written."""
    patient = a_patient(engine)
    with nothing_written(engine), pytest.raises(InvalidInput) as refused:
        engine.execute(StartCase(patient, track, aligned_on, assignee), actor=DANA)
    assert set(refused.value.errors) == fields


def test_an_unknown_patient_is_named(engine: Engine) -> None:
    """Nothing is made for a patient who is not there."""
    with nothing_written(engine), pytest.raises(NotFound, match="no patient 'p404'"):
        engine.execute(StartCase("p404", "msk"), actor=DANA)


@on_sqlite
def test_a_track_without_a_pathway_says_how_to_get_one(engine: Engine) -> None:
    """A fresh installation without published pathways is told what to run."""
    patient = a_patient(engine)
    with engine.db.writing() as connection:
        connection.execute(delete(versions).where(versions.c.track == "bh"))
    with nothing_written(engine), pytest.raises(Refused, match="throughline pathways publish"):
        engine.execute(StartCase(patient, "bh"), actor=DANA)
