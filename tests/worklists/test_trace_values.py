"""Values of the record in words: also those that earlier releases wrote down in another way."""

from __future__ import annotations

from typing import Any

import pytest

from worklists.trace_values import in_words


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (None, "unknown"),
        (True, "yes"),
        ([1, "2026-01-13", None], "1, Tue 13 Jan 2026, unknown"),
        ({"on_time": False}, "on time no"),
        ("P14D", "14 days"),
        ("P2DT3H30M", "2 days 3 hours 30 minutes"),
        ("P1Y3M", "1 year 3 months"),
        ("Please call", "Please call"),
    ],
)
def test_a_value_of_the_record_is_said_in_words(recorded: Any, said: str) -> None:
    """Durations stand there as FEEL writes them."""
    assert in_words(recorded) == said


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ("14 days, 0:00:00", "14 days"),
        ("3:30:00", "3 hours 30 minutes"),
        ("-1 day, 12:00:00", "minus 12 hours"),
        ("YearsMonths(months=15)", "1 year 3 months"),
    ],
)
def test_a_duration_of_an_older_entry_reads_the_same(recorded: str, said: str) -> None:
    """They were written as Python writes them, and stay so: an entry is never changed."""
    assert in_words(recorded) == said
