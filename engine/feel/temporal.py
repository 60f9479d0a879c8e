"""Dates, times and durations: reading their ISO 8601 text, and calendar steps that clamp to month ends."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from engine.feel.values import MAX_MONTHS, YearsMonths

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,40}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*)?"
)
_MONTHS: Final = re.compile(r"(-)?P(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?")
_DAYS: Final = re.compile(
    r"(-)?P(?:([0-9]{1,18})D)?"
    r"(T(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,40}))?S)?)?"
)
_MICROSECOND: Final = timedelta(microseconds=1)


def parse_date(text: str) -> date | None:
    """The date written YYYY-MM-DD, or None when there is no such day."""
    match = _DATE.fullmatch(text)
    return make_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def make_date(year: int, month: int, day: int) -> date | None:
    """The date with these numbers, or None when there is no such day in years 1 to 9999."""
    if not (MINYEAR <= year <= MAXYEAR and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    return date(year, month, day) if day <= monthrange(year, month)[1] else None


def parse_time(text: str) -> time | None:
    """The time written hh:mm:ss, with optional fraction and offset, Z or @Area/City; None for other text."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    zone: tzinfo | None = None
    if match[5] and (zone := parse_zone(match[5])) is None:
        return None
    microsecond = int((match[4] or "0").ljust(6, "0")[:6])
    return make_time(int(match[1]), int(match[2]), int(match[3]), microsecond, zone)


def make_time(hour: int, minute: int, second: int, microsecond: int, zone: tzinfo | None) -> time | None:
    """The time with these numbers, or None when a number is out of range."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    return time(hour, minute, second, microsecond, zone)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    # Asked once, so that unknown names do not search the disk again and again.
    return frozenset(available_timezones())


@lru_cache(maxsize=2048)
def parse_zone(text: str) -> tzinfo | None:
    """The zone written Z, +hh:mm[:ss] or @Area/City; None when unknown."""
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return ZoneInfo(text[1:]) if text[1:] in _zone_names() else None
    parts = [int(part) for part in text[1:].split(":")]
    if parts[0] > 18 or any(part > 59 for part in parts[1:]):
        return None
    offset = timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)
    return zone_of(-offset if text[0] == "-" else offset)


def zone_of(offset: timedelta) -> tzinfo | None:
    """The zone with a fixed offset, or None when the offset is a day or more."""
    if abs(offset) >= timedelta(days=1):
        return None
    return timezone(offset) if offset else UTC


def parse_date_and_time(text: str) -> datetime | None:
    """The date and time written YYYY-MM-DDThh:mm:ss[zone]; a date alone is its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    clock = parse_time(time_text) if separator else time(0)
    return datetime.combine(day, clock) if day is not None and clock is not None else None


def parse_duration(text: str) -> YearsMonths | timedelta | None:
    """The duration written PnYnM or PnDTnHnMnS, optionally negative; None when it is neither or too long."""
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return months_duration(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if match is None or not (match[2] or match[4] or match[5] or match[6]) or match[3] == "T":
        return None
    seconds = int(match[2] or 0) * 86_400 + int(match[4] or 0) * 3_600 + int(match[5] or 0) * 60 + int(match[6] or 0)
    microseconds = seconds * 1_000_000 + int((match[7] or "0").ljust(6, "0")[:6])
    return days_duration(-microseconds if match[1] else microseconds)


def months_duration(months: int) -> YearsMonths | None:
    """A duration of calendar months, or None beyond 999,999,999 years."""
    return YearsMonths(months) if abs(months) <= MAX_MONTHS else None


def days_duration(microseconds: int) -> timedelta | None:
    """A duration of microseconds, or None beyond 999,999,999 days."""
    return timedelta(microseconds=microseconds) if abs(microseconds) < 86_400_000_000 * 999_999_999 else None


def microseconds_of(duration: timedelta) -> int:
    """A duration as a whole number of microseconds."""
    return duration // _MICROSECOND


def whole(value: Decimal, bound: int) -> int | None:
    """The number cut to an integer; None beyond ±bound, so that no huge integer is ever built."""
    return int(value) if -bound <= value <= bound else None


def add_months(day: date, months: int) -> date | None:
    """The same day so many calendar months on, or the last of that month; keeps a datetime's time of day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not MINYEAR <= year <= MAXYEAR:
        return None
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def months_between(start: date, end: date) -> int:
    """Whole calendar months from start to end, negative when end is earlier."""
    if end < start:
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - 1 if end.day < start.day else months


def plus(start: date | datetime, duration: timedelta) -> date | datetime | None:
    """A date or date and time moved by a duration; a plain date stays a date. None beyond years 1 to 9999."""
    try:
        if isinstance(start, datetime):
            return start + duration
        return (datetime.combine(start, time(0)) + duration).date()
    except OverflowError:
        return None


def as_instant(value: date | datetime) -> datetime:
    """A date as its midnight in UTC; a date and time as it is."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(0), UTC)
