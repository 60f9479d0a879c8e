"""Due dates keep to local days, business days, holidays and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.calendars import (
    BusinessCalendar,
    Cycle,
    Period,
    add_period,
    day_number,
    due_on,
    federal_holidays,
    local_date,
    occurrence,
    start_of_day,
)
from care.errors import NaiveInstant, PeriodError

NEW_YORK = ZoneInfo("America/New_York")
CALENDAR = BusinessCalendar()
DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2037, 12, 31))
INSTANTS = st.datetimes(
    min_value=datetime(2025, 1, 1), max_value=datetime(2037, 12, 31), timezones=st.just(UTC)
)
DAY_PERIODS = st.builds(Period, years=st.integers(0, 3), months=st.integers(0, 30), days=st.integers(0, 800))


def at(text: str) -> datetime:
    """A New York wall-clock time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def after(start: str, period: str) -> datetime:
    """Where a period from a New York time ends, on New York's clock without its zone."""
    ended = add_period(at(start), Period.parse(period), NEW_YORK, CALENDAR)
    assert ended.tzinfo is UTC
    return ended.astimezone(NEW_YORK).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2026-01-31T09:00", "P1M", "2026-02-28T09:00"),
        ("2028-01-31T09:00", "P1M", "2028-02-29T09:00"),
        ("2028-02-29T09:00", "P1Y", "2029-02-28T09:00"),
        ("2026-11-30T09:00", "P3M", "2027-02-28T09:00"),
        ("2026-12-15T09:00", "P1M", "2027-01-15T09:00"),
        ("2026-01-31T09:00", "P1M1DT2H", "2026-03-01T11:00"),
    ],
)
def test_a_month_is_a_calendar_month_clamped_to_its_end(start: str, period: str, end: str) -> None:
    """Months keep the day of the month, or the last day where the month is shorter."""
    assert after(start, period) == datetime.fromisoformat(end)


class TestClockChanges:
    """New York loses 2 to 3 am on 2026-03-08 and has 1 to 2 am twice on 2026-11-01."""

    def test_a_day_keeps_the_wall_clock_time(self) -> None:
        """A day over a clock change is 23 or 25 hours long."""
        assert after("2026-03-07T09:00", "P1D") == datetime.fromisoformat("2026-03-08T09:00")
        assert after("2026-10-31T09:00", "P1D") == datetime.fromisoformat("2026-11-01T09:00")

    def test_a_skipped_time_moves_forward(self) -> None:
        """Half past two does not exist that day; half past three is meant."""
        assert after("2026-03-07T02:30", "P1D") == datetime.fromisoformat("2026-03-08T03:30")

    def test_a_doubled_time_is_the_first(self) -> None:
        """Half past one comes twice that day; the first is meant, still on summer time."""
        ended = add_period(at("2026-10-31T01:30"), Period(days=1), NEW_YORK, CALENDAR)
        assert ended == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)

    def test_hours_are_absolute(self) -> None:
        """24 hours over a clock change end an hour later or earlier on the wall."""
        assert after("2026-03-07T09:00", "PT24H") == datetime.fromisoformat("2026-03-08T10:00")
        assert after("2026-10-31T09:00", "PT24H") == datetime.fromisoformat("2026-11-01T08:00")

    def test_the_second_of_two_equal_times_stays_itself(self) -> None:
        """Adding nothing, or hours, to the later half past one does not fall back to the first."""
        second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
        assert add_period(second, Period(), NEW_YORK, CALENDAR) == second
        assert add_period(second, Period(hours=1), NEW_YORK, CALENDAR) == second + timedelta(hours=1)


@given(start=INSTANTS, period=DAY_PERIODS)
def test_a_calendar_period_lands_on_the_expected_local_day(start: datetime, period: Period) -> None:
    """Over any clock change, days and months end on the local day that the calendar says."""
    local = local_date(start, NEW_YORK)
    month = local.year * 12 + local.month - 1 + 12 * period.years + period.months
    first = date(month // 12, month % 12 + 1, 1)
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    clamped = min(first + timedelta(days=local.day - 1), following - timedelta(days=1))
    assert due_on(start, period, NEW_YORK, CALENDAR) == clamped + timedelta(days=period.days)


@given(start=INSTANTS, days=st.integers(1, 400), hours=st.integers(0, 48))
def test_a_longer_period_never_ends_earlier(start: datetime, days: int, hours: int) -> None:
    """Ends rise with the number of days, and lie after the start."""
    ends = [add_period(start, Period(days=n, hours=hours), NEW_YORK, CALENDAR) for n in (0, days, days + 1)]
    assert start <= ends[0] < ends[1] < ends[2]


@given(first=INSTANTS, later=INSTANTS, period=DAY_PERIODS)
def test_what_opens_later_is_never_due_earlier(first: datetime, later: datetime, period: Period) -> None:
    """Due days keep the order of opening."""
    first, later = sorted([first, later])
    assert due_on(first, period, NEW_YORK, CALENDAR) <= due_on(later, period, NEW_YORK, CALENDAR)


@given(day=DAYS, count=st.integers(0, 60))
def test_business_days_never_land_on_a_weekend_or_holiday(day: date, count: int) -> None:
    """The n-th business day is one, with exactly n business days after the start up to it."""
    end = CALENDAR.add_business_days(day, count)
    assert end.weekday() < 5
    assert end not in federal_holidays(end.year)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    worked = sum(CALENDAR.is_business_day(each) for each in between)
    assert worked == count or (count == 0 and worked == 1 and not CALENDAR.is_business_day(day))


@pytest.mark.parametrize(
    ("discharged", "due"),
    [
        ("2026-07-06T15:00", "2026-07-08"),  # Monday
        ("2026-07-10T15:00", "2026-07-14"),  # Friday: over the weekend
        ("2026-07-11T15:00", "2026-07-14"),  # Saturday
        ("2026-07-01T15:00", "2026-07-06"),  # 4 July falls on Saturday and is observed on Friday the 3rd
        ("2026-11-24T22:00", "2026-11-27"),  # over Thanksgiving
        ("2027-12-30T15:00", "2028-01-04"),  # New Year's Day on a Saturday is observed on 31 December
    ],
)
def test_two_business_days_after_a_discharge(discharged: str, due: str) -> None:
    """Weekends and observed federal holidays do not count."""
    assert due_on(at(discharged), Period.parse("B2D"), NEW_YORK, CALENDAR) == date.fromisoformat(due)


def test_an_organisations_own_closing_day_does_not_count() -> None:
    """A closed day is skipped like a holiday."""
    calendar = BusinessCalendar(closed=frozenset({date(2026, 7, 7)}))
    assert calendar.add_business_days(date(2026, 7, 6), 1) == date(2026, 7, 8)


def test_a_year_has_the_eleven_federal_holidays() -> None:
    """2026 has eleven, and Independence Day's observed Friday besides."""
    assert len(federal_holidays(2026)) == 12
    assert {date(2026, 6, 19), date(2026, 7, 3), date(2026, 7, 4), date(2026, 11, 26)} <= federal_holidays(
        2026
    )


def test_the_day_of_alignment_is_day_zero() -> None:
    """Day 60 is sixty days after alignment."""
    assert day_number(date(2026, 7, 5), date(2026, 7, 5)) == 0
    assert day_number(date(2026, 7, 5), date(2026, 9, 3)) == 60


def test_the_local_day_is_not_the_utc_day() -> None:
    """Late evening in New York is already tomorrow in UTC."""
    instant = datetime(2026, 7, 6, 2, tzinfo=UTC)
    assert local_date(instant, NEW_YORK) == date(2026, 7, 5)
    assert start_of_day(date(2026, 7, 6), NEW_YORK) == datetime(2026, 7, 6, 4, tzinfo=UTC)


def test_a_monthly_cycle_does_not_drift_from_the_31st() -> None:
    """Each repetition is counted from the origin: after 28 February comes 31 March."""
    days = [
        local_date(found, NEW_YORK)
        for n in (1, 2, 3)
        if (found := occurrence(Cycle.parse("R/P1M"), n, at("2026-01-31T09:00"), NEW_YORK, CALENDAR))
    ]
    assert days == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]


def test_a_cycle_with_a_start_repeats_first_at_its_start_and_ends() -> None:
    """Two repetitions from a start: the start, a week later, and no more."""
    cycle = Cycle.parse("R2/2026-07-06T13:00:00Z/P7D")
    found = [occurrence(cycle, n, at("2026-01-01T09:00"), NEW_YORK, CALENDAR) for n in (1, 2, 3)]
    assert found == [datetime(2026, 7, 6, 13, tzinfo=UTC), datetime(2026, 7, 13, 13, tzinfo=UTC), None]


def test_a_naive_instant_is_refused() -> None:
    """Nobody can say which moment a time without a zone is."""
    naive = datetime(2026, 7, 6)
    with pytest.raises(NaiveInstant, match="no time zone"):
        add_period(naive, Period(days=1), NEW_YORK, CALENDAR)
    with pytest.raises(NaiveInstant):
        local_date(naive, NEW_YORK)


@pytest.mark.parametrize("period", [Period(years=9000), Period(days=36_525 * 100), Period(business_days=9)])
def test_leaving_the_calendar_is_an_error_that_says_so(period: Period) -> None:
    """A sum past the year 9999 is refused, not an overflow."""
    with pytest.raises(PeriodError, match="out of the calendar"):
        add_period(datetime(9999, 12, 27, tzinfo=UTC), period, NEW_YORK, CALENDAR)


def test_business_days_are_not_counted_backwards() -> None:
    """A negative count is refused."""
    with pytest.raises(PeriodError, match="counted forward"):
        CALENDAR.add_business_days(date(2026, 7, 6), -1)
