"""The moments that scenarios name are the ones that people mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.calendars import BusinessCalendar, local_date
from engine.scenarios.moments import Frame, moment

ZONE = ZoneInfo("America/New_York")
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def frame(now: datetime) -> Frame:
    return Frame(now, date(2026, 7, 6), ZONE, BusinessCalendar())


@given(INSTANTS, st.integers(0, 900))
def test_days_of_the_case_begin_at_nine_on_the_wall(now: datetime, day: int) -> None:
    """Summer and winter: day n is n calendar days after alignment."""
    found = moment(f"day {day}")
    assert found is not None
    local = found.instant(frame(now)).astimezone(ZONE)
    assert (local.date(), local.hour, local.minute) == (date(2026, 7, 6) + timedelta(days=day), 9, 0)


@given(INSTANTS, st.integers(0, 400), st.sampled_from(["day", "week"]))
def test_later_and_ago_are_each_others_way_back(now: datetime, count: int, unit: str) -> None:
    """On the calendar, whatever the clocks do in between."""
    later, ago = moment(f"{count} {unit}s later"), moment(f"{count} {unit}s ago")
    assert later is not None
    assert ago is not None
    there = later.instant(frame(now))
    assert local_date(ago.instant(frame(there)), ZONE) == local_date(now, ZONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-07-02 09:00"),
        ("today, 17:30", "2026-07-02 17:30"),
        ("2 business days later", "2026-07-07 08:15"),  # the 3rd is the observed Independence Day
        ("1 month later", "2026-08-02 08:15"),
        ("3 hours ago", "2026-07-02 05:15"),
        ("week 4", "2026-08-03 09:00"),
        ("2026-12-24", "2026-12-24 09:00"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    """Each way of saying when, from a quarter past eight on Thursday, 2 July 2026."""
    found = moment(text)
    assert found is not None
    now = datetime(2026, 7, 2, 8, 15, tzinfo=ZONE)
    assert f"{found.instant(frame(now)).astimezone(ZONE):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize("text", ["soon", "day", "day 3, 25:00", "3 days", "2 business days ago", 7, None, True])
def test_what_is_no_moment_is_none(text: object) -> None:
    """The reader says what could be written instead."""
    assert moment(text) is None
