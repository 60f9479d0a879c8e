"""Rule loops: multi-instance activities repeat by cardinality."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import exclusive, times
from tests.engine.lint.findings import found, replaced, simple

RULE = "loops"
MANY = replaced(simple(), "</bpmn:userTask>", times("3", until="false") + "</bpmn:userTask>")


def test_a_cardinality_is_clean() -> None:
    """With a completion condition and comments."""
    assert found(MANY, RULE) == []
    assert found(replaced(MANY, "<bpmn:loopCardinality>", "<!-- three --><bpmn:loopCardinality>"), RULE) == []


def test_a_loop_without_a_cardinality_is_named() -> None:
    """A list to walk over is not run: tokens carry no data."""
    sources = replaced(MANY, "<bpmn:loopCardinality>3</bpmn:loopCardinality>", "<bpmn:loopDataInputRef/>")
    assert found(sources, RULE) == [("a", "has no loop cardinality"), ("a", "loopDataInputRef is not run")]


def test_a_loop_that_is_not_an_activitys_only_one_is_named() -> None:
    """Gateways do not repeat, and an activity repeats in one way."""
    gateway = replaced(simple(exclusive("x")), '<bpmn:exclusiveGateway id="x" name="x"/>',
                       f'<bpmn:exclusiveGateway id="x">{times("2")}</bpmn:exclusiveGateway>')  # fmt: skip
    assert found(gateway, RULE) == [("x", "is no activity's one loop")]
    twice = replaced(MANY, "</bpmn:userTask>", times("2") + "</bpmn:userTask>")
    assert found(twice, RULE) == [("a", "is no activity's one loop")] * 2
