"""Errors, escalations and terminate ends: who catches what is thrown, and what ends."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagrams import (
    TERMINATE,
    call,
    diagram,
    end,
    error,
    escalation,
    flow,
    on,
    parallel,
    start,
    sub,
    throw,
    user,
)
from tests.engine.bpmn.running import walk

THROWS = {"error": error, "escalation": escalation}
CODES = {"error": ("E1", "E2"), "escalation": ("C1", "C2")}


def throwing(kind: str) -> tuple[str, ...]:
    definition = THROWS[kind](CODES[kind][0])
    return (start(), user("ask"), end("thrown", definition), flow("start ask thrown"))


def test_an_error_that_nobody_catches_ends_the_whole_process() -> None:
    """It is noted; nothing of the process goes on."""
    box = sub("box", start("s"), call("c", "failing"), end("e"), flow("s c e"))
    parts = (start(), parallel("p"), box, user("other"), end("e1"), end("e2"), flow("start p box e1"),
             flow("p other e2"))  # fmt: skip
    case = walk(diagram(*parts, called={"failing": throwing("error")})).do("ask")
    assert case.ended
    assert (case.waiting, case.process.next_due()) == ([], None)
    assert [(k, d["code"]) for k, _, d in case.case.notes] == [("error.uncaught", "E1")]


def test_an_escalation_that_nobody_catches_has_no_effect() -> None:
    """The process goes on (BPMN 2.0.2, 10.5.6)."""
    parts = (start(), call("c", "raising"), user("after"), end(), flow("start c after end"))
    case = walk(diagram(*parts, called={"raising": throwing("escalation")})).do("ask")
    assert case.waiting == ["after"]


@pytest.mark.parametrize("kind", THROWS)
def test_the_nearest_enclosing_activity_catches(kind: str) -> None:
    """Inner before outer."""
    catches = THROWS[kind]
    box = sub(
        "box", start("s"), call("c", "throwing"), on("c", "inner", catches()), user("near"), end("e"), end("f"),
        flow("s c e"), flow("inner near f"),
    )  # fmt: skip
    parts = (start(), box, on("box", "outer", catches(CODES[kind][0])), user("far"), end(), end("g"),
             flow("start box end"), flow("outer far g"))  # fmt: skip
    assert walk(diagram(*parts, called={"throwing": throwing(kind)})).do("ask").waiting == ["near"]


@pytest.mark.parametrize("kind", THROWS)
def test_what_the_nearest_does_not_take_goes_outwards(kind: str) -> None:
    """Another code is passed over on the way."""
    catches = THROWS[kind]
    mine, other = CODES[kind]
    box = sub(
        "box", start("s"), call("c", "throwing"), on("c", "inner", catches(other)), user("near"), end("e"), end("f"),
        flow("s c e"), flow("inner near f"),
    )  # fmt: skip
    parts = (start(), box, on("box", "outer", catches(mine)), user("far"), end(), end("g"),
             flow("start box end"), flow("outer far g"))  # fmt: skip
    assert walk(diagram(*parts, called={"throwing": throwing(kind)})).do("ask").waiting == ["far"]


@pytest.mark.parametrize("kind", THROWS)
@pytest.mark.parametrize("order", [("any", "mine"), ("mine", "any")])
def test_the_event_with_the_code_goes_before_the_one_for_any(kind: str, order: tuple[str, str]) -> None:
    """Whichever is drawn first."""
    catches = THROWS[kind]
    events = {"any": on("c", "any", catches()), "mine": on("c", "mine", catches(CODES[kind][0]))}
    parts = (
        start(), call("c", "throwing"), *(events[name] for name in order), user("a"), user("m"), end("e1"),
        end("e2"), end("e3"), flow("start c e1"), flow("any a e2"), flow("mine m e3"),
    )  # fmt: skip
    assert walk(diagram(*parts, called={"throwing": throwing(kind)})).do("ask").waiting == ["m"]


@pytest.mark.parametrize("kind", THROWS)
def test_a_bystander_does_not_catch(kind: str) -> None:
    """The same event on an activity beside the thrower stays armed and silent."""
    catches = THROWS[kind]
    parts = (
        start(), parallel("p"), call("c", "throwing"), on("c", "own", catches()), user("beside"),
        call("by", "waiting"), on("by", "bystander", catches()), user("mine"), user("wrong"),
        end("e1"), end("e2"), end("e3"), end("e4"),
        flow("start p c e1"), flow("p by e2"), flow("own mine e3"), flow("bystander wrong e4"), flow("p beside e2"),
    )  # fmt: skip
    waiting = (start(), user("wait"), end(), flow("start wait end"))
    case = walk(diagram(*parts, called={"throwing": throwing(kind), "waiting": waiting})).do("ask")
    assert case.waiting == ["beside", "mine", "wait"]


def test_a_call_beside_a_waiting_join_may_throw() -> None:
    """A token at a join is no catcher."""
    parts = (
        start(), parallel("split"), parallel("join"), call("c", "raising"), end(),
        flow("start split join end"), flow("split c join"),
    )  # fmt: skip
    assert walk(diagram(*parts, called={"raising": throwing("escalation")})).do("ask").ended


def test_an_error_is_not_an_escalation() -> None:
    """Each is caught by its own kind only."""
    parts = (start(), call("c", "raising"), on("c", "own", error()), user("wrong"), user("after"), end(), end("f"),
             flow("start c after end"), flow("own wrong f"))  # fmt: skip
    case = walk(diagram(*parts, called={"raising": throwing("escalation")})).do("ask")
    assert case.waiting == ["after"]


def test_an_end_event_that_escalates_lets_the_other_branches_finish() -> None:
    """An escalation ends its own path only (BPMN 2.0.2, 10.5.3)."""
    raising = (start(), parallel("p"), user("a"), end("up", escalation("C1")), user("b"), end(),
               flow("start p a up"), flow("p b end"))  # fmt: skip
    parts = (start(), call("c", "raising"), on("c", "heard", escalation("C1"), interrupting=False), user("react"),
             end(), end("f"), flow("start c end"), flow("heard react f"))  # fmt: skip
    case = walk(diagram(*parts, called={"raising": raising})).do("a")
    assert case.waiting == ["b", "react"]
    assert case.do("b", "react").ended


def test_an_escalation_may_be_thrown_before_anything_waits() -> None:
    """The boundary event is armed before its activity's first step."""
    raising = (start(), throw("up", escalation("C1")), user("go"), end(), flow("start up go end"))
    parts = (start(), call("c", "raising"), on("c", "heard", escalation("C1"), interrupting=False), user("react"),
             end(), end("f"), flow("start c end"), flow("heard react f"))  # fmt: skip
    assert walk(diagram(*parts, called={"raising": raising})).waiting == ["go", "react"]


STOP = (start(), parallel("p"), user("a"), user("b"), call("c", "asking"), end("stop", TERMINATE), end(),
        flow("start p a stop"), flow("p b end"), flow("p c end"))  # fmt: skip
ASK = (start(), user("ask"), end(), flow("start ask end"))


def test_a_terminate_end_in_a_called_process_ends_only_that() -> None:
    """The caller goes on normally (BPMN 2.0.2, 10.5.3)."""
    parts = (start(), parallel("q"), call("x", "stopping"), user("after"), user("other"), end(), end("e2"),
             flow("start q x after end"), flow("q other e2"))  # fmt: skip
    case = walk(diagram(*parts, called={"stopping": STOP, "asking": ASK}))
    assert case.waiting == ["a", "ask", "b", "other"]
    assert case.do("a").waiting == ["after", "other"]
    assert case.do("after", "other").ended


def test_a_terminate_end_in_an_embedded_subprocess_ends_only_that() -> None:
    """The subprocess is completed, what surrounds it goes on."""
    inside = (start("s"), parallel("p"), user("a"), user("b"), end("stop", TERMINATE), end("e"), flow("s p a stop"),
              flow("p b e"))  # fmt: skip
    parts = (start(), sub("box", *inside), user("after"), end(), flow("start box after end"))
    assert walk(diagram(*parts)).do("a").waiting == ["after"]


def test_a_terminate_end_at_the_top_ends_everything() -> None:
    """Called processes included."""
    case = walk(diagram(*STOP, called={"asking": ASK})).do("a")
    assert case.ended
    assert (case.waiting, case.process.active_elements()) == ([], [])
