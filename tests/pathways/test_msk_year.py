"""The MSK pathway on the engine: what appears in a year, when, and how a case ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.application import Engine
from engine.clock import SetClock
from tests.pathways.patient_year import PatientYear, Task

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def year(engine: Engine, clock: SetClock) -> PatientYear:
    """A patient aligned today whose scores will not move."""
    return PatientYear(engine, clock)


def improving(year: PatientYear) -> PatientYear:
    """From now on the answers are better than the baseline by far more than the targets."""
    year.scores = {"pf6b": 4, "pi6a": 2, "nrs": 3, "koosjr": 1}
    return year


def test_an_uneventful_year_closes_as_completed_on_day_365(year: PatientYear) -> None:
    """Every task appears when it should, and with each one done nothing is left."""
    year.until(1)
    improving(year).until(400)
    assert year.days_of("collect_milestone") + year.days_of("collect_last_milestone") == [28, 56, 84, 182, 273, 364]
    assert year.days_of("pain_checkin") == list(range(7, 365, 7))
    assert year.days_of("collect_early") == [185]
    rare = [s.element for s in year.seen if s.element not in ("pain_checkin", "collect_milestone")]
    assert rare == [
        "welcome_and_consent", "collect_baseline", "compose_first_update", "screen_social_needs", "report_quarter",
        "report_quarter", "screen_social_needs", "collect_early", "collect_last_milestone", "compose_completion",
        "close_with_patient",
    ]  # fmt: skip
    assert (year.status, year.day, year.closed, year.tasks()) == ("completed", 365, True, [])


def test_a_declined_consent_ends_the_case_before_anything_is_asked(year: PatientYear) -> None:
    """The patient's choice is final at once."""
    year.answers = {"welcome_and_consent": {"consent": "declined"}}
    year.until(1)
    assert (year.status, year.closed, [s.element for s in year.seen]) == ("withdrawn", True, ["welcome_and_consent"])


def test_a_missing_baseline_is_warned_of_twice_and_ends_the_case_on_day_61(year: PatientYear) -> None:
    """CMS unaligns a patient without a baseline by day 60."""
    year.unanswered = lambda task: task["element_id"] != "welcome_and_consent"
    year.until(60)
    assert (year.days_of("chase_baseline"), year.days_of("chase_baseline_urgently")) == ([30], [50])
    assert year.open() == ["chase_baseline", "chase_baseline_urgently", "collect_baseline"]
    year.until(61)
    assert (year.status, year.closed, year.tasks()) == ("unaligned", True, [])


def test_a_patient_who_is_never_reached_is_unaligned_as_well(year: PatientYear) -> None:
    """The clock runs from alignment, not from consent."""
    year.unanswered = lambda task: True
    year.until(61)
    assert (year.status, year.closed) == ("unaligned", True)


def test_a_baseline_on_the_last_good_day_counts_and_takes_its_warnings_away(year: PatientYear) -> None:
    """Day 60 is in time; nobody chases what is there."""
    year.unanswered = lambda task: task["element_id"] != "welcome_and_consent"
    year.until(60)
    (baseline,) = [task for task in year.tasks() if task["element_id"] == "collect_baseline"]
    year.answer(baseline)
    assert year.open() == ["compose_first_update", "screen_social_needs"]
    year.to(61)
    assert year.status == "active"


def test_milestones_that_passed_before_care_began_are_not_asked(year: PatientYear) -> None:
    """Care that begins on day 40 begins with the milestone of week 8."""
    year.unanswered = lambda task: True
    year.until(40)
    year.unanswered = lambda task: False
    year.until(60)
    assert year.days_of("collect_milestone") == [56]


def test_at_most_one_checkin_is_open_however_many_are_missed(year: PatientYear) -> None:
    """A missed check-in makes room for the next and leaves a fact."""
    year.unanswered = lambda task: task["element_id"] == "pain_checkin"
    year.until(1)
    for day in range(2, 40):
        year.to(day)
        assert year.open().count("pain_checkin") <= 1
    assert year.days_of("pain_checkin") == [7, 14, 21, 28, 35]
    assert year.fact("pain_checkin.missed_on") == year.aligned_on + timedelta(days=34)


def test_a_patient_who_never_answers_is_closed_without_a_report_on_day_426(year: PatientYear) -> None:
    """Windows close by themselves; the end of the reporting period is warned of two weeks ahead."""

    def asks_the_patient(task: Task) -> bool:
        return bool(task["kind"] in ("prom", "outreach", "review"))

    year.until(1)
    year.unanswered = asks_the_patient
    year.until(366)
    assert year.open() == ["collect_end_of_period"]
    year.until(430)
    assert year.days_of("remind_milestone") == [33, 61, 89, 187, 278]
    assert year.days_of("last_chance_review") == [411]
    assert (year.days_of("compose_completion"), year.fact("closure.reported")) == ([426], False)
    assert (year.status, year.closed) == ("completed", True)


def test_an_early_report_that_nobody_answers_is_asked_again(year: PatientYear) -> None:
    """Early is an offer: three weeks, then again on day 287, and in earnest on day 340."""
    year.until(1)
    improving(year).unanswered = lambda task: task["element_id"] == "collect_early"
    year.until(205)
    assert year.open() == ["collect_early"]
    year.until(366)
    assert (year.days_of("collect_early"), year.days_of("collect_end_of_period")) == ([185, 287], [340])
    assert (year.status, year.day) == ("completed", 365)


def test_a_withdrawal_ends_everything_open_and_honours_the_choice(year: PatientYear) -> None:
    """One task is left: to confirm it and to tell the PCP."""
    year.until(5)
    year.event("transition.discharged", facility="Mercy", reason="a fall")
    assert len(year.tasks()) > 2
    assert year.event("patient.withdrew", reason="moving away")
    assert (year.status, year.open(), year.closed) == ("withdrawn", ["honour_withdrawal"], False)
    year.answer_all()
    assert year.closed


def test_after_a_death_nothing_reaches_the_patient_any_more(year: PatientYear) -> None:
    """Condolences to the family and a note to the PCP, within 30 days, and no other task ever."""
    year.until(20)
    year.event("patient.died")
    (task,) = year.tasks()
    assert (year.status, task["element_id"], task["due_on"]) == (
        "deceased", "after_death", year.aligned_on + timedelta(days=50),
    )  # fmt: skip
    year.to(100)
    assert year.open() == ["after_death"]


def test_a_red_flag_goes_to_the_clinical_director_today(year: PatientYear) -> None:
    """Care starts, and a clinician looks at the flag the same day."""
    flag = {"red_flag": "yes", "red_flag_detail": "fever or infection"}
    year.answers = {"collect_baseline": flag}
    year.unanswered = lambda task: task["element_id"] == "review_safety"
    year.until(1)
    (task,) = [task for task in year.tasks() if task["element_id"] == "review_safety"]
    assert (task["role"], task["due_on"]) == ("clinical_director", year.aligned_on)
    assert "fever or infection" in task["why"]


def test_a_missing_first_conversation_is_chased_until_the_case_ends_as_unaligned(year: PatientYear) -> None:
    """Without consent there is no baseline task to warn of: the chase is on days 14, 30 and 50, the end on day 61."""
    year.unanswered = lambda task: True
    year.until(62)
    assert year.days_of("reach_for_intake") == [14, 30, 50]
