"""Reading the ISO 8601 text of dates, times and durations, as FEEL's literals and functions take it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from engine.feel.beyond import DAY, SECOND, Beyond, exact, made, made_date
from engine.feel.moves import months_duration
from engine.feel.values import YearsMonths

# Years of more than four digits have no leading zero, as in XML Schema.
_DATE: Final = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,40}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*)?"
)
_MONTHS: Final = re.compile(r"(-)?P(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?")
_DAYS: Final = re.compile(
    r"(-)?P(?:([0-9]{1,18})D)?"
    r"(T(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{0,40}))?S)?)?"
)


def parse_date(text: str) -> date | Beyond | None:
    """The date written YYYY-MM-DD, or None when there is no such day."""
    match = _DATE.fullmatch(text)
    return made_date(int(match[1]), int(match[2]), int(match[3])) if match else None


def parse_time(text: str) -> time | Beyond | None:
    """The time written hh:mm:ss, with optional fraction and offset, Z or @Area/City; None for other text."""
    read = _read_time(text)
    return None if read is None else made(time, *read)  # type: ignore[return-value]


def _read_time(text: str) -> tuple[int, tzinfo | None] | None:
    """The nanoseconds since midnight, a whole day's for 24:00:00, and the zone."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    zone: tzinfo | None = None
    if match[5] and (zone := parse_zone(match[5])) is None:
        return None
    clock = nanoseconds_of_clock(int(match[1]), int(match[2]), int(match[3]), _fraction(match[4]))
    return None if clock is None else (clock, zone)


def _fraction(digits: str | None) -> int:
    return int((digits or "0").ljust(9, "0")[:9])


def nanoseconds_of_clock(hour: int, minute: int, second: int, fraction: int) -> int | None:
    """The nanoseconds since midnight, or None when a number is out of range; the day may end with 24:00:00."""
    total = ((hour * 60 + minute) * 60 + second) * SECOND + fraction
    if not (0 <= minute < 60 and 0 <= second < 60 and 0 <= hour <= 24 and 0 <= total <= DAY):
        return None
    return total


# Names under which a machine has its own zone, or none; an answer may not depend on where it is asked.
_OF_THE_MACHINE: Final = frozenset({"localtime", "Factory", "posixrules"})


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    # Asked once, so that unknown names do not search the disk again and again.
    return frozenset(available_timezones()) - _OF_THE_MACHINE


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


def parse_date_and_time(text: str) -> datetime | Beyond | None:
    """The date and time written YYYY-MM-DDThh:mm:ss[zone]; a date alone is its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    read = _read_time(time_text) if separator else (0, None)
    if day is None or read is None:
        return None
    return made(datetime, exact(day) + read[0], read[1])  # type: ignore[return-value]


def parse_duration(text: str) -> YearsMonths | timedelta | Beyond | None:
    """The duration written PnYnM or PnDTnHnMnS, optionally negative; None when it is neither or too long."""
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return months_duration(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if match is None or not (match[2] or match[4] or match[5] or match[6]) or match[3] == "T":
        return None
    seconds = int(match[2] or 0) * 86_400 + int(match[4] or 0) * 3_600 + int(match[5] or 0) * 60 + int(match[6] or 0)
    total = seconds * SECOND + _fraction(match[7])
    return made(timedelta, -total if match[1] else total)  # type: ignore[return-value]
