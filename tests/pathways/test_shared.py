"""The processes that all tracks share, seen on a patient of the MSK track."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from care.calendars import BusinessCalendar
from engine.application import Engine
from engine.clock import SetClock
from tests.pathways.patient_year import PatientYear

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def year(engine: Engine, clock: SetClock) -> PatientYear:
    """A patient aligned yesterday, enrolled, with nothing open."""
    patient = PatientYear(engine, clock)
    patient.until(1)
    return patient


def due(year: PatientYear, element: str) -> list[date]:
    return sorted(task["due_on"] for task in year.tasks() if task["element_id"] == element)


def on(year: PatientYear, day: int) -> date:
    return year.aligned_on + timedelta(days=day)


def test_a_discharge_makes_a_call_due_in_two_business_days_and_a_visit_in_seven(year: PatientYear) -> None:
    """High complexity: seen within 7 days; the PCP hears of the change within 10."""
    year.event("transition.discharged", facility="Mercy", reason="a fall", complexity="high")
    assert due(year, "call_after_discharge") == [BusinessCalendar().add_business_days(on(year, 1), 2)]
    assert due(year, "visit_in_7_days") == [on(year, 8)]
    assert due(year, "pcp_transition") == [on(year, 11)]
    assert "Mercy" in next(s.why for s in year.seen if s.element == "call_after_discharge")


def test_two_discharges_in_a_week_are_two_transitions(year: PatientYear) -> None:
    """Each event is its own instance, whatever the other one is waiting for."""
    year.event("transition.discharged", facility="Mercy", reason="a fall", complexity="high")
    year.to(4)
    year.event("transition.discharged", facility="Mercy", reason="pneumonia")
    assert len(due(year, "call_after_discharge")) == 2
    assert (due(year, "visit_in_7_days"), due(year, "visit_in_14_days")) == ([on(year, 8)], [on(year, 18)])
    year.answer_all()
    assert year.days_of("reconcile_medicines") == [4, 4]


def test_an_admission_is_noted_and_an_ed_visit_is_called_after(year: PatientYear) -> None:
    """Both are changes of setting of which the PCP hears."""
    year.event("transition.admitted")
    year.event("transition.ed_visit")
    assert year.open() == ["call_after_ed", "note_admission", "pcp_transition", "pcp_transition"]


def test_each_social_need_is_referred_and_followed_up_until_it_is_settled(engine: Engine, clock: SetClock) -> None:
    """Two needs, two referrals, and 30 days later the question whether each was met."""
    year = PatientYear(engine, clock)
    year.answers = {
        "screen_social_needs": {"hrsn_1": 1, "hrsn_6": 1},
        "follow_up_need": {"need_met": "refer_again"},
    }
    year.until(29)
    assert sorted(s.title for s in year.seen if s.element == "refer_need") == [
        "Referral: housing",
        "Referral: transport",
    ]
    year.until(30)
    assert (year.days_of("follow_up_need"), year.days_of("refer_need")) == ([30, 30], [0, 0, 30, 30])
    year.answers = {}
    year.until(100)
    assert year.days_of("follow_up_need") == [30, 30, 60, 60]


def test_a_patient_unsafe_at_home_is_looked_at_the_same_day(engine: Engine, clock: SetClock) -> None:
    """HITS 11 or more: a clinician first, referrals after."""
    year = PatientYear(engine, clock)
    year.answers = {"screen_social_needs": {"hrsn_7": 5, "hrsn_8": 5, "hrsn_9": 5, "hrsn_10": 5}}
    year.unanswered = lambda task: task["element_id"] == "review_safety"
    year.answer_all()
    assert due(year, "review_safety") == [year.aligned_on]
    year.unanswered = lambda task: False
    year.answer_all()
    assert "Referral: safety" in [s.title for s in year.seen]


def test_a_plateau_is_acted_upon_rechecked_and_escalated(year: PatientYear) -> None:
    """Week 4 flat: the plan changes; four weeks later still flat: the director and the PCP within 10 days."""
    year.until(60)
    assert (year.days_of("intervene"), year.days_of("recheck_measures")) == ([28], [56])
    assert (year.days_of("director_review"), year.days_of("pcp_escalation")) == ([56], [56])
    assert next(s.due_on for s in year.seen if s.element == "pcp_escalation") == on(year, 66)
    assert year.fact("plateau.in_progress") is False


def test_a_plateau_that_gives_way_is_not_escalated(year: PatientYear) -> None:
    """What works is left alone."""
    year.until(40)
    year.scores = {"pf6b": 4, "pi6a": 2, "nrs": 3}
    year.until(70)
    assert year.days_of("recheck_measures") == [56]
    assert year.days_of("director_review") == []


def test_a_recheck_that_nobody_answers_is_escalated_too(year: PatientYear) -> None:
    """Silence after a change of plan is no improvement."""
    year.unanswered = lambda task: task["element_id"] in ("recheck_measures", "collect_milestone") and year.day > 30
    year.until(67)
    assert year.days_of("director_review") == [66]


def test_one_plateau_at_a_time_and_none_at_the_end_of_the_year(year: PatientYear) -> None:
    """A milestone that is still flat adds nothing while plateau care runs, nor when no four weeks are left."""
    year.unanswered = lambda task: task["element_id"] == "director_review"
    year.until(90)
    assert year.days_of("intervene") == [28]
    year.unanswered = lambda task: False
    year.until(365)
    assert year.days_of("intervene") == [28, 182, 273]


def test_planned_surgery_pauses_the_case_until_the_post_operative_call(year: PatientYear) -> None:
    """No check-in is asked from a patient who waits for surgery; afterwards the weeks go on."""
    year.until(8)
    year.event("surgery.planned")
    year.answer_all()
    assert year.status == "paused"
    year.until(50)
    assert year.event("surgery.done")
    assert year.open() == ["post_op_call"]
    year.answer_all()
    assert year.status == "active"
    year.until(60)
    assert year.days_of("pain_checkin") == [7, 56]


def test_surgery_that_was_not_announced_starts_at_the_post_operative_call(year: PatientYear) -> None:
    """It pauses the case only until that call."""
    year.event("surgery.done")
    assert (year.status, year.open()) == ("paused", ["post_op_call"])
    year.answer_all()
    assert year.status == "active"


def test_surgery_that_comes_before_it_is_prepared_is_handled_once(year: PatientYear) -> None:
    """The task to prepare goes, one post-operative call comes."""
    year.event("surgery.planned")
    year.event("surgery.done")
    assert year.open() == ["post_op_call"]


def test_surgery_of_which_nothing_is_heard_is_reviewed_after_120_days(year: PatientYear) -> None:
    """A case does not stay paused by oversight."""
    year.answers = {"review_surgery": {"outcome": "cancelled"}}
    year.event("surgery.planned")
    year.until(121)
    assert year.days_of("review_surgery") == [121]
    assert (year.status, year.days_of("post_op_call")) == ("active", [])


def test_three_unanswered_attempts_are_reviewed_after_30_days_and_again_after_60(year: PatientYear) -> None:
    """A person decides; keeping on trying asks again a month later."""
    year.unanswered = lambda task: task["kind"] == "prom"
    year.to(7)
    (task,) = year.tasks()
    for _ in range(3):
        year.attempt(task, "no_answer")
    year.until(36)
    assert year.days_of("review_loss") == []
    year.until(66)
    assert year.days_of("review_loss") == [37]
    year.answers = {"review_loss": {"decision": "unalign"}}
    year.until(67)
    assert (year.days_of("review_loss"), year.status, year.closed) == ([37, 67], "lost", True)


def test_a_patient_who_answers_in_time_is_not_lost(year: PatientYear) -> None:
    """An answered attempt ends the count."""
    year.unanswered = lambda task: task["kind"] == "prom"
    year.to(7)
    (task,) = year.tasks()
    for outcome in ("no_answer", "no_answer", "no_answer", "reached"):
        year.attempt(task, outcome)
    year.until(80)
    assert year.days_of("review_loss") == []
