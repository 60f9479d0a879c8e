"""A patient's year in the MSK track as the engine runs it, from enrolment to a closed and whole record."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from engine.application import Engine
from engine.clock import SetClock
from tests.engine.builders import BETTER, Case, a_case, on_sqlite


def test_an_uneventful_year_is_completed_by_day_366_and_leaves_nothing_due(engine: Engine) -> None:
    """Every task appears on its day and is answered; at the end nothing is open, due or waiting to run."""
    case = a_case(engine).at_day(1)
    case.scores = BETTER
    case.at_day(366)
    assert (case.status, case.row["next_due"], case.open()) == ("completed", None, [])
    assert case.row["closed_at"] <= case.moment(366)
    assert case.days_of("pain_checkin") == list(range(7, 365, 7))
    milestones = case.days_of("collect_milestone") + case.days_of("collect_last_milestone")
    assert milestones == [7 * week for week in (4, 8, 12, 26, 39, 52)]
    assert all(row["status"] == "done" for row in case.tasks())
    assert all(
        row["opens_on"] <= row["due_on"] <= (row["closes_on"] or row["due_on"]) for row in case.tasks()
    )
    assert all(row["state"] == "" and row["next_due"] is None for row in case.everything()["processes"])
    assert case.faults() == []
    assert case.to_day(800).cases == 0


@on_sqlite
@pytest.mark.parametrize(
    ("discharged", "due"),
    [
        (date(2026, 1, 14), date(2026, 1, 16)),  # Wednesday: Friday
        (date(2026, 1, 15), date(2026, 1, 20)),  # Thursday: past the weekend and Martin Luther King's Day
        (date(2026, 1, 17), date(2026, 1, 21)),  # Saturday of that weekend
        (date(2026, 7, 1), date(2026, 7, 6)),  # 4 July on a Saturday is observed on Friday the 3rd
        (date(2026, 12, 31), date(2027, 1, 5)),  # over New Year's Day and a weekend
    ],
)
def test_a_discharge_makes_a_call_due_in_two_business_days(
    engine: Engine, discharged: date, due: date
) -> None:
    """Weekends and federal holidays are not business days."""
    assert isinstance(engine.clock, SetClock)
    engine.clock.instant = datetime.combine(discharged, time(9), engine.zone)
    case = a_case(engine).at_day(0)
    case.event("transition.discharged", facility="Mercy", complexity="high")
    assert case.task("call_after_discharge")["due_on"] == due
    assert case.task("visit_in_7_days")["due_on"] == discharged + timedelta(days=7)


def test_two_discharges_in_one_week_are_two_transitions(engine: Engine) -> None:
    """Each has its own process, calls and reasons; one being done does not settle the other."""
    case = a_case(engine).at_day(1)
    first = case.event("transition.discharged", facility="Mercy")
    case.to_day(4)
    second = case.event("transition.discharged", facility="St. Luke")
    assert (len(first.processes), len(second.processes)) == (1, 1)
    whys = [row["why"] for row in case.open() if row["element_id"] == "call_after_discharge"]
    assert ["Mercy" in whys[0], "St. Luke" in whys[1]] == [True, True]
    case.answer(next(row for row in case.open() if row["element_id"] == "call_after_discharge"))
    assert case.elements().count("call_after_discharge") == case.elements().count("reconcile_medicines") == 1


@on_sqlite
def test_a_plateau_leads_to_an_intervention_a_recheck_and_the_director(engine: Engine) -> None:
    """Flat at week 4: the plan changes; flat four weeks later: the clinical director decides."""
    case = a_case(engine).at_day(28)
    assert case.days_of("intervene") == [28]
    case.at_day(56)
    assert (case.days_of("recheck_measures"), case.days_of("director_review")) == ([56], [56])
    review = next(row for row in case.tasks() if row["element_id"] == "director_review")
    assert review["role"] == "clinical_director"
    assert case.fact("plateau.in_progress") is False


@on_sqlite
def test_a_missing_baseline_is_warned_of_on_days_30_and_50_and_unaligns_on_day_61(engine: Engine) -> None:
    """CMS wants it by day 60; what was open ends with the case."""
    case = a_case(engine)
    case.leaves = lambda task: task["element_id"] != "welcome_and_consent"
    case.at_day(60)
    assert (case.days_of("chase_baseline"), case.days_of("chase_baseline_urgently")) == ([30], [50])
    case.to_day(61, hour=0)
    assert (case.status, case.open(), case.row["closed_at"]) == ("unaligned", [], case.clock())


@on_sqlite
def test_each_social_need_has_its_referral_and_its_follow_up(engine: Engine) -> None:
    """Two needs are two referrals; 30 days after each is made, somebody asks whether it was met."""
    case = a_case(engine)
    case.given["screen_social_needs"] = {"hrsn_1": 1, "hrsn_6": 1}
    case.at_day(30)
    referrals = [row["title"] for row in case.tasks() if row["element_id"] == "refer_need"]
    assert sorted(referrals) == ["Referral: housing", "Referral: transport"]
    assert case.days_of("follow_up_need") == [30, 30]


@on_sqlite
def test_an_admission_and_an_ed_visit_are_looked_after_and_the_pcp_hears(engine: Engine) -> None:
    """A change of setting is told to the PCP within ten days."""
    case = a_case(engine).at_day(1)
    case.event("transition.admitted")
    case.event("transition.ed_visit")
    assert case.elements() == ["call_after_ed", "note_admission", "pcp_transition", "pcp_transition"]
    told = [row for row in case.open() if row["element_id"] == "pcp_transition"]
    assert [row["due_on"] for row in told] == [case.on(11)] * 2


@on_sqlite
def test_a_whole_year_of_everything_closes_and_verifies(engine: Engine) -> None:
    """Needs, a plateau, two discharges, surgery and a silent month: at the end nothing is due and left."""
    case: Case = a_case(engine)
    case.given["screen_social_needs"] = {"hrsn_1": 1}
    case.at_day(40).event("transition.discharged")
    case.at_day(44).event("transition.discharged", complexity="high")
    case.at_day(120).event("surgery.planned")
    case.at_day(150).event("surgery.done")
    case.leaves = lambda task: task["kind"] in ("prom", "outreach")
    case.at_day(220)
    case.leaves = lambda task: False
    case.at_day(430)
    assert (case.status, case.open(), case.row["next_due"], case.faults()) == ("completed", [], None, [])
    assert {row["status"] for row in case.tasks()} == {"done", "cancelled"}
