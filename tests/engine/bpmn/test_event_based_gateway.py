"""Event-based gateways: the first event to come decides."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import (
    ADMITTED,
    DISCHARGED,
    catch,
    diagram,
    end,
    event_gateway,
    exclusive,
    flow,
    message,
    receive,
    start,
    timer,
    user,
)
from tests.engine.bpmn.running import Walk, walk

RACE = (
    start(), event_gateway("race"), catch("came", message(ADMITTED)), catch("late", timer("duration", "P3D")),
    user("welcome"), user("remind"), end(),
    flow("start race came welcome end"), flow("race late remind end"),
)  # fmt: skip


def test_the_message_wins_when_it_comes_first() -> None:
    """The timer is disarmed (BPMN 2.0.2, 10.6.6 and 13.4.4)."""
    case = walk(diagram(*RACE))
    assert case.due_in_days() == 3
    assert case.send(ADMITTED) == 1
    assert (case.waiting, case.due_in_days()) == (["welcome"], None)
    assert case.pass_days(10).waiting == ["welcome"]
    assert case.do("welcome").ended


def test_the_timer_wins_when_nothing_came() -> None:
    """The message finds nobody afterwards."""
    case = walk(diagram(*RACE)).pass_days(3)
    assert case.waiting == ["remind"]
    assert case.send(ADMITTED) == 0
    assert case.do("remind").ended


def test_of_two_messages_and_a_receive_task_one_wins() -> None:
    """A receive task takes part as a message event does."""
    parts = (
        start(), event_gateway("race"), receive("in", ADMITTED), receive("out", DISCHARGED), user("a"), user("b"),
        end(), flow("start race in a end"), flow("race out b end"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.send(DISCHARGED) == 1
    assert (case.waiting, case.send(ADMITTED)) == (["b"], 0)


def test_one_message_that_two_events_wait_for_is_taken_once() -> None:
    """The first of them ends the other."""
    parts = (
        start(), event_gateway("race"), catch("one", message(ADMITTED)), catch("two", message(ADMITTED)),
        user("a"), user("b"), end(), flow("start race one a end"), flow("race two b end"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.send(ADMITTED) == 1
    assert case.waiting == ["a"]


def _looping() -> Walk:
    return walk(
        diagram(
            start(), exclusive("again"), event_gateway("race"), catch("came", message(ADMITTED)),
            catch("late", timer("duration", "P3D")), user("remind"), end(),
            flow("start again race came end"), flow("race late remind again"),
        )
    )  # fmt: skip


def test_a_gateway_in_a_loop_arms_its_events_anew() -> None:
    """Each round has its own timer."""
    case = _looping()
    for _ in range(4):
        assert case.pass_days(3).waiting == ["remind"]
        assert case.send(ADMITTED) == 0
        case.do("remind")
        assert case.due_in_days() == 3
    assert case.send(ADMITTED) == 1
    assert case.ended
