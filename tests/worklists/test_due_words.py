"""When a task is due, in words."""

from __future__ import annotations

from datetime import date

import pytest

from tests.worklists.rows import TODAY, in_days
from worklists.due_words import due_words, window_left, window_words


@pytest.mark.parametrize(
    ("priority", "due", "text", "tone"),
    [
        ("normal", -1, "1 day late", "late"),
        ("normal", -12, "12 days late", "late"),
        ("urgent", -2, "2 days late", "urgent"),
        ("urgent", 0, "by 17:00 · same day", "urgent"),
        ("normal", 0, "today", "plain"),
        ("high", 1, "tomorrow", "plain"),
        ("normal", 5, "5 days left", "plain"),
    ],
)
def test_a_due_date_is_said_in_words(priority: str, due: int, text: str, tone: str) -> None:
    """A person reads how late it is, not a date to subtract."""
    words = due_words(priority, in_days(due), TODAY)
    assert (words.text, words.tone) == (text, tone)


def test_a_window_is_said_by_both_its_days() -> None:
    """The month is said once where it is the same."""
    assert window_words(TODAY, in_days(7)) == "Tue 13 – Tue 20 Jan"
    assert window_words(date(2026, 1, 28), date(2026, 2, 3)) == "Wed 28 Jan – Tue 3 Feb"
    assert window_words(TODAY, None) is None


@pytest.mark.parametrize(
    ("closes", "words"),
    [
        (3, "the window stays open 3 days more"),
        (0, "the window closes today"),
        (-1, "the window closed 1 day ago"),
        (None, None),
    ],
)
def test_how_long_a_window_stays_open_is_said(closes: int | None, words: str | None) -> None:
    """A task can be done until its window closes, also when it is past due."""
    assert window_left(None if closes is None else in_days(closes), TODAY) == words
