"""Which task comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worklists.rows import TODAY, in_days
from worklists.ranking import BANDS, PRIORITIES, SAFETY, band_of, rank

days = st.integers(-60, 60)
priorities = st.sampled_from(PRIORITIES)


@pytest.mark.parametrize(
    ("priority", "due", "band"),
    [
        ("urgent", 5, "now"),
        ("normal", -1, "overdue"),
        ("high", 0, "today"),
        ("normal", 6, "week"),
        ("high", 7, "later"),
    ],
)
def test_a_task_stands_where_its_time_is(priority: str, due: int, band: str) -> None:
    """Urgent is for now; the week is the seven days that begin today."""
    assert band_of(priority, in_days(due), TODAY) == band


@given(days, days)
def test_an_urgent_task_comes_before_any_other(urgent: int, other: int) -> None:
    """Whatever is late, what is urgent stands above it."""
    assert rank("b", "urgent", in_days(urgent), TODAY) < rank("a", "high", in_days(other), TODAY)


@given(days, days, priorities)
def test_safety_comes_first_whatever_priority_somebody_gave_it(safety: int, other: int, priority: str) -> None:
    """It is for now, and stands above all that is not urgent."""
    assert band_of(priority, in_days(safety), TODAY, SAFETY) == "now"
    assert rank("b", priority, in_days(safety), TODAY, SAFETY) < rank("a", "high", in_days(other), TODAY)


@given(st.integers(-60, -1), st.integers(-60, -1), priorities, priorities)
def test_of_two_late_tasks_the_later_one_comes_first(one: int, two: int, p: str, q: str) -> None:
    """Days late decide, not how important somebody called it."""
    if one < two and "urgent" not in (p, q):
        assert rank("b", p, in_days(one), TODAY) < rank("a", q, in_days(two), TODAY)


@given(days, days, priorities.filter(lambda p: p != "urgent"), priorities.filter(lambda p: p != "urgent"))
def test_the_list_reads_in_the_order_of_its_bands(one: int, two: int, p: str, q: str) -> None:
    """A task of a later band never stands above one of an earlier band."""
    first, second = band_of(p, in_days(one), TODAY), band_of(q, in_days(two), TODAY)
    if BANDS.index(first) < BANDS.index(second):
        assert rank("b", p, in_days(one), TODAY) < rank("a", q, in_days(two), TODAY)


def test_within_a_band_what_matters_more_comes_first() -> None:
    """Both are due this week: the high one first, though it is due later."""
    assert rank("b", "high", in_days(5), TODAY) < rank("a", "normal", in_days(2), TODAY)
