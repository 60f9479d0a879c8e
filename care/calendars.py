"""When a period ends, on local calendars with business days, federal holidays and clock changes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from care.errors import NaiveInstant, PeriodError
from care.periods import Cycle, Period

__all__ = [
    "BusinessCalendar",
    "Cycle",
    "Period",
    "add_period",
    "day_number",
    "due_on",
    "federal_holidays",
    "local_date",
    "occurrence",
    "start_of_day",
]

SATURDAY = 5


@lru_cache(maxsize=256)
def federal_holidays(year: int) -> frozenset[date]:
    """The US federal holidays of a year with the days they are observed on (5 U.S.C. 6103)."""
    # a fresh object per year: the library's calendar grows while it is read, which threads must not share
    return frozenset(day for day in holidays.country_holidays("US", years=year) if day.year == year)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Monday to Friday without holidays; `closed` adds the organisation's own closing days."""

    holidays_of: Callable[[int], frozenset[date]] = federal_holidays
    closed: frozenset[date] = field(default_factory=frozenset)

    def is_business_day(self, day: date) -> bool:
        """Whether the organisation works on that day."""
        return day.weekday() < SATURDAY and day not in self.closed and day not in self.holidays_of(day.year)

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`; 0 gives `day` itself or the next business day."""
        if count < 0:
            raise PeriodError(f"B{count}D", "business days are counted forward; use 0 or more")
        if count == 0:
            return day if self.is_business_day(day) else self.add_business_days(day, 1)
        for _ in range(count):
            day = _next(day)
            while not self.is_business_day(day):
                day = _next(day)
        return day


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in a zone."""
    return _aware(instant).astimezone(zone).date()


def add_period(instant: datetime, period: Period, zone: ZoneInfo, calendar: BusinessCalendar) -> datetime:
    """The instant, in UTC, at which a period that starts at `instant` ends.

    Years, months, days and business days keep the wall-clock time of `zone` (a month's end is clamped: 31
    January plus a month is the last day of February). A time that the spring clock change skips moves forward
    by the gap; a time that happens twice in autumn is its first one. Hours, minutes and seconds are absolute
    and come last.

    Raises NaiveInstant, and PeriodError when the result leaves the calendar.
    """
    start = _aware(instant).astimezone(UTC)
    try:
        if period.has_calendar_part:
            wall = start.astimezone(zone).replace(tzinfo=None)
            day = _add_calendar_part(wall.date(), period, calendar)
            start = _instant_of(datetime.combine(day, wall.time()), zone)
        return start + period.elapsed
    except (OverflowError, ValueError) as error:
        raise PeriodError(str(period), f"from {instant.isoformat()} leads out of the calendar") from error


def occurrence(
    cycle: Cycle, number: int, activated: datetime, zone: ZoneInfo, calendar: BusinessCalendar
) -> datetime | None:
    """The instant, in UTC, of a cycle's `number`-th repetition (from 1), or None when it has fewer.

    A cycle with a start repeats first at its start; one without repeats first a period after its activation.
    Each repetition is counted from that origin, so a cycle of months begun on the 31st does not drift.
    """
    if cycle.times is not None and number > cycle.times:
        return None
    if cycle.start is None:
        return add_period(activated, cycle.period.times(number), zone, calendar)
    return add_period(cycle.start, cycle.period.times(number - 1), zone, calendar)


def due_on(opened: datetime, period: Period, zone: ZoneInfo, calendar: BusinessCalendar) -> date:
    """The local calendar day on which something opened at an instant is due."""
    return local_date(add_period(opened, period, zone, calendar), zone)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, at which a calendar day begins in a zone."""
    return _instant_of(datetime.combine(day, time()), zone)


def day_number(aligned_on: date, today: date) -> int:
    """Days since alignment: the day of alignment is day 0, so day 60 is `aligned_on` plus 60 days."""
    return (today - aligned_on).days


def _add_calendar_part(day: date, period: Period, calendar: BusinessCalendar) -> date:
    day = _add_months(day, 12 * period.years + period.months) + timedelta(days=period.days)
    return calendar.add_business_days(day, period.business_days) if period.business_days else day


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    # fold 0 is the first of two equal times; in a gap it has the offset before the change: later by the gap
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _aware(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise NaiveInstant(instant)
    return instant


def _next(day: date) -> date:
    try:
        return day + timedelta(days=1)
    except OverflowError as error:
        raise PeriodError("B1D", f"from {day} leads out of the calendar") from error
