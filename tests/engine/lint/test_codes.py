"""Rule codes: errors and escalations that an event names are declared and have a code."""

from __future__ import annotations

import pytest

from tests.engine.bpmn.diagrams import bundle, end, error, escalation, flow, on, start, sub, throw
from tests.engine.lint.findings import found, replaced

RULE = "codes"


def throwing(code: str | None) -> dict[str, str]:
    box = sub("box", start("s"), throw("t", escalation("C1")), end("e", error(code)), flow("s t e"))
    return bundle(
        start(), box, on("box", "any", error()), end(), end("f"), flow("start box end"), flow("any f")
    )


def test_declared_codes_and_a_boundary_event_for_any_are_clean() -> None:
    """A boundary event without a reference catches whatever comes."""
    assert found(throwing("E1"), RULE) == []


def test_an_event_that_throws_nothing_is_named() -> None:
    """Nobody could catch it by its code."""
    assert found(throwing(None), RULE) == [("e", "throws no error")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('errorRef="error_E1"', 'errorRef="error_E9"', ("e", "no error 'error_E9'")),
        ('errorCode="E1"', "", ("e", "error 'error_E1' has no code")),
        ('escalationRef="escalation_C1"', 'escalationRef="gone"', ("t", "no escalation 'gone'")),
        ('escalationCode="C1"', 'escalationCode=""', ("t", "escalation 'escalation_C1' has no code")),
    ],
)
def test_a_reference_without_a_code_is_named(old: str, new: str, expected: tuple[str, str]) -> None:
    """A boundary event without a code would catch everything."""
    assert found(replaced(throwing("E1"), old, new), RULE) == [expected]
