"""Rule gateways: a way out always, and joins that can be counted."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import (
    ADMITTED,
    DISCHARGED,
    bundle,
    catch,
    end,
    event_gateway,
    exclusive,
    flow,
    inclusive,
    message,
    on,
    parallel,
    receive,
    start,
    user,
)
from tests.engine.lint.findings import found, replaced

RULE = "gateways"
CHOICE = bundle(
    start(), exclusive("x", default="b"), user("a"), user("b"), end(), flow("start x"), flow("x a end", "true"),
    flow("x b end"),
)  # fmt: skip


def race(*more: str, second: str = catch("out", message(DISCHARGED))) -> dict[str, str]:
    parts = (start(), event_gateway("g"), receive("in", ADMITTED), second, end(), flow("start g in end"))
    return bundle(*parts, flow("g out end"), *more)


def test_a_gateway_with_conditions_and_a_default_is_clean() -> None:
    """So is one way out without a condition."""
    assert found(CHOICE, RULE) == []
    assert found(bundle(start(), inclusive("x"), end(), flow("start x end")), RULE) == []
    assert found(race(), RULE) == []


def test_a_gateway_without_a_default_is_named() -> None:
    """And each flow without a condition that is not the default."""
    without = replaced(CHOICE, ' default="x_b"', "")
    assert sorted(found(without, RULE)) == [
        ("x", "has no default flow"),
        ("x_b", "has no condition and is not the default flow"),
    ]


def test_a_default_that_is_no_flow_of_the_gateway_is_named() -> None:
    """It would be no default."""
    assert ("x", "its default 'a_end' is not one of its flows") in found(
        replaced(CHOICE, 'x_b"/>', 'a_end"/>'), RULE
    )


def test_a_join_reached_twice_from_one_element_is_named() -> None:
    """Its tokens could not be told apart."""
    twice = '<bpmn:sequenceFlow id="again" sourceRef="split" targetRef="join"/>'
    parts = (start(), parallel("split"), parallel("join"), end(), flow("start split join end"), twice)
    assert found(bundle(*parts), RULE) == [("join", "is reached twice from 'split'")]


def test_an_event_based_gateway_leads_to_events() -> None:
    """To two or more of its own, without boundary events on them."""
    task = race(second=user("out"))
    assert found(task, RULE) == [("g_out", "an event-based gateway leads to catching events only")]
    alone = bundle(start(), event_gateway("g"), receive("in", ADMITTED), end(), flow("start g in end"))
    assert found(alone, RULE) == [("g", "an event-based gateway has two events or more")]
    shared = race(user("a"), parallel("p"), flow("a in"))
    assert found(shared, RULE) == [("in", "an event after an event-based gateway has one way in")]
    guarded = race(on("in", "late", message(DISCHARGED)), flow("late end"))
    assert found(guarded, RULE) == [
        ("in", "a receive task after an event-based gateway has no boundary event")
    ]
