"""Events from outside: each type teaches, starts or ends something, or is recorded as unmatched."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.application import Engine
from engine.errors import CaseClosed, InvalidInput, NotFound
from engine.events import EVENTS
from tests.engine.builders import Case, a_case, nothing_written, on_sqlite


@pytest.fixture
def case(engine: Engine) -> Case:
    """A patient in care since yesterday, nothing open."""
    return a_case(engine).at_day(1)


STARTS = {
    "transition.admitted": ["note_admission", "pcp_transition"],
    "transition.discharged": ["call_after_discharge", "pcp_transition", "visit_in_14_days"],
    "transition.ed_visit": ["call_after_ed", "pcp_transition"],
    "surgery.planned": ["prepare_surgery"],
    "surgery.done": ["post_op_call"],
    "patient.withdrew": ["honour_withdrawal"],
    "patient.died": ["after_death"],
    "patient.switched": ["explain_lock_in"],
    "access.unaligned": ["tell_unaligned"],
}


@on_sqlite
@pytest.mark.parametrize("type_", sorted(STARTS))
def test_an_event_opens_its_tasks_and_the_outcome_names_them(case: Case, type_: str) -> None:
    """What the event led to stands in the answer, in the list and in the record, with where it happened."""
    outcome = case.event(type_, reason="a fall")
    assert outcome.matched
    assert case.elements() == STARTS[type_]
    assert sorted(outcome.tasks) == sorted(row["id"] for row in case.open())
    received = case.history("event.received")[-1]
    assert received["summary"] == f"{EVENTS[type_].sentence}: a fall"


def test_every_event_type_is_tried() -> None:
    """A new event type comes with a test."""
    tried = {*STARTS, "measure.recorded", "response.received", "case.paused", "case.resumed"}
    assert tried == set(EVENTS)


def test_a_measure_becomes_a_fact_though_nothing_waits_for_it(case: Case) -> None:
    """Learnt, and recorded as unmatched: nothing is swallowed."""
    outcome = case.event("measure.recorded", code="29463-7", value=81.5, unit="kg", source="device")
    assert (outcome.matched, outcome.tasks) == (False, ())
    (weight,) = case.facts("weight.value")
    assert (weight["value"], weight["unit"], weight["source"]) == (81.5, "kg", "device")
    assert case.history("event.unmatched")[-1]["summary"] == "A measure was recorded"


def test_a_blood_pressure_is_two_facts_of_one_moment(case: Case) -> None:
    """Components keep together; a code without a name of its own keeps its LOINC code."""
    parts = [
        {"code": "8480-6", "value": 152},
        {"code": "8462-4", "value": 88},
        {"code": "8867-4", "value": 71},
    ]
    case.event("measure.recorded", components=parts, unit="mm[Hg]", source="device")
    found = [(name, case.fact(name)) for name in ("bp.systolic", "bp.diastolic", "loinc.8867-4")]
    assert found == [("bp.systolic", 152), ("bp.diastolic", 88), ("loinc.8867-4", 71)]


def test_a_response_is_scored(case: Case) -> None:
    """CMS's own example: PROMIS PF 6b 4,3,3,4,1,2 is raw 17, T 36.8."""
    case.event("response.received", instrument="pf6b", answers=[4, 3, 3, 4, 1, 2], mode="web")
    assert (case.fact("pf6b.raw"), case.fact("pf6b.score")) == (Decimal(17), Decimal("36.8"))
    assert case.facts("pf6b.score")[-1]["source"] == "patient"


def test_an_event_told_late_is_true_when_it_happened(case: Case) -> None:
    """Discharged on Friday, told on Tuesday after a holiday: the call is due two business days after Friday."""
    case.to_day(7)
    friday = case.moment(3, hour=16)
    case.event("transition.discharged", occurred_at=friday, facility="Mercy")
    call = case.task("call_after_discharge")
    assert (call["opens_on"], call["due_on"]) == (case.on(7), case.on(8))
    assert "on Fri 16 Jan 2026" in call["why"]
    assert case.task("visit_in_14_days")["due_on"] == case.on(17)


def test_a_measure_of_last_week_does_not_hide_todays(case: Case) -> None:
    """The latest value is the one that was true last."""
    case.to_day(8)
    case.event("measure.recorded", code="29463-7", value=80)
    case.event("measure.recorded", case.moment(2), code="29463-7", value=84)
    assert case.fact("weight.value") == 80


def test_work_that_follows_counts_from_its_own_moment(case: Case) -> None:
    """Only what the event itself opens is due from the event: medicines are reconciled 5 days after the call."""
    case.to_day(7)
    case.event("transition.discharged", occurred_at=case.moment(3))
    case.answer("call_after_discharge")
    assert case.task("reconcile_medicines")["due_on"] == case.on(12)


@on_sqlite
@pytest.mark.parametrize(
    ("type_", "payload", "fields"),
    [
        ("transition.dischargd", {}, {"type"}),
        ("contact.unanswered", {}, {"type"}),
        ("transition.discharged", {"complexity": "low"}, {"payload.complexity"}),
        ("transition.discharged", {"facilty": "Mercy", "reason": ""}, {"payload.facilty", "payload.reason"}),
        ("measure.recorded", {"code": "29463-7"}, {"payload"}),
        ("measure.recorded", {"code": "29463-7", "value": "heavy"}, {"payload.value"}),
        ("measure.recorded", {"code": "29463-7", "value": float("nan")}, {"payload.value"}),
        ("measure.recorded", {"code": "29463-7", "value": float("inf")}, {"payload.value"}),
        ("measure.recorded", {"code": "9" * 200, "value": 1}, {"payload.code"}),
        ("measure.recorded", {"components": []}, {"payload.components"}),
        (
            "measure.recorded",
            {"components": [{"code": "8480-6", "value": 1, "unit": {}}]},
            {"payload.components"},
        ),
        ("response.received", {"instrument": "pf6b"}, {"payload.answers"}),
        ("response.received", {"instrument": "pf6", "answers": [1]}, {"payload.instrument"}),
        ("response.received", {"instrument": "pf6b", "answers": [1, 2]}, {"payload.answers"}),
        ("response.received", {"instrument": "nrs", "answers": [11]}, {"payload.answers.nrs_1"}),
    ],
)
def test_a_wrong_event_is_refused_by_field(
    case: Case, type_: str, payload: dict[str, Any], fields: set[str]
) -> None:
    """Nothing is learnt from it and nothing is recorded."""
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        case.event(type_, **payload)
    assert set(refused.value.errors) == fields


@on_sqlite
@pytest.mark.parametrize("offset", [timedelta(minutes=1), None])
def test_an_event_needs_a_moment_that_can_be(case: Case, offset: timedelta | None) -> None:
    """Not in the future, and not without a time zone."""
    at = case.clock() + offset if offset else datetime(2026, 1, 13, 9)
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        case.event("patient.died", occurred_at=at)
    assert set(refused.value.errors) == {"occurred_at"}


def test_nothing_happens_to_a_closed_case(case: Case) -> None:
    """Its record is complete; the message says how it ended."""
    case.event("patient.withdrew")
    case.answer_all()
    with nothing_written(case.engine), pytest.raises(CaseClosed, match=r"is closed \(withdrawn\)"):
        case.event("transition.discharged")


def test_an_event_for_an_unknown_case_is_refused(case: Case) -> None:
    """The id is named."""
    with nothing_written(case.engine), pytest.raises(NotFound, match="no case 'p9-msk-1'"):
        Case(case.engine, "p9-msk-1", case.aligned_on).event("patient.died")


@on_sqlite
def test_an_event_of_a_concluded_case_starts_nothing_and_says_so(case: Case) -> None:
    """The patient has withdrawn and one task is left: a discharge is recorded as unmatched, not as taken."""
    case.event("patient.withdrew")
    outcome = case.event("transition.discharged")
    assert (outcome.matched, outcome.tasks, outcome.processes) == (False, (), ())
    assert case.history()[-1]["kind"] == "event.unmatched"


@on_sqlite
def test_a_pause_of_a_paused_case_changes_nothing_and_says_so(case: Case) -> None:
    """The record does not claim what did not happen."""
    assert case.event("case.paused").matched
    assert not case.event("case.paused").matched


@on_sqlite
@pytest.mark.parametrize(("code", "value"), [("72514-3", 11), ("72514-3", -1), ("77866-2", 500), ("8480-6", -152)])
def test_a_value_that_cannot_be_is_refused(case: Case, code: str, value: float) -> None:
    """A pain of 11 of 10 would steer the plateau rule."""
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        case.event("measure.recorded", code=code, value=value)
    assert set(refused.value.errors) == {"payload.value"}


@on_sqlite
@pytest.mark.parametrize(("type_", "days"), [("transition.discharged", 40), ("measure.recorded", 800)])
def test_what_happened_long_before_alignment_is_refused(case: Case, type_: str, days: int) -> None:
    """It would become the first of a series, or ask for a call that is long too late."""
    payload = {"code": "29463-7", "value": 80} if type_ == "measure.recorded" else {}
    with nothing_written(case.engine), pytest.raises(InvalidInput) as refused:
        case.event(type_, occurred_at=case.clock() - timedelta(days=days), **payload)
    assert set(refused.value.errors) == {"occurred_at"}
