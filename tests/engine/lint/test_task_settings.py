"""Rule task-settings: every user task says what kind of work it is, whose, by when and on which form."""

from __future__ import annotations

import pytest

from tests.engine.lint.findings import found, replaced, simple

RULE = "task-settings"


def test_a_task_with_known_settings_is_clean() -> None:
    """Business days and a closing period included."""
    assert found(simple(), RULE) == []
    assert found(replaced(simple(), 'due="P1D"', 'due="B2D" closes="P6D"'), RULE) == []


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('kind="review"', 'kind="reviews"', "Kind 'reviews' is not known"),
        ('role="case_manager"', 'role="manager"', "Role 'manager' is not known"),
        ('due="P1D"', 'due="P1D" priority="top"', "Priority 'top' is not known"),
        ('due="P1D"', 'due="1 day"', "Due: "),
        ('form="answer"', 'form="anser"', "Form: no form 'anser'"),
    ],
)
def test_a_setting_with_an_unknown_value_is_named(old: str, new: str, part: str) -> None:
    """The hint offers the nearest known value."""
    [(element, message)] = found(replaced(simple(), old, new), RULE)
    assert element == "a"
    assert part in message


def test_a_user_task_without_settings_is_named() -> None:
    """Nobody would know what to do."""
    sources = replaced(simple(), "<tl:task", "<other")
    assert found(sources, RULE) == [("a", "The task (tl:task) is not set: a user task needs it")]
