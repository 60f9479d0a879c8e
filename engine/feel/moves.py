"""Arithmetic and order of dates, times and durations, exact to the nanosecond (DMN 10.3.2.3, tables 51 to 57)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, Overflow
from typing import Final

from engine.feel.beyond import DAY, Beyond, Temporal, exact, kind_in, made, made_date, offset_of
from engine.feel.values import (
    ARITHMETIC,
    MAX_MONTHS,
    Value,
    YearsMonths,
    number,
    number_too_large,
)

_POINTS: Final = (date, datetime, time)
_BOUND: Final = 10**33
DURATION: Final = timedelta


def moved(value: Value, duration: Value) -> Value:
    """A date, time or duration moved by a duration; None where the two do not go together or go too far."""
    kind = kind_in(value)
    if isinstance(duration, YearsMonths):
        if isinstance(value, YearsMonths):
            return months_duration(value.months + duration.months)
        return add_months(value, duration.months) if kind in (date, datetime) else None  # type: ignore[arg-type]
    if kind_in(duration) is not DURATION or (kind not in _POINTS and kind is not DURATION):
        return None
    if kind is date and isinstance(value, date) and isinstance(duration, timedelta):
        try:
            return value + timedelta(days=exact(duration) // DAY)
        except OverflowError:
            pass  # beyond Python's years
    if kind is datetime and offset_of(value) is not None:  # type: ignore[arg-type]
        return _moved_instant(value, duration)  # type: ignore[arg-type]
    total = exact(value) + exact(duration)  # type: ignore[arg-type]
    if kind is date:
        total = total // DAY * DAY
    return made(kind, total, getattr(value, "tzinfo", None))


def _moved_instant(value: datetime | Beyond, duration: timedelta | Beyond) -> Value:
    """An instant moved by so much time, read on the clock of its zone: a day later is 24 hours later (DMN 10.3.2.3.5).

    So x + d - x is d, also where clocks are put back or forward between.
    """
    if isinstance(value, datetime) and isinstance(duration, timedelta):
        try:
            return (value.astimezone(UTC) + duration).astimezone(value.tzinfo)
        except OverflowError:
            pass  # beyond Python's years
    offset = offset_of(value) or 0
    there = made(datetime, exact(value) + exact(duration), value.tzinfo)
    if there is None:
        return None
    return made(datetime, exact(value) - offset + exact(duration) + (offset_of(there) or 0), value.tzinfo)


def difference(left: Value, right: Value) -> Value:
    """left - right for two dates or instants, two times; None when they are not comparable."""
    kinds = (kind_in(left), kind_in(right))
    if kinds == (date, date):
        return made(DURATION, exact(left) - exact(right))  # type: ignore[arg-type]
    if kinds != (time, time) and not (kinds[0] in (date, datetime) and kinds[1] in (date, datetime)):
        return None
    first, second = _in_utc(left), _in_utc(right)  # type: ignore[arg-type]
    if (first[1] is None) != (second[1] is None):
        return None
    return made(DURATION, first[0] - second[0])


def _in_utc(value: Temporal) -> tuple[int, int | None]:
    """The nanoseconds, counted in UTC where the zone is known, and the zone's offset; a date is its midnight in UTC."""
    offset = 0 if kind_in(value) is date else offset_of(value)
    return exact(value) - (offset or 0), offset


def scaled(duration: Value, factor: Decimal, operation: Callable[[Decimal, Decimal], Decimal]) -> Value:
    """A duration multiplied or divided by a number, cut to whole months or nanoseconds; None for other values."""
    try:
        if isinstance(duration, YearsMonths):
            months = whole(operation(number(duration.months), factor), _BOUND)
            return None if months is None else months_duration(months)
        if kind_in(duration) is DURATION:
            amount = whole(operation(number(exact(duration)), factor), _BOUND)  # type: ignore[arg-type]
            return None if amount is None else made(DURATION, amount)
    except Overflow:
        raise number_too_large() from None
    return None


def quotient(left: Value, right: Value) -> Decimal | None:
    """How often one duration holds another of its kind; None for other values, or for a duration of nothing."""
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths) and right.months:
        return ARITHMETIC.divide(number(left.months), number(right.months))
    if kind_in(left) is kind_in(right) is DURATION and exact(right):  # type: ignore[arg-type]
        return ARITHMETIC.divide(number(exact(left)), number(exact(right)))  # type: ignore[arg-type]
    return None


def negated(value: Value) -> Value:
    """The duration in the other direction; None for a value that is none."""
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    return made(DURATION, -exact(value)) if kind_in(value) is DURATION else None  # type: ignore[arg-type]


def position(left: Value, right: Value) -> int | None:
    """-1, 0 or 1 as left is before, with or after right; None when they are not of one kind, or one has no zone."""
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return (left.months > right.months) - (left.months < right.months)
    kind = kind_in(left)
    if kind is not kind_in(right) or (kind not in _POINTS and kind is not DURATION):
        return None
    first, second = _in_utc(left), _in_utc(right)  # type: ignore[arg-type]
    if (first[1] is None) != (second[1] is None):
        return None
    return (first[0] > second[0]) - (first[0] < second[0])


def whole(value: Decimal, bound: int) -> int | None:
    """The number cut to an integer; None beyond ±bound, so that no huge integer is ever built."""
    return int(value) if -bound <= value <= bound else None


def months_duration(months: int) -> YearsMonths | None:
    """A duration of calendar months, or None beyond 999,999,999 years."""
    return YearsMonths(months) if abs(months) <= MAX_MONTHS else None


def add_months(day: date | datetime | Beyond, months: int) -> date | Beyond | None:
    """The same day so many calendar months on, or the last of that month; an instant keeps its time of day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    # Any year with as many days in February: the calendar repeats every 400 years.
    last = monthrange(year % 400 + 2000, month)[1]
    found = made_date(year, month, min(day.day, last))
    if found is None or kind_in(day) is date:
        return found
    return made(datetime, exact(found) + exact(day) % DAY, day.tzinfo)  # type: ignore[return-value,union-attr]


def months_between(start: date | Beyond, end: date | Beyond) -> int:
    """Whole calendar months from start to end, negative when end is earlier."""
    first, last = (start.year, start.month, start.day), (end.year, end.month, end.day)
    if last < first:
        return -months_between(end, start)
    months = (last[0] - first[0]) * 12 + last[1] - first[1]
    return months - 1 if last[2] < first[2] else months


def day_in(value: date | datetime | Beyond) -> date | Beyond:
    """The date of an instant, or a date itself."""
    if kind_in(value) is date:
        return value
    return made(date, exact(value) // DAY * DAY)  # type: ignore[return-value]


def clock_in(value: Temporal) -> Value:
    """The time of day of an instant with its zone; midnight in UTC for a date; a time itself."""
    if kind_in(value) is date:
        return time(0, tzinfo=UTC)
    return made(time, exact(value) % DAY, value.tzinfo)  # type: ignore[union-attr]


def combined(day: date | Beyond, clock: time | Beyond) -> Value:
    """The instant of a day at a time of day, in the zone of the time."""
    return made(datetime, exact(day_in(day)) + exact(clock), clock.tzinfo)

