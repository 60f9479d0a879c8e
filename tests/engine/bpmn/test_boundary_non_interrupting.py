"""Non-interrupting boundary events stay armed: each firing starts a token of its own, the activity goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.engine.bpmn.diagrams import (
    ADMITTED,
    DISCHARGED,
    call,
    diagram,
    end,
    escalation,
    flow,
    message,
    on,
    record,
    start,
    sub,
    throw,
    timer,
    times,
    user,
)
from tests.engine.bpmn.running import Walk, walk

ASK = (start(), user("ask"), end(), flow("start ask end"))
TWICE = (
    start(), throw("up1", escalation("C1")), user("ask"), throw("up2", escalation("C1")), user("more"), end(),
    flow("start up1 ask up2 more end"),
)  # fmt: skip


def beside(definition: str, activity: str = "", *more: str, **facts: Any) -> Walk:
    """An activity "act" with a non-interrupting event that leads to a task of its own."""
    return walk(
        diagram(
            start(), activity or user("act"), on("act", "event", definition, interrupting=False),
            user("aside", title="Aside"), end("e1"), end("e2"), flow("start act e1"), flow("event aside e2"), *more,
            called={"asking": ASK, "raising": TWICE},
        ),
        **facts,
    )  # fmt: skip


def test_each_message_starts_a_token_of_its_own() -> None:
    """Three messages, three tasks beside the one that goes on (BPMN 2.0.2, 13.5.3)."""
    case = beside(message(ADMITTED))
    for count in (1, 2, 3):
        assert case.send(ADMITTED) == 1
        assert case.waiting == ["act"] + ["aside"] * count
    assert case.do("aside", "act", "aside").waiting == ["aside"]
    assert case.send(ADMITTED) == 0
    assert case.do("aside").ended


def test_a_cycle_fires_as_often_as_it_says() -> None:
    """R3/P1D: on the first, second and third day, counted from 1."""
    case = beside(timer("cycle", "R3/P1D"))
    for day in (1, 2, 3):
        case.pass_days(1)
        assert case.waiting == ["act"] + ["aside"] * day
    assert case.due_in_days() is None
    assert case.pass_days(30).waiting == ["act", "aside", "aside", "aside"]
    assert [t.counter for t in case.tasks if t.element_id == "aside"] == [1, 2, 3]


def test_a_cycle_without_an_end_stops_with_its_activity() -> None:
    """R/P7D fires every week until the activity completes."""
    case = beside(timer("cycle", "R/P7D")).pass_days(28)
    assert case.waiting == ["act"] + ["aside"] * 4
    case.do("act")
    assert case.due_in_days() is None
    assert case.pass_days(70).waiting == ["aside"] * 4


def test_a_missed_stretch_of_a_cycle_fires_once_for_each_time() -> None:
    """Nobody ticked for three days: three firings, in order."""
    case = beside(timer("cycle", "R/P1D"))
    case.case.as_of = case.process.next_due() or case.case.as_of
    case.pass_days(2)
    assert case.waiting == ["act", "aside", "aside", "aside"]


def test_a_list_of_dates_is_a_cycle_whose_counter_is_the_place_in_the_list() -> None:
    """Dates before the activity began are passed over and keep their number."""
    dates = [date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 10)]
    case = beside(timer("cycle", "plan.dates"), plan__dates=dates).pass_days(100)
    assert [t.counter for t in case.tasks if t.element_id == "aside"] == [2, 3]
    assert case.due_in_days() is None


def test_a_single_timer_fires_once() -> None:
    """Duration and date have one instant."""
    for definition in (timer("duration", "P1D"), timer("date", 'today + duration("P1D")')):
        assert beside(definition).pass_days(40).waiting == ["act", "aside"]


def test_an_escalation_thrown_twice_starts_two_tokens() -> None:
    """The scope that throws goes on (BPMN 2.0.2, 10.5.6)."""
    case = beside(escalation("C1"), call("act", "raising"))
    assert case.waiting == ["aside", "ask"]
    assert case.do("ask").waiting == ["aside", "aside", "more"]
    assert case.do("more", "aside", "aside").ended


@pytest.mark.parametrize(
    "activity",
    [
        call("act", "asking"),
        sub("act", start("s"), call("c", "asking"), end("e"), flow("s c e")),
        call("act", "asking", times("2")),
    ],
    ids=["call", "subprocess with a call", "many calls"],
)
def test_an_activity_with_processes_inside_goes_on(activity: str) -> None:
    """Firing leaves what runs in the activity alone."""
    case = beside(message(ADMITTED), activity)
    asked = case.waiting.count("ask")
    assert (case.send(ADMITTED), case.send(ADMITTED)) == (1, 1)
    assert case.waiting == ["aside", "aside"] + ["ask"] * asked
    case.do(*["ask"] * asked)
    assert (case.waiting, case.send(ADMITTED)) == (["aside", "aside"], 0)


def test_what_a_firing_started_goes_on_after_an_interrupting_event() -> None:
    """The sibling ends the activity, not the paths that already left it."""
    case = beside(
        message(ADMITTED), "", on("act", "stop", message(DISCHARGED)), user("stopped"), end("e3"),
        flow("stop stopped e3"),
    )  # fmt: skip
    case.send(ADMITTED)
    assert case.send(DISCHARGED) == 1
    assert case.waiting == ["aside", "stopped"]
    assert case.send(ADMITTED) == 0
    assert case.do("stopped", "aside").ended


def test_one_message_for_an_interrupting_and_a_non_interrupting_event_is_taken_by_both() -> None:
    """The first in the diagram goes first; what it started goes on."""
    case = beside(
        message(ADMITTED), "", on("act", "stop", message(ADMITTED)), user("stopped"), end("e3"), flow("stop stopped e3")
    )  # fmt: skip
    assert case.send(ADMITTED) == 2
    assert case.waiting == ["aside", "stopped"]


def test_several_firings_run_through_a_call_each() -> None:
    """Each firing's call is a process of its own."""
    case = walk(
        diagram(
            start(), user("act"), on("act", "event", message(ADMITTED), interrupting=False), call("c", "asking"),
            record("r", "asked", "counter"), end("e1"), end("e2"), flow("start act e1"), flow("event c r e2"),
            called={"asking": ASK},
        )
    )  # fmt: skip
    for _ in range(3):
        case.send(ADMITTED)
    assert case.do("ask", "ask").waiting == ["act", "ask"]
    assert len(case.learnt("asked")) == 2
    assert case.do("act", "ask").ended


def test_the_counter_of_a_firing_is_read_in_what_it_calls() -> None:
    """A called process sees which firing it belongs to."""
    noting = (start(), record("n", "week", "counter"), end(), flow("start n end"))
    case = walk(
        diagram(
            start(), user("act"), on("act", "event", timer("cycle", "R/P7D"), interrupting=False), call("c", "noting"),
            end("e1"), end("e2"), flow("start act e1"), flow("event c e2"), called={"noting": noting},
        )
    )  # fmt: skip
    case.pass_days(21)
    assert case.learnt("week") == [1, 2, 3]


def test_a_cycle_passes_over_the_time_in_which_its_process_was_paused() -> None:
    """What was due meanwhile is not made up for, and keeps its number."""
    case = beside(timer("cycle", "R4/P1D")).pass_days(1)
    case.case.as_of += timedelta(days=2.5)
    case.process.skip_cycles(case.case.as_of)
    assert case.due_in_days() == 0.5
    case.pass_days(30)
    assert [t.counter for t in case.tasks if t.element_id == "aside"] == [1, 4]


def test_a_single_timer_that_was_due_meanwhile_stays_due_after_a_pause() -> None:
    """A deadline that passed has passed."""
    case = beside(timer("duration", "P1D"))
    case.case.as_of += timedelta(days=3)
    case.process.skip_cycles(case.case.as_of)
    assert case.pass_days(0).waiting == ["act", "aside"]
