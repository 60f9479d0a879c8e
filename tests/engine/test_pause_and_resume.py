"""Pausing a case stops its time: what repeats skips the pause, what was waited for once comes after it."""

from __future__ import annotations

import pytest

from engine.application import Engine
from engine.commands import PauseCase, ResumeCase
from engine.errors import CaseClosed
from tests.engine.builders import DANA, Case, a_case, nothing_written


@pytest.fixture
def case(engine: Engine) -> Case:
    """A patient in care, the check-in of week 1 answered, nothing open."""
    return a_case(engine).at_day(8)


def pause(case: Case, reason: str | None = "travels") -> None:
    case.engine.execute(PauseCase(case.id, reason), actor=DANA)


def resume(case: Case) -> None:
    case.engine.execute(ResumeCase(case.id), actor=DANA)


def test_a_paused_case_is_not_due(case: Case) -> None:
    """No tick touches it before the next of ACCESS's days, and the record says why it stands still."""
    pause(case)
    assert (case.status, case.row["paused_at"]) == ("paused", case.clock())
    assert case.row["next_due"] == case.moment(90, hour=0)
    assert case.to_day(60).cases == 0
    assert case.elements() == []
    assert case.history("event.received")[-1]["summary"] == "The case was paused: travels"


def test_weekly_questions_of_the_pause_are_not_asked_afterwards(case: Case) -> None:
    """Seven weeks away are not seven check-ins at once: the next comes with the next week."""
    pause(case)
    case.to_day(52)
    resume(case)
    case.engine.tick()
    assert case.days_of("pain_checkin") == [7]
    case.to_day(56)
    assert case.days_of("pain_checkin") == [7, 56]


def test_what_was_waited_for_once_comes_on_the_day_of_the_return(engine: Engine) -> None:
    """The day-30 warning fell into the pause: it opens on the day the case is resumed, not in the past."""
    case = a_case(engine)
    case.answer("welcome_and_consent")
    pause(case)
    case.to_day(40)
    resume(case)
    case.to_day(43)
    assert case.days_of("chase_baseline") == [40]
    assert case.task("chase_baseline")["due_on"] == case.on(45)


def test_a_task_done_during_the_pause_does_not_set_time_free(engine: Engine) -> None:
    """An open task may be completed while the case is paused; no timer of the paused process fires with it."""
    case = a_case(engine).at_day(6)
    case.to_day(7)
    pause(case)
    case.to_day(40)
    case.answer("pain_checkin")
    assert (case.status, case.elements()) == ("paused", [])
    assert case.fact("pain_checkin.missed_on") is None


def test_a_discharge_during_the_pause_is_looked_after(case: Case) -> None:
    """The programme rests, care does not: the transition runs, with its own clock."""
    pause(case)
    case.to_day(20)
    case.event("transition.discharged")
    assert "call_after_discharge" in case.elements()
    assert case.status == "paused"


def test_a_death_during_the_pause_ends_the_case(case: Case) -> None:
    """The paused process hears it, and goes on to its last task."""
    pause(case)
    case.to_day(20)
    case.event("patient.died")
    assert (case.status, case.row["paused_at"], case.elements()) == ("deceased", None, ["after_death"])
    case.answer("after_death")
    assert case.row["closed_at"] is not None


def test_pausing_and_resuming_twice_changes_nothing(case: Case) -> None:
    """The second is recorded as heard and does nothing."""
    pause(case)
    first = case.row["paused_at"]
    case.to_day(9)
    pause(case)
    assert case.row["paused_at"] == first
    resume(case)
    resume(case)
    assert (case.status, case.row["paused_at"]) == ("active", None)
    assert len(case.history("case.paused")) == len(case.history("case.resumed")) == 1


def test_a_closed_case_is_neither_paused_nor_resumed(case: Case) -> None:
    """It is over."""
    case.event("patient.withdrew")
    case.answer_all()
    for act in (pause, resume):
        with nothing_written(case.engine), pytest.raises(CaseClosed):
            act(case)


def test_planned_surgery_rests_the_programme_and_nothing_else(case: Case) -> None:
    """The surgery process pauses the others, waits itself, and resumes them with the post-operative call."""
    case.event("surgery.planned", planned_on="2026-02-10")
    case.answer_all()
    assert case.status == "paused"
    case.to_day(40)
    case.event("surgery.done")
    assert case.elements() == ["post_op_call"]
    case.answer_all()
    assert case.status == "active"
    case.to_day(42)
    assert case.days_of("pain_checkin") == [7, 42]


def test_cms_days_pass_during_a_pause(engine: Engine) -> None:
    """The baseline is due by day 60 of alignment, whoever travels: on day 61 the paused case ends as unaligned."""
    case = a_case(engine)
    case.answer("welcome_and_consent")
    pause(case)
    assert case.to_day(60).failed == ()
    assert (case.status, case.elements()) == ("paused", ["collect_baseline"])
    case.to_day(61)
    assert (case.status, case.row["closed_at"] is None) == ("unaligned", False)
    assert "Missed" in case.history("deadline.missed")[0]["summary"]


def test_a_report_of_the_quarter_is_asked_for_during_a_pause(case: Case) -> None:
    """Its window does not wait either; the weekly question does."""
    pause(case)
    case.to_day(95)
    assert case.elements() == ["report_quarter"]
