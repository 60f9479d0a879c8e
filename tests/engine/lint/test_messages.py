"""Rule messages: a message's name is an event type."""

from __future__ import annotations

from tests.engine.bpmn.diagrams import ADMITTED, bundle, end, flow, message, receive, start
from tests.engine.lint.findings import found, replaced

RULE = "messages"
STARTED = bundle(start("in", message(ADMITTED)), receive("r", ADMITTED), end(), flow("in r end"))


def test_a_known_event_type_is_clean() -> None:
    """In events and receive tasks."""
    assert found(STARTED, RULE) == []


def test_an_unknown_event_type_is_named() -> None:
    """By each element that waits for it."""
    sources = replaced(STARTED, f'name="{ADMITTED}"', 'name="transition.admited"')
    expected = "no event type 'transition.admited'"
    assert found(sources, RULE) == [("in", expected), ("r", expected)]


def test_a_reference_to_no_message_is_named() -> None:
    """Missing or leading nowhere."""
    sources = replaced(
        STARTED, f'messageRef="message_{ADMITTED}"/></bpmn:startEvent>', "/></bpmn:startEvent>"
    )
    sources = replaced(sources, f'name="r" messageRef="message_{ADMITTED}"', 'name="r" messageRef="gone"')
    assert found(sources, RULE) == [("in", "names no message"), ("r", "names no message")]
