"""An update to the PCP is what the record held when its task was completed, with what its reviewer said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from care.care_update import CareUpdate, Organisation, update_from
from engine.application import Engine
from engine.care_update_preview import preview
from engine.care_updates import digest_of
from engine.clock import SetClock
from engine.errors import InvalidInput, NotFound
from engine.operations.care_update_send import occasion_of
from engine.sender import Sender
from engine.settings import Settings
from engine.store.patients import update_patient
from tests.engine.builders import DANA, Case, a_case, on_sqlite, with_people
from tests.engine.updates import (
    a_case_before_its_update,
    a_case_with_an_update,
    later,
    rows,
    the_update_task,
)


def payload(case: Case) -> dict[str, Any]:
    return dict(rows(case)[-1]["payload"])


def sent(case: Case) -> CareUpdate:
    return update_from(payload(case)["document"])


def seen(case: Case, **draft: Any) -> CareUpdate:
    with case.engine.db.reading() as connection:
        return preview(case.engine, connection, the_update_task(case)["id"], DANA, draft)


def test_an_update_holds_what_the_record_knows(engine: Engine) -> None:
    """Identifiers, contacts, alignment, diagnoses, measures with baseline and target, goal, medicines and the code."""
    with_people(engine)
    case = a_case_before_its_update(engine, goal="walk the dog again")
    with engine.db.writing() as connection:
        update_patient(connection, "p1", now=engine.clock.now(), mbi="1EG4TE5MK73", conditions=["M17.11"])
    case.answer(the_update_task(case), summary="Doing well", medicines="Naproxen 250 mg\nMetformin 500 mg")
    found = sent(case)
    assert (found.occasion, found.on, found.day) == ("start", case.on(0), 0)
    assert (found.patient.name, found.patient.mbi, found.pcp) == ("Ada Long", "1EG4TE5MK73", "Dr. Bell")
    assert found.case_manager is not None
    assert found.case_manager.email == DANA.id
    assert [each.code for each in found.diagnoses] == ["M17.11"]
    assert found.goal == "walk the dog again"
    assert found.medicines is not None
    assert found.medicines.entries == ("Naproxen 250 mg", "Metformin 500 mg")
    function = next(each for each in found.measures if each.name == "pf6b")
    assert (function.baseline, function.met) == (function.latest, None)
    assert function.target is not None
    assert found.billing is not None
    assert found.billing.code == "G0677"  # MSK
    assert (found.review.note, found.review.by) == ("Doing well", DANA.name)


def test_the_history_holds_the_digest_of_what_is_sent(engine: Engine) -> None:
    """So that what a receiver has can be compared with the record, years later."""
    case = a_case_with_an_update(engine)
    (entry,) = case.history("care_update.composed")
    assert json.loads(entry["detail"])["sha256"] == payload(case)["sha256"] == digest_of(payload(case)["document"])
    assert case.faults() == []


@on_sqlite
def test_what_is_sent_stays_what_it_was(engine: Engine) -> None:
    """A correction after the completion goes into the next update, not into this one."""
    case = a_case_with_an_update(engine)
    with engine.db.writing() as connection:
        update_patient(connection, "p1", now=engine.clock.now(), name="Ada Longworth")
    assert sent(case).patient.name == "Ada Long"


@on_sqlite
def test_the_preview_is_what_is_sent(engine: Engine) -> None:
    """Composed by the same rules, with the answers drafted so far, and nothing is written."""
    case = a_case_before_its_update(engine)
    given = {"summary": "As we spoke", "request": "Review NSAIDs", "left_out": ["measures"], "medicines": "Naproxen"}
    drafted = seen(case, **given)
    before = case.everything()
    assert seen(case, **given) == drafted
    assert case.everything() == before
    case.answer(the_update_task(case), **given)
    assert sent(case) == drafted
    assert drafted.measures == ()


@on_sqlite
def test_a_task_after_which_nothing_is_sent_has_no_preview(engine: Engine) -> None:
    """The page says that there is nothing, rather than showing something."""
    case = a_case(engine)
    with engine.db.reading() as connection, pytest.raises(NotFound, match="update to the PCP"):
        preview(engine, connection, case.open()[0]["id"], DANA, {})


@on_sqlite
def test_what_was_left_out_once_is_not_left_out_for_ever(engine: Engine) -> None:
    """Each update has its own review; the list of medicines, being a fact, stays."""
    case = a_case_with_an_update(engine, left_out=["goal", "medicines"], request="A referral", medicines="Naproxen")
    assert sent(case).review.left_out == ("goal", "medicines")
    assert sent(case).medicines is None
    case.leaves = lambda task: task["form"] == "care_update"
    case.event("transition.discharged", facility="Mercy")
    case.answer_all()
    second = seen(case)
    case.answer(the_update_task(case), summary="Home again")
    assert (sent(case).review.left_out, sent(case).review.request) == ((), None)
    assert sent(case).medicines is not None
    assert sent(case).happened == second.happened


def test_a_change_of_care_setting_says_what_happened(engine: Engine) -> None:
    """The event that started it, in words, with its day."""
    case = a_case_with_an_update(engine)
    case.leaves = lambda task: task["form"] == "care_update"
    later(case, days=9)
    engine.tick()
    case.event("transition.discharged", facility="Mercy", reason="a fall")
    case.answer_all()
    update = seen(case)
    assert update.occasion == "change_of_setting"
    assert update.happened[0] == "Discharged at Mercy on 22 Jan 2026: a fall."


@on_sqlite
def test_the_organisation_is_that_of_the_settings(
    engine: Engine, settings: Settings, clock: SetClock
) -> None:
    """Composed in with the rest: what was sent does not change when a setting does."""
    sender = Sender(Organisation("Blue Ridge Care", npi="1234567893"), to_address="inbox@hie.example")
    own = Engine(engine.db, clock, replace(settings, sender=sender), engine.library)
    case = a_case_with_an_update(own)
    assert (sent(case).organisation.name, sent(case).recipient) == ("Blue Ridge Care", "inbox@hie.example")


def test_another_occasion_is_refused_by_name() -> None:
    """A diagram's slip is said with what may be written."""
    with pytest.raises(InvalidInput, match=r"start, escalation, change_of_setting, completion.*birthday"):
        occasion_of({"reason": "birthday"})
    assert occasion_of({}) == "start"
