"""Parallel gateways: a token on each flow out, one from each flow in."""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.engine.bpmn.diagrams import diagram, end, exclusive, flow, parallel, start, user
from tests.engine.bpmn.running import walk

FORK = (
    start(), parallel("split"), user("a"), user("b"), user("c"), parallel("join"), user("after"), end(),
    flow("start split a join after end"), flow("split b join"), flow("split c join"),
)  # fmt: skip


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_a_join_waits_for_every_flow_in_any_order(order: tuple[str, ...]) -> None:
    """The token goes on with the last one that comes (BPMN 2.0.2, 13.4.1)."""
    case = walk(diagram(*FORK))
    assert case.do(*order[:2]).waiting == [order[2]]
    assert case.do(order[2]).waiting == ["after"]
    assert case.do("after").ended


def test_a_join_in_a_loop_joins_in_every_round() -> None:
    """Tokens of an earlier round do not count in a later one."""
    parts = (
        start(), exclusive("again"), parallel("split"), user("a"), user("b"), parallel("join"),
        exclusive("x", default="again"), end(),
        flow("start again split a join x again"), flow("split b join"), flow("x end", "done = true"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    for order in ("ab", "ba", "ab"):
        assert case.do(order[0]).waiting == [order[1]]
        assert case.do(order[1]).waiting == ["a", "b"]
    assert case.do("a").know(done=True).do("b").ended


def test_excess_tokens_stay_until_a_later_round() -> None:
    """A second token on one flow waits; it does not stand in for the other flow (BPMN 2.0.2, 13.4.1)."""
    parts = (
        start(), parallel("split"), exclusive("merge"), user("a"), user("b"), user("c"), parallel("join"),
        user("after"), end(),
        flow("start split a merge"), flow("split b merge join after end"), flow("split c join"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.do("a", "b").waiting == ["c"]
    assert case.do("c").waiting == ["after"]
    assert not case.do("after").ended
    assert '"join"' in case.state


def test_joins_follow_each_other() -> None:
    """A join may feed the next."""
    parts = (
        start(), parallel("split"), user("a"), user("b"), user("c"), parallel("inner"), parallel("outer"), end(),
        flow("start split a inner outer end"), flow("split b inner"), flow("split c outer"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.do("c", "b").waiting == ["a"]
    assert case.do("a").ended


def test_a_gateway_may_join_and_split_at_once() -> None:
    """Two flows in, two flows out."""
    parts = (
        start(), parallel("split"), user("a"), user("b"), parallel("both"), user("c"), user("d"), end(),
        flow("start split a both c end"), flow("split b both d end"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    assert case.do("a").waiting == ["b"]
    assert case.do("b").waiting == ["c", "d"]
    assert case.do("c", "d").ended


def test_branches_that_end_apart_end_the_process_with_the_last() -> None:
    """A process is over when no token is left in it (BPMN 2.0.2, 13.5.6)."""
    parts = (start(), parallel("split"), user("a"), user("b"), end("e1"), end("e2"), flow("start split a e1"),
             flow("split b e2"))  # fmt: skip
    case = walk(diagram(*parts))
    assert not case.do("b").ended
    assert case.do("a").ended
