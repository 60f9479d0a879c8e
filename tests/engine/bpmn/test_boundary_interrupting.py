"""Interrupting boundary events end their activity, whatever runs in it, and take its token."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagrams import (
    ADMITTED,
    TERMINATE,
    call,
    diagram,
    end,
    error,
    escalation,
    exclusive,
    flow,
    message,
    on,
    parallel,
    start,
    sub,
    throw,
    timer,
    times,
    user,
)
from tests.engine.bpmn.running import walk

ASK = (start(), user("ask"), end(), flow("start ask end"))
FAIL = (start(), user("ask"), end("failed", error("E1")), flow("start ask failed"))
RAISE = (
    start(),
    user("ask"),
    throw("up", escalation("C1")),
    user("more"),
    end(),
    flow("start ask up more end"),
)
CALLED = {"asking": ASK, "failing": FAIL, "raising": RAISE}

# What the activity "act" may be; each waits at the task "ask".
ACTIVITIES = {
    "user task": user("ask"),
    "call activity": call("act", "asking"),
    "subprocess": sub("act", start("s"), user("ask"), end("e"), flow("s ask e")),
    "subprocess with a call": sub("act", start("s"), call("inner", "asking"), end("e"), flow("s inner e")),
    "multi-instance task": user("ask", times("3")),
    "multi-instance calls": call("act", "asking", times("3")),
    "sequential calls": call("act", "asking", times("3", sequential=True)),
    "multi-instance subprocess with calls": sub(
        "act", start("s"), call("inner", "asking"), end("e"), flow("s inner e"), times("3")
    ),
}


def guarded(activity: str, definition: str) -> tuple[str, ...]:
    name = "ask" if 'id="act"' not in activity else "act"
    return (
        start(), activity, on(name, "event", definition), user("normal"), user("handle"), end("e1"), end("e2"),
        flow(f"start {name} normal e1"), flow("event handle e2"),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ACTIVITIES)
@pytest.mark.parametrize(
    "definition", [message(ADMITTED), timer("duration", "P3D")], ids=["message", "timer"]
)
def test_the_event_ends_the_activity_with_everything_in_it(kind: str, definition: str) -> None:
    """Only the event's own path goes on (BPMN 2.0.2, 10.5.4 and 13.5.3)."""
    case = walk(diagram(*guarded(ACTIVITIES[kind], definition), called=CALLED))
    assert set(case.waiting) == {"ask"}
    case.send(ADMITTED)
    assert case.pass_days(3).waiting == ["handle"]
    assert case.send(ADMITTED) == 0
    assert case.do("handle").ended


@pytest.mark.parametrize("kind", ACTIVITIES)
def test_the_event_is_disarmed_when_the_activity_completes(kind: str) -> None:
    """What comes later finds nobody."""
    parts = guarded(ACTIVITIES[kind], timer("duration", "P3D"))
    case = walk(diagram(*parts, called=CALLED))
    while "ask" in case.waiting:
        case.do("ask")
    assert (case.waiting, case.due_in_days()) == (["normal"], None)
    assert case.pass_days(30).waiting == ["normal"]
    assert case.do("normal").ended


@pytest.mark.parametrize(
    ("activity", "definition"),
    [
        (call("act", "failing"), error("E1")),
        (call("act", "failing", times("2")), error("E1")),
        (sub("act", start("s"), call("inner", "failing"), end("e"), flow("s inner e")), error("E1")),
        (sub("act", start("s"), user("ask"), end("e", error("E1")), flow("s ask e")), error("E1")),
        (call("act", "raising"), escalation("C1")),
        (sub("act", start("s"), call("inner", "raising"), end("e"), flow("s inner e")), escalation("C1")),
    ],
    ids=[
        "error of a call",
        "of many calls",
        "of a call within",
        "of a subprocess",
        "escalation",
        "from within",
    ],
)
def test_what_is_thrown_inside_ends_the_activity(activity: str, definition: str) -> None:
    """The path after the throwing event is not taken (BPMN 2.0.2, 10.5.6)."""
    case = walk(diagram(*guarded(activity, definition), called=CALLED)).do("ask")
    assert case.waiting == ["handle"]
    assert case.do("handle").ended


def test_an_escalation_that_ends_its_scope_starts_nothing_in_it() -> None:
    """Not even the call that would have followed the throwing event."""
    rest = call("inner", "asking")
    box = sub("act", start("s"), throw("up", escalation("C1")), rest, end("e"), flow("s up inner e"))
    case = walk(diagram(*guarded(box, escalation("C1")), called=CALLED))
    assert case.waiting == ["handle"]


def test_of_several_events_the_first_disarms_the_others() -> None:
    """One of them interrupts, the others are gone with the activity."""
    parts = (
        start(), user("ask"), on("ask", "m", message(ADMITTED)), on("ask", "t", timer("duration", "P1D")),
        user("a"), user("b"), end(), flow("start ask end"), flow("m a end"), flow("t b end"),
    )  # fmt: skip
    case = walk(diagram(*parts)).pass_days(1)
    assert (case.waiting, case.send(ADMITTED)) == (["b"], 0)


def test_an_activity_reached_again_arms_its_events_again() -> None:
    """A path back to the activity is a new round of it."""
    parts = (
        start(), exclusive("again"), user("ask"), on("ask", "late", timer("duration", "P2D")), user("remind"), end(),
        flow("start again ask end"), flow("late remind again"),
    )  # fmt: skip
    case = walk(diagram(*parts))
    for _ in range(3):
        assert case.pass_days(2).waiting == ["remind"]
        assert case.do("remind").waiting == ["ask"]
        assert case.due_in_days() == 2
    assert case.do("ask").ended


def test_a_timer_that_is_due_at_once_ends_the_activity_at_once() -> None:
    """A date in the past does not wait for a tick."""
    case = walk(diagram(*guarded(user("ask"), timer("date", "today"))))
    assert case.waiting == ["handle"]


def test_a_terminate_end_inside_an_interrupted_subprocess_is_its_own() -> None:
    """It ends the subprocess normally; the boundary event does not fire."""
    inside = (start("s"), parallel("p"), user("ask"), user("x"), end("e", TERMINATE), end("f"), flow("s p ask e"),
              flow("p x f"))  # fmt: skip
    case = walk(diagram(*guarded(sub("act", *inside), message(ADMITTED)))).do("ask")
    assert case.waiting == ["normal"]
