"""Rule flows: every node is connected within its scope, and only gateways split."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagrams import (
    ADMITTED,
    bundle,
    catch,
    end,
    exclusive,
    flow,
    message,
    on,
    parallel,
    start,
    sub,
    user,
)
from tests.engine.lint.findings import found, replaced, simple

RULE = "flows"
BOX = sub("box", start("s"), user("b"), end("e"), flow("s b e"))
LATE = message(ADMITTED)


def test_a_connected_diagram_is_clean() -> None:
    """Loops, subprocesses and boundary events included."""
    parts = (
        start(), exclusive("m"), BOX, on("box", "late", LATE), exclusive("x", default="m"), end(),
        flow("start m box x m"), flow("x end", "true"), flow("late m"),
    )  # fmt: skip
    assert found(bundle(*parts), RULE) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((user("b"), flow("b end")), ("b", "nothing leads to it")),
        ((parallel("p"), flow("p end")), ("p", "nothing leads to it")),
        ((end("f"),), ("f", "nothing leads to it")),
        ((flow("a b"), user("b")), ("b", "leads nowhere")),
        ((start("s2"),), ("s2", "leads nowhere")),
        ((on("a", "late", LATE),), ("late", "leads nowhere")),
        ((end("f"), flow("a f")), ("a", "has several outgoing flows")),
        ((flow("a start"),), ("start", "a flow leads to a startEvent")),
        ((on("a", "late", LATE), flow("late end"), flow("a late")), ("late", "a flow leads to a boundaryEvent")),
        ((user("b"), flow("end b end")), ("end", "a flow leads on from an endEvent")),
        ((flow("a gone"),), ("a_gone", "leads from or to nothing")),
        ((flow("gone end"),), ("gone_end", "leads from or to nothing")),
        ((on("gone", "late", LATE), flow("late end")), ("late", "is attached to nothing")),
        ((on("end", "late", LATE), flow("late end")), ("late", "is attached to nothing")),
        ((BOX, flow("a b")), ("a_b", "leads into or out of a subprocess")),
        ((BOX, flow("b end")), ("b_end", "leads into or out of a subprocess")),
        ((BOX, on("b", "late", LATE), flow("late end")), ("late", "is attached to nothing")),
        ((user("b"), user("c"), flow("b c b")), ("b", "cannot be reached from a start event")),
    ],
)  # fmt: skip
def test_what_is_not_connected_is_named(parts: tuple[str, ...], expected: tuple[str, str]) -> None:
    """Each by the element that is wrong."""
    assert expected in found(simple(*parts), RULE)


def test_a_conditional_flow_stands_behind_a_gateway() -> None:
    """A condition on a task's flow would leave the token with no way on."""
    parts = (start(), catch("t", LATE), end(), flow("start t"), flow("t end", "true"))
    assert found(bundle(*parts), RULE) == [("t", "has a conditional flow")]


def test_a_scope_begins_and_ends() -> None:
    """A process and each subprocess."""
    without = replaced(
        replaced(simple(), "bpmn:startEvent", "bpmn:userTask"), "bpmn:endEvent", "bpmn:userTask"
    )
    messages = found(without, RULE)
    assert ("main", "has no start event") in messages
    assert ("main", "has no end event") in messages
    box = sub("box", start("s"), start("s2"), end("e"), flow("s e"), flow("s2 e"))
    two = bundle(start(), box, end(), flow("start box end"))
    assert found(two, RULE) == [("box", "an embedded subprocess has one start event")]
