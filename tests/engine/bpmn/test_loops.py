"""Loops drawn with gateways: as long as they need, at the same cost in every round, but not for ever."""

from __future__ import annotations

from time import process_time

import pytest

from engine.errors import ExpressionFailed
from tests.engine.bpmn.diagrams import (
    call,
    diagram,
    end,
    exclusive,
    flow,
    inclusive,
    message,
    on,
    parallel,
    record,
    start,
    sub,
    user,
)
from tests.engine.bpmn.running import walk

ASK = (start(), user("ask"), end(), flow("start ask end"))


def test_two_hundred_rounds_keep_the_state_flat() -> None:
    """The state after round 200 is as long as after round 2, give or take the digits of its numbers."""
    inside = (
        start("s"), parallel("split"), user("a"), call("c", "asking"), parallel("join"), end("e"),
        flow("s split a join e"), flow("split c join"),
    )  # fmt: skip
    parts = (
        start(), exclusive("again"), sub("box", *inside),
        on("box", "beside", message("patient.died"), interrupting=False),
        record("r", "died", "today"), exclusive("x", default="again"), end(), end("e2"),
        flow("start again box x again"), flow("x end", "done = true"), flow("beside r e2"),
    )  # fmt: skip
    case = walk(diagram(*parts, called={"asking": ASK}))
    sizes = []
    for _ in range(200):
        assert case.send("patient.died") == 1
        case.do("a", "ask")
        sizes.append(len(case.state))
    assert sizes[-1] <= sizes[1] * 1.2
    assert case.know(done=True).do("a", "ask").ended


def test_an_endless_loop_is_refused_by_name_and_soon() -> None:
    """A loop in which nothing waits ends in an error, in well under five seconds of work."""
    parts = (
        start(), exclusive("m"), record("r", "n", "1"), exclusive("x", default="m"), end(),
        flow("start m r x m"), flow("x end", "false"),
    )  # fmt: skip
    before = process_time()
    with pytest.raises(ExpressionFailed, match="took 10000 steps without reaching a task") as caught:
        walk(diagram(*parts))
    assert process_time() - before < 5
    assert caught.value.rule == "endless"


def test_a_long_loop_without_a_wait_is_walked_to_its_end() -> None:
    """Fifteen hundred rounds in one step, with a join in each, and a branch that waits beside it."""
    parts = (
        start(), parallel("fork"), user("beside"), end("e2"),
        exclusive("m"), parallel("split"), inclusive("join"), exclusive("x", default="m"), user("after"), end(),
        record("r", "n", "if n = null then 1 else n + 1"),
        flow("start fork m split r join x m"), flow("split join"), flow("x after end", "n >= 1500"),
        flow("fork beside e2"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.waiting == ["after", "beside"]
    assert not case.do("after").ended
    assert case.do("beside").ended
