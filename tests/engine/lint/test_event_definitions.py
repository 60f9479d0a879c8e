"""Rule event-definitions: each event carries at most the one definition that its place allows."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagrams import (
    ADMITTED,
    TERMINATE,
    bundle,
    catch,
    end,
    error,
    escalation,
    flow,
    message,
    on,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.lint.findings import found

RULE = "event-definitions"
TIMER = timer("duration", "P1D")


def in_place(event: str, definition: str, interrupting: bool = True) -> dict[str, str]:
    """A bundle with the definition in an event "e" of that kind."""
    parts = {
        "start": (start("e", definition), end(), flow("e end")),
        "end": (start(), end("e", definition), flow("start e")),
        "catch": (start(), catch("e", definition), end(), flow("start e end")),
        "throw": (start(), throw("e", definition), end(), flow("start e end")),
        "boundary": (start(), user("a"), on("a", "e", definition, interrupting=interrupting), end(), end("f"),
                     flow("start a end"), flow("e f")),
    }  # fmt: skip
    return bundle(*parts[event])


DEFINITIONS = {
    "message": message(ADMITTED),
    "timer": TIMER,
    "error": error("E1"),
    "escalation": escalation("C1"),
    "terminate": TERMINATE,
    "none": "",
}
ALLOWED = {
    "start": {"none", "message"},
    "end": {"none", "terminate", "error", "escalation"},
    "catch": {"message", "timer"},
    "throw": {"none", "escalation"},
    "boundary": {"message", "timer", "error", "escalation"},
}


@pytest.mark.parametrize("event", ALLOWED)
@pytest.mark.parametrize("definition", DEFINITIONS)
def test_a_definition_is_allowed_where_it_is_run(event: str, definition: str) -> None:
    """Everywhere else the event is named."""
    findings = found(in_place(event, DEFINITIONS[definition]), RULE)
    assert [element for element, _ in findings] == ([] if definition in ALLOWED[event] else ["e"])


def test_several_definitions_in_one_event_are_named() -> None:
    """A multiple event is not run."""
    assert found(in_place("catch", message(ADMITTED) + TIMER), RULE) == [
        ("e", "has several event definitions")
    ]


def test_an_error_always_interrupts() -> None:
    """BPMN 2.0.2, 10.5.4 and 13.5.3: there is no non-interrupting error event."""
    assert found(in_place("boundary", error("E1"), interrupting=False), RULE) == [
        ("e", "an error always interrupts")
    ]


@pytest.mark.parametrize(
    ("event", "interrupting"), [("catch", True), ("boundary", True), ("boundary", False)]
)
def test_a_cycle_stands_on_a_non_interrupting_boundary_event_only(event: str, interrupting: bool) -> None:
    """Elsewhere it could fire once only."""
    findings = found(in_place(event, timer("cycle", "R/P1D"), interrupting), RULE)
    assert findings == ([] if not interrupting else [("e", "a cycle fires once here")])


@pytest.mark.parametrize("inside", ["", "<!-- a comment -->"])
def test_a_timer_without_an_instant_is_named(inside: str) -> None:
    """Also when a comment stands in its place."""
    empty = f"<bpmn:timerEventDefinition>{inside}</bpmn:timerEventDefinition>"
    assert found(in_place("catch", empty), RULE) == [
        ("e", "a timer has one of timeDate, timeDuration, timeCycle")
    ]


def test_a_subprocess_that_begins_with_a_message_is_named() -> None:
    """An embedded subprocess begins with its process's token."""
    box = sub("box", start("s", message(ADMITTED)), end("e"), flow("s e"))
    expected = "an embedded subprocess begins with a none start event"
    assert found(bundle(start(), box, end(), flow("start box end")), RULE) == [("s", expected)]
