"""How a value of the record's JSON is said to a person: yes, unknown, Tue 13 Jan 2026, 4.5, a list."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from worklists.value_words import number

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DURATION = re.compile(r"(?:(-?\d+) days?, )?(\d+):(\d{2}):(\d{2})(?:\.\d+)?")  # as Python writes a timedelta
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
    if found := _DURATION.fullmatch(value):
        return _duration(int(found[1] or 0), int(found[2]), int(found[3]))
    if found := _INSTANT.match(value):
        return f"{day_in_words(date.fromisoformat(found[1]))}, {found[2]} UTC"
    return value


def _duration(days: int, hours: int, minutes: int) -> str:
    """ "14 days", "2 days and 3:30 hours"."""
    whole = f"{days} day{'' if days == 1 else 's'}"
    return f"{whole} and {hours}:{minutes:02} hours" if hours or minutes else whole
