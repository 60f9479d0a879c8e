"""Dates, times and durations that Python's own types cannot hold: years before 1 and after 9999, and nanoseconds.

FEEL knows years to ±999,999,999 and takes seconds as decimals. Each such value is Python's where that is exact, and a
`Beyond` where it is not, never both; so what a caller meets in practice are Python's types. The Gregorian calendar
repeats after 400 years, weekdays included, and so a date far away has the calendar of one that Python knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final, TypeAlias

MICROSECOND: Final = 1_000
SECOND: Final = 1_000_000_000
DAY: Final = 86_400 * SECOND
MOST_YEARS: Final = 999_999_999
_CYCLE_YEARS: Final = 400
_CYCLE: Final = 146_097 * DAY
_PYTHON_DAYS: Final = date.max.toordinal()
_PYTHON_DURATION: Final = 999_999_999 * DAY
_LONGEST: Final = (MOST_YEARS + 1) * 366 * DAY
_MIDNIGHT: Final = time(0)
#: A year of the cycle in which time zones are known and rules for summer time are those of today.
_KNOWN_CYCLE: Final = 5
_EPSILON: Final = timedelta(microseconds=1)

Kind: TypeAlias = "type[date] | type[datetime] | type[time] | type[timedelta]"
Temporal: TypeAlias = "date | datetime | time | timedelta | Beyond"


@dataclass(frozen=True, slots=True)
class Beyond:
    """`nanoseconds` count from the first day of year 1, from midnight for a time, or are a duration's length."""

    kind: Kind
    nanoseconds: int
    zone: tzinfo | None = None

    @property
    def near(self) -> datetime:
        """The same day of the calendar and second of the day, in a cycle of years that Python knows."""
        rest = self.nanoseconds % _CYCLE + _KNOWN_CYCLE * _CYCLE
        return (datetime.min + timedelta(microseconds=rest // MICROSECOND)).replace(tzinfo=self.zone)

    @property
    def year(self) -> int:
        return self.near.year + (self.nanoseconds // _CYCLE - _KNOWN_CYCLE) * _CYCLE_YEARS

    @property
    def month(self) -> int:
        return self.near.month

    @property
    def day(self) -> int:
        return self.near.day

    @property
    def hour(self) -> int:
        return self.near.hour

    @property
    def minute(self) -> int:
        return self.near.minute

    @property
    def second(self) -> int:
        return self.near.second

    @property
    def tzinfo(self) -> tzinfo | None:
        return self.zone

    def isoweekday(self) -> int:
        return self.near.isoweekday()

    def utcoffset(self) -> timedelta | None:
        if self.kind is time:
            return None if self.zone is None else self.zone.utcoffset(None)
        return self.near.utcoffset()


def kind_in(value: object) -> type:
    """Python's type for what a value is, also where that type cannot hold it."""
    return value.kind if type(value) is Beyond else type(value)


def exact(value: Temporal) -> int:
    """The nanoseconds that a value counts, as `Beyond` does; of an instant its local clock, whatever its zone."""
    if isinstance(value, Beyond):
        return value.nanoseconds
    if isinstance(value, timedelta):
        return value // _EPSILON * MICROSECOND
    if isinstance(value, time):
        return _of_day(value)
    days = (value.toordinal() - 1) * DAY
    return days + _of_day(value) if isinstance(value, datetime) else days


def _of_day(value: time | datetime) -> int:
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return seconds * SECOND + value.microsecond * MICROSECOND


def made(kind: type, nanoseconds: int, zone: tzinfo | None = None) -> Temporal | None:
    """The value of a kind that counts so many nanoseconds; None beyond what FEEL knows."""
    if kind is timedelta:
        return _duration(nanoseconds)
    if kind is time:
        nanoseconds %= DAY
        if nanoseconds % MICROSECOND:
            return Beyond(time, nanoseconds, zone)
        return (datetime.min + timedelta(microseconds=nanoseconds // MICROSECOND)).time().replace(tzinfo=zone)
    days, clock = divmod(nanoseconds, DAY)
    if not 0 <= days < _PYTHON_DAYS or clock % MICROSECOND:
        found = Beyond(kind, nanoseconds, zone)
        return found if abs(found.year) <= MOST_YEARS else None
    day = date.fromordinal(days + 1)
    if kind is date:
        return day
    return datetime.combine(day, _MIDNIGHT, zone) + timedelta(microseconds=clock // MICROSECOND)


def _duration(nanoseconds: int) -> timedelta | Beyond | None:
    if abs(nanoseconds) < _PYTHON_DURATION and not nanoseconds % MICROSECOND:
        return timedelta(microseconds=nanoseconds // MICROSECOND)
    return Beyond(timedelta, nanoseconds) if abs(nanoseconds) <= _LONGEST else None


def made_date(year: int, month: int, day: int) -> date | Beyond | None:
    """The date with these numbers, or None when there is no such day in years -999,999,999 to 999,999,999."""
    cycle, rest = divmod(year - 1, _CYCLE_YEARS)
    if abs(year) > MOST_YEARS or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        near = date(rest + 1, month, day)
    except ValueError:  # the 30th of February
        return None
    found = made(date, exact(near) + cycle * _CYCLE)
    assert isinstance(found, date | Beyond)
    return found


def near_date(value: date | Beyond) -> date:
    """A date with the same month, day, weekday, week and length of month, in a year that Python knows."""
    return value.near.date() if isinstance(value, Beyond) else value


def offset_of(value: Temporal) -> int | None:
    """The offset from UTC in nanoseconds; None for a local date or time, and for a duration."""
    if isinstance(value, timedelta) or kind_in(value) in (date, timedelta):
        return None
    offset = value.utcoffset()  # type: ignore[union-attr]
    return None if offset is None else exact(offset)
