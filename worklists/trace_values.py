"""How a value of the record's JSON is said to a person: yes, unknown, Tue 13 Jan 2026, 4.5, 14 days, a list."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from engine.feel import Value, YearsMonths, to_words
from engine.feel.temporal import parse_duration
from worklists.value_words import number

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Earlier releases recorded durations as Python writes them; those entries stay as they are.
_DAYS_AND_CLOCK = re.compile(r"(?:(-?\d+) days?, )?(\d+):(\d{2}):(\d{2})(?:\.\d+)?")
_MONTHS = re.compile(r"YearsMonths\(months=(-?\d+)\)")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})")


def in_words(value: Any) -> str:
    """The value in words; text stays as it is."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return ", ".join(in_words(each) for each in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{name.replace('_', ' ')} {in_words(each)}" for name, each in value.items()) or "none"
    return _text(str(value))


def day_in_words(on: date) -> str:
    """ "Tue 13 Jan 2026"."""
    return f"{on:%a} {on.day} {on:%b %Y}"


def _text(value: str) -> str:
    if _DAY.fullmatch(value):
        return day_in_words(date.fromisoformat(value))
    if (duration := _duration(value)) is not None:
        return to_words(duration)
    if found := _INSTANT.match(value):
        return f"{day_in_words(date.fromisoformat(found[1]))}, {found[2]} UTC"
    return value


def _duration(value: str) -> Value:
    """The duration that a text is: P14D, or "14 days, 0:00:00" of an earlier release; None for any other text."""
    if found := _DAYS_AND_CLOCK.fullmatch(value):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if found := _MONTHS.fullmatch(value):
        return YearsMonths(int(found[1]))
    return parse_duration(value)
