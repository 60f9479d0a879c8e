"""Multi-instance activities: a number of instances, at once or in turn, each with its counter."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import ExpressionFailed
from tests.engine.bpmn.diagrams import (
    ADMITTED,
    call,
    diagram,
    end,
    flow,
    message,
    on,
    parallel,
    record,
    start,
    sub,
    times,
    user,
)
from tests.engine.bpmn.running import Walk, walk

ASK = (start(), user("ask", title="Need {counter}"), end(), flow("start ask end"))


def many(activity: str, *, name: str = "act", **facts: Any) -> Walk:
    parts = (start(), activity, user("after"), end(), flow(f"start {name} after end"))
    return walk(diagram(*parts, called={"asking": ASK}), **facts)


ACTIVITIES = {
    "task": lambda how: user("ask", how).replace('id="ask"', 'id="act"'),
    "call": lambda how: call("act", "asking", how),
    "subprocess": lambda how: sub("act", start("s"), user("ask"), end("e"), flow("s ask e"), how),
    "subprocess with a call": lambda how: sub(
        "act", start("s"), call("c", "asking"), end("e"), flow("s c e"), how
    ),
}


def finish_one(case: Walk) -> Walk:
    return case.do_token(case.tasks[0].token)


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_instances_side_by_side_all_wait_at_once(kind: str) -> None:
    """The activity completes with the last of them (BPMN 2.0.2, 13.3.7)."""
    case = many(ACTIVITIES[kind](times("count(needs)")), needs=["food", "home", "work"])
    assert case.counters == [1, 2, 3]
    finish_one(case)
    assert case.counters == [2, 3]
    finish_one(case)
    assert "after" not in case.waiting
    assert finish_one(case).waiting == ["after"]
    assert case.counters == [None]


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_instances_in_turn_wait_one_at_a_time(kind: str) -> None:
    """The next begins when the one before has completed."""
    case = many(ACTIVITIES[kind](times("3", sequential=True)))
    for counter in (1, 2, 3):
        assert case.counters == [counter]
        finish_one(case)
    assert case.waiting == ["after"]


@pytest.mark.parametrize("kind", ACTIVITIES)
@pytest.mark.parametrize("sequential", [False, True])
def test_none_of_many_lets_the_token_pass(kind: str, sequential: bool) -> None:
    """A cardinality of 0 completes the activity at once."""
    assert many(ACTIVITIES[kind](times("count([])", sequential=sequential))).waiting == ["after"]


@pytest.mark.parametrize("kind", ACTIVITIES)
@pytest.mark.parametrize("sequential", [False, True])
def test_the_completion_condition_ends_the_rest(kind: str, sequential: bool) -> None:
    """It is asked after each instance; the others are cancelled (BPMN 2.0.2, 13.3.7)."""
    case = many(ACTIVITIES[kind](times("5", sequential=sequential, until="enough = true")))
    assert "after" not in finish_one(case).waiting
    case.know(enough=True)
    assert finish_one(case).waiting == ["after"]
    assert case.do("after").ended


def test_the_cardinality_is_asked_once() -> None:
    """Facts that change later neither add nor take instances."""
    case = many(call("act", "asking", times("n")), n=2).know(n=7)
    assert case.counters == [1, 2]
    assert case.do("ask", "ask").waiting == ["after"]


@pytest.mark.parametrize(
    ("cardinality", "given"),
    [("-1", "-1"), ("1.5", "1.5"), ('"two"', '"two"'), ("unknown.fact", "null"), ("1001", "1001")],
)
def test_a_cardinality_that_is_no_number_of_instances_is_named(cardinality: str, given: str) -> None:
    """The error says element and value, as FEEL writes it."""
    said = rf"main\.bpmn: act: .*'{cardinality}' gives {given}; a cardinality is a whole number up to 1000"
    with pytest.raises(ExpressionFailed, match=said):
        many(call("act", "asking", times(cardinality)))


def test_the_counter_is_read_in_templates_and_called_processes() -> None:
    """Titles and parameters of each instance differ."""
    case = many(call("act", "asking", times("2")))
    texts = [case.environment.render(t.settings.title or "", t.counter) for t in case.tasks]
    assert texts == ["Need 1", "Need 2"]
    noted = many(record("act", "seen", "counter", times("3")))
    assert noted.learnt("seen") == [1, 2, 3]


def test_the_inner_counter_hides_the_outer_one() -> None:
    """And the outer one is back when the inner activity has completed."""
    inner = user("ask", times("2"))
    outer = sub("act", start("s"), inner, user("then"), end("e"), flow("s ask then e"), times("2"))
    case = many(outer)
    assert case.counters == [1, 2, 1, 2]
    finish_one(case)
    finish_one(case)
    assert [(t.element_id, t.counter) for t in case.tasks] == [("then", 1), ("ask", 1), ("ask", 2)]


def test_the_counter_ends_with_the_activity() -> None:
    """What follows has none."""
    parts = (start(), user("act", times("1")), record("r", "seen", "counter"), end(), flow("start act r end"))
    case = walk(diagram(*parts)).do("act")
    assert case.ended
    assert case.learnt("seen") == [None]


def test_instances_that_do_not_wait_all_run_in_one_step() -> None:
    """A thousand service tasks or calls, in order."""
    noting = (start(), record("n", "seen", "counter"), end(), flow("start n end"))
    for how in (times("1000"), times("300", sequential=True)):
        parts = (start(), call("act", "noting", how), end(), flow("start act end"))
        case = walk(diagram(*parts, called={"noting": noting}))
        assert case.ended
        seen = case.learnt("seen")
        assert seen == list(range(1, len(seen) + 1))
        assert len(seen) in (1000, 300)


def test_an_event_on_the_whole_is_armed_once() -> None:
    """A message ends all instances, one message is taken once."""
    parts = (
        start(), call("act", "asking", times("3")), on("act", "out", message(ADMITTED)), user("handle"), end(),
        end("f"), flow("start act end"), flow("out handle f"),
    )  # fmt: skip
    case = walk(diagram(*parts, called={"asking": ASK})).do("ask")
    assert case.send(ADMITTED) == 1
    assert case.waiting == ["handle"]


def test_many_of_a_branch_meet_in_a_join_as_one() -> None:
    """The activity gives one token however many instances it had."""
    parts = (
        start(), parallel("split"), user("act", times("3")), user("b"), parallel("join"), user("after"), end(),
        flow("start split act join after end"), flow("split b join"),
    )  # fmt: skip
    case = walk(diagram(*parts)).do("b", "act", "act")
    assert case.waiting == ["act"]
    assert case.do("act").waiting == ["after"]
    assert case.do("after").ended
