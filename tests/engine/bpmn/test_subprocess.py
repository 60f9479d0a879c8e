"""Embedded subprocesses: a scope inside its process."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import call, diagram, end, flow, parallel, start, sub, user
from tests.engine.bpmn.running import walk


def test_a_subprocess_ends_when_no_token_is_left_in_it() -> None:
    """Both branches must come to their own end (BPMN 2.0.2, 13.3.4)."""
    inside = (
        start("s"), parallel("split"), user("a"), user("b"), end("e1"), end("e2"),
        flow("s split a e1"), flow("split b e2"),
    )  # fmt: skip
    case = walk(diagram(start(), sub("box", *inside), user("after"), end(), flow("start box after end")))
    assert case.do("a").waiting == ["b"]
    assert case.do("b").waiting == ["after"]


def test_subprocesses_nest_and_call() -> None:
    """A subprocess in a subprocess may call a process."""
    asking = (start(), user("ask"), end(), flow("start ask end"))
    inner = sub("inner", start("s2"), call("c", "asking"), end("e2"), flow("s2 c e2"))
    outer = sub("outer", start("s1"), inner, end("e1"), flow("s1 inner e1"))
    case = walk(diagram(start(), outer, end(), flow("start outer end"), called={"asking": asking}))
    assert case.waiting == ["ask"]
    assert case.do("ask").ended


def test_a_subprocess_that_does_not_wait_is_passed_at_once() -> None:
    """An empty scope costs no step."""
    empty = sub("box", start("s"), end("e"), flow("s e"))
    assert walk(diagram(start(), empty, user("a"), end(), flow("start box a end"))).waiting == ["a"]
