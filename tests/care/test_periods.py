"""Durations and cycles are read as written, written back the same, and refused with a hint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.errors import NaiveInstant, PeriodError
from care.periods import Cycle, Period

SMALL = st.integers(0, 500)
PERIODS = st.one_of(
    st.builds(Period, years=SMALL, months=SMALL, days=SMALL, hours=SMALL, minutes=SMALL, seconds=SMALL),
    st.builds(Period, business_days=SMALL),
)
INSTANTS = st.datetimes(
    min_value=datetime(2020, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)
)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("P3D", Period(days=3)),
        ("P1M", Period(months=1)),
        ("PT4H", Period(hours=4)),
        ("P2W", Period(days=14)),
        ("P1Y2M3DT4H", Period(years=1, months=2, days=3, hours=4)),
        ("B2D", Period(business_days=2)),
        ("P0D", Period()),
    ],
)
def test_a_duration_is_read_as_written(text: str, period: Period) -> None:
    """ISO 8601 durations and business days are read part by part."""
    assert Period.parse(text) == period


@given(PERIODS)
def test_a_duration_written_and_read_is_the_same(period: Period) -> None:
    """What `str` writes, `parse` reads back."""
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "write for example P3D"),
        ("P", "write for example P3D"),
        ("P1DT", "write for example P3D"),
        ("p3d", "did you mean 'P3D'"),
        ("3D", "did you mean 'P3D'"),
        ("2", "'B2D'"),
        ("P2B", "'B2D'"),
        ("P4H", "did you mean 'PT4H'"),
        ("P1.5D", "only whole numbers"),
        ("P-3D", "write for example"),
        ("P99999D", "no part may be larger"),
        ("P" + "1" * 100 + "D", "is too long"),
        ("next week", "write for example"),
    ],
)
def test_an_unreadable_duration_is_refused_with_a_hint(text: str, hint: str) -> None:
    """A person who mistypes a duration is told what to write."""
    with pytest.raises(PeriodError, match=hint):
        Period.parse(text)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    """Any text is a duration that can be written back, or a PeriodError, never another failure."""
    try:
        period = Period.parse(text)
    except PeriodError:
        return
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize("parts", [{"days": -1}, {"days": 1, "business_days": 1}])
def test_a_period_that_means_nothing_cannot_be_made(parts: dict[str, int]) -> None:
    """Negative parts and mixed business days are refused."""
    with pytest.raises(PeriodError):
        Period(**parts)


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("R/P7D", Cycle(None, None, Period(days=7))),
        ("R52/P7D", Cycle(52, None, Period(days=7))),
        ("R/2026-01-01T09:00:00Z/P7D", Cycle(None, datetime(2026, 1, 1, 9, tzinfo=UTC), Period(days=7))),
    ],
)
def test_a_cycle_is_read_as_written(text: str, cycle: Cycle) -> None:
    """Repetitions, start and period of an ISO 8601 repeating interval are read."""
    assert Cycle.parse(text) == cycle


@given(times=st.none() | st.integers(1, 999), start=st.none() | INSTANTS, days=st.integers(1, 400))
def test_a_cycle_written_and_read_is_the_same(times: int | None, start: datetime | None, days: int) -> None:
    """What `str` writes, `parse` reads back."""
    cycle = Cycle(times, start, Period(days=days))
    assert Cycle.parse(str(cycle)) == cycle


@pytest.mark.parametrize(
    "text", ["P7D", "R/P0D", "R0/P7D", "R/x/P7D", "R/2026-01-01T09:00:00Z/P7D/P7D", "R/P7"]
)
def test_an_unreadable_cycle_is_refused(text: str) -> None:
    """A cycle that never ends at once, never repeats or cannot be read is refused."""
    with pytest.raises(PeriodError):
        Cycle.parse(text)


def test_a_cycle_without_a_time_zone_is_refused() -> None:
    """A start that could be any moment is not guessed."""
    with pytest.raises(NaiveInstant):
        Cycle.parse("R/2026-01-01T09:00:00/P7D")


def test_hours_are_elapsed_time() -> None:
    """The absolute part is a plain length of time."""
    assert Period.parse("P1DT1H30M5S").elapsed == timedelta(hours=1, minutes=30, seconds=5)
