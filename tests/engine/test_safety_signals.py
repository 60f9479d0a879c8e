"""Safety signals: whatever records an alarming value, a clinician gets a task for today."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.application import Engine
from engine.bundle import PathwayFiles
from engine.commands import PauseCase, SnoozeTask
from engine.errors import InvalidInput
from engine.settings import SHIPPED_PATHWAYS
from engine.signals import signals_in
from tests.engine.builders import DANA, Case, a_case, on_sqlite

UNSAFE = {"hrsn_7": 5, "hrsn_8": 5, "hrsn_9": 5, "hrsn_10": 5}
BODY = {"bp_systolic": 150, "bp_diastolic": 92, "weight": 90, "height": 170}


def in_care(engine: Engine, track: str, day: int = 1) -> Case:
    """A patient of a track some days into care, nothing open."""
    case = a_case(engine, track=track)
    case.given = {"collect_baseline": BODY} if track in ("ckm", "eckm") else {}
    return case.at_day(day)


def pressure(case: Case, systolic: int, diastolic: int, **rest: Any) -> None:
    parts = [{"code": "8480-6", "value": systolic}, {"code": "8462-4", "value": diastolic}]
    case.event("measure.recorded", components=parts, unit="mm[Hg]", source="device", **rest)


def reviews(case: Case) -> list[Any]:
    return [task for task in case.open() if task["element_id"] == "review_safety"]


@pytest.mark.parametrize(
    ("track", "element", "day", "answers", "told"),
    [
        ("bh", "collect_baseline", 0, {"phq9_9": 1}, "item 9"),
        ("bh", "mood_checkin", 14, {"phq9_9": 3}, "item 9"),
        ("msk", "collect_baseline", 0, {"red_flag": "yes", "red_flag_detail": "fever or infection"}, "fever"),
        ("msk", "pain_checkin", 7, {"red_flag": "yes", "red_flag_detail": "another red flag"}, "another red flag"),
        ("ckm", "collect_baseline", 0, {**BODY, "bp_systolic": 184}, "184 mmHg systolic"),
        ("eckm", "readings_check", 14, {"symptoms": ["chest pain", "fainting"]}, "chest pain, fainting"),
        ("eckm", "screen_social_needs", 0, UNSAFE, "HITS 11 or more"),
    ],
)
def test_a_form_that_records_an_alarming_value_opens_a_review_for_today(
    engine: Engine, track: str, element: str, day: int, answers: dict[str, Any], told: str
) -> None:
    """By the case manager's own form, in every track, whatever else is open."""
    case = a_case(engine, track=track)
    case.given = {"collect_baseline": BODY} if track in ("ckm", "eckm") else {}
    case.leaves = lambda task: task["element_id"] == element
    case.at_day(day)
    case.answer(element, **answers)
    (review,) = reviews(case)
    assert (review["role"], review["priority"], review["kind"]) == ("clinical_director", "urgent", "safety")
    assert review["due_on"] == engine.today()
    assert told in review["why"]


@on_sqlite
@pytest.mark.parametrize(
    ("systolic", "diastolic", "count"), [(180, 100, 1), (150, 120, 1), (195, 125, 1), (179, 119, 0)]
)
def test_a_pressure_of_180_over_120_is_reviewed_today(
    engine: Engine, systolic: int, diastolic: int, count: int
) -> None:
    """At the limit and above, by either number, one review for the reading."""
    case = in_care(engine, "ckm")
    pressure(case, systolic, diastolic)
    assert len(reviews(case)) == count


@on_sqlite
def test_answers_that_arrive_by_themselves_are_looked_at_too(engine: Engine) -> None:
    """PHQ-9 item 9 above 0, sent by the patient at night."""
    case = in_care(engine, "msk")
    case.event("response.received", instrument="phq9", answers=[0, 0, 0, 0, 0, 0, 0, 0, 1], mode="web")
    (review,) = reviews(case)
    assert "was answered 1 of 3" in review["why"]
    case.event("response.received", instrument="phq9", answers=[2, 2, 2, 2, 2, 2, 2, 2, 0], mode="web")
    assert len(reviews(case)) == 1


@on_sqlite
def test_five_readings_of_a_day_are_one_review_and_the_next_day_is_another(engine: Engine) -> None:
    """A cuff that goes on sending asks once a day; another kind of signal asks for itself."""
    case = in_care(engine, "ckm")
    for _ in range(5):
        pressure(case, 190, 110)
    assert len(reviews(case)) == 1
    case.event("response.received", instrument="phq9", answers=[0, 0, 0, 0, 0, 0, 0, 0, 2])
    assert len(reviews(case)) == 2
    case.to_day(2)
    pressure(case, 190, 110)
    assert len(reviews(case)) == 3


@on_sqlite
def test_a_paused_case_is_watched_as_well(engine: Engine) -> None:
    """Surgery stops the programme's clocks, not the care for safety."""
    case = in_care(engine, "ckm")
    engine.execute(PauseCase(case.id), actor=DANA)
    pressure(case, 200, 100)
    assert len(reviews(case)) == 1


@on_sqlite
@pytest.mark.parametrize(("days", "count"), [(29, 1), (31, 0)])
def test_what_was_true_long_ago_is_kept_without_a_review(engine: Engine, days: int, count: int) -> None:
    """A letter of last year does not ring the bell today."""
    case = in_care(engine, "ckm", day=50)
    pressure(case, 190, 100, occurred_at=engine.clock.now() - timedelta(days=days))
    assert len(reviews(case)) == count


@on_sqlite
def test_a_review_cannot_be_put_off(engine: Engine) -> None:
    """Same day means same day."""
    case = in_care(engine, "ckm")
    pressure(case, 190, 100)
    command = SnoozeTask(reviews(case)[0]["id"], engine.today() + timedelta(days=1), "busy")
    with pytest.raises(InvalidInput, match="urgent"):
        engine.execute(command, actor=DANA)


def test_what_a_review_changes_goes_to_the_patient_and_the_pcp(engine: Engine) -> None:
    """An escalation: a call on the next business day, an update within 10 days."""
    case = in_care(engine, "bh")
    case.event("response.received", instrument="phq9", answers=[0, 0, 0, 0, 0, 0, 0, 0, 2])
    case.answer("review_safety", assessment="continue_with_changes")
    assert case.elements() == ["call_after_safety", "pcp_safety"]
    assert case.task("pcp_safety")["due_on"] == case.on(11)


@given(systolic=st.integers(60, 300), diastolic=st.integers(30, 200))
def test_the_limits_are_those_of_the_file(systolic: int, diastolic: int) -> None:
    """The unit test of each signal holds from its limit on, and nowhere below."""
    signals = signals_in(SHIPPED_PATHWAYS).by_fact
    high = [s for s in signals["bp.systolic"] if s.when.holds(Decimal(systolic), {})]
    wide = [s for s in signals["bp.diastolic"] if s.when.holds(Decimal(diastolic), {})]
    assert (bool(high), bool(wide)) == (systolic >= 180, diastolic >= 120)


def test_every_signal_reads_a_fact_that_something_writes(tmp_path: Path) -> None:
    """A misspelt fact would never ring."""
    texts = "".join(
        path.read_text("utf-8") for folder in ("forms", "instruments", "configuration")
        for path in (SHIPPED_PATHWAYS / folder).glob("*.yaml") if path.stem != "safety"
    )  # fmt: skip
    document = yaml.safe_load((SHIPPED_PATHWAYS / "configuration" / "safety.yaml").read_text("utf-8"))
    assert PathwayFiles(SHIPPED_PATHWAYS).diagrams()
    for signal in document["signals"]:
        written = "name: safety" if signal["fact"] == "hrsn.safety" else signal["fact"].removesuffix("_highest")
        assert written in texts, signal


@on_sqlite
def test_a_review_outlives_the_programme_but_not_the_patient(engine: Engine) -> None:
    """Whoever leaves is looked after first, and a signal that comes while the case is being closed is heard too."""
    case = in_care(engine, "bh")
    case.event("response.received", instrument="phq9", answers=[0, 0, 0, 0, 0, 0, 0, 0, 2])
    case.event("patient.withdrew")
    assert case.elements() == ["honour_withdrawal", "review_safety"]
    case.answer("review_safety", assessment="safe_to_continue")
    told = case.event("response.received", instrument="phq9", answers=[0, 0, 0, 0, 0, 0, 0, 0, 3])
    assert (told.matched, case.elements()) == (True, ["honour_withdrawal", "review_safety"])
    dead = in_care(engine, "bh")
    pressure(dead, 200, 100)
    dead.event("patient.died")
    assert dead.elements() == ["after_death"]


@on_sqlite
def test_a_higher_reading_of_the_same_day_is_a_review_of_its_own(engine: Engine) -> None:
    """181 in the morning does not hide 235 in the afternoon; what is no higher is under review already."""
    case = in_care(engine, "ckm")
    pressure(case, 181, 100)
    pressure(case, 235, 140)
    pressure(case, 210, 100)
    assert ["181" in each["why"] or "235" in each["why"] for each in reviews(case)] == [True, True]


@on_sqlite
def test_a_high_reading_does_not_hide_in_the_mean_of_its_sitting(engine: Engine) -> None:
    """205/124 and 150/90 are 178/107 on the average, and one alarm."""
    case = in_care(engine, "ckm")
    codes = (("8480-6", 205), ("8462-4", 124), ("8480-6", 150), ("8462-4", 90))
    parts = [{"code": code, "value": value} for code, value in codes]
    case.event("measure.recorded", components=parts, source="device")
    assert case.fact("bp.systolic") == 178
    (review,) = reviews(case)
    assert "205 mmHg systolic" in review["why"]
