"""Intermediate events: a token waits for a moment or a message, or throws and goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.errors import ExpressionFailed
from tests.engine.bpmn.diagrams import (
    ADMITTED,
    catch,
    diagram,
    end,
    escalation,
    flow,
    message,
    parallel,
    start,
    timer,
    user,
)
from tests.engine.bpmn.diagrams import throw as throw_event
from tests.engine.bpmn.running import Walk, walk


def waiting_for(definition: str, **facts: Any) -> Walk:
    return walk(diagram(start(), catch("t", definition), user("a"), end(), flow("start t a end")), **facts)


@pytest.mark.parametrize(
    ("kind", "expression", "days"),
    [
        ("duration", "P2D", 2),
        ("duration", "PT12H", 0.5),
        ("duration", "B2D", 2),
        ("duration", 'duration("P1D") + plan.extra', 3),
        ("date", "plan.on", 7 - 9 / 24),
        ("date", 'case.aligned_on + duration("P7D")', 7 - 9 / 24),
        ("date", 'now + duration("P1D")', 1),
    ],
)
def test_a_timer_lets_the_token_go_at_its_instant(kind: str, expression: str, days: float) -> None:
    """Durations count from the token's arrival; a date begins at midnight in the organisation's zone."""
    case = waiting_for(timer(kind, expression), plan__on=date(2026, 1, 20), plan__extra=timedelta(days=2))
    assert case.due_in_days() == days
    assert case.pass_days(days - 0.01).waiting == []
    assert case.pass_days(0.01).waiting == ["a"]
    assert case.due_in_days() is None


def test_a_date_in_the_past_lets_the_token_go_at_once() -> None:
    """Nobody waits for a day that is over."""
    assert waiting_for(timer("date", "plan.on"), plan__on=date(2025, 1, 1)).waiting == ["a"]


@pytest.mark.parametrize(
    ("kind", "expression", "said"),
    [
        ("date", "plan.on", "'plan.on' gives null; a date is needed"),
        ("date", 'duration("P1Y2M")', """'duration("P1Y2M")' gives @"P1Y2M"; a date is needed"""),
        ("duration", "[1.50, today]", """'[1.50, today]' gives [1.5, @"2026-01-13"]; a timer's duration is needed"""),
    ],
)
def test_a_timer_whose_expression_gives_no_time_is_named(kind: str, expression: str, said: str) -> None:
    """An unknown fact is no date; what came instead is said as FEEL writes it."""
    with pytest.raises(ExpressionFailed) as failed:
        waiting_for(timer(kind, expression))
    assert said in str(failed.value)


def test_timers_fire_in_order_of_time_when_several_are_due() -> None:
    """After a long silence what was due first happens first."""
    parts = (
        start(), parallel("split"), catch("late", timer("duration", "P5D")), catch("soon", timer("duration", "P2D")),
        user("a"), user("b"), end(), flow("start split late a end"), flow("split soon b end"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    case.case.as_of += timedelta(days=30)
    case.process.run_timers()
    fired = [element for kind, element, _ in case.case.notes if kind == "timer.fired"]
    assert fired == ["soon", "late"]


def test_a_message_event_waits_for_its_message() -> None:
    """It takes it once."""
    case = waiting_for(message(ADMITTED))
    assert case.process.waits_for(ADMITTED)
    assert case.send(ADMITTED) == 1
    assert (case.waiting, case.process.waits_for(ADMITTED)) == (["a"], False)


def test_a_message_reaches_everything_that_waits_for_it() -> None:
    """Two tokens that wait for one event both go on."""
    parts = (
        start(), parallel("split"), catch("one", message(ADMITTED)), catch("two", message(ADMITTED)), user("a"),
        user("b"), end(), flow("start split one a end"), flow("split two b end"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.send(ADMITTED) == 2
    assert case.waiting == ["a", "b"]


@pytest.mark.parametrize("definition", ["", escalation("C1")], ids=["none", "escalation"])
def test_a_throwing_event_lets_the_token_go_on(definition: str) -> None:
    """Also when nobody hears it (BPMN 2.0.2, 10.5.6)."""
    parts = (start(), throw_event("t", definition), user("a"), end(), flow("start t a end"))
    assert walk(diagram(*parts)).waiting == ["a"]
