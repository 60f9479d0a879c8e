"""Values as text: FEEL literals for tools, plain strings for `string()`, and words for people."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine.feel.beyond import DAY, SECOND, Beyond, exact, kind_in
from engine.feel.errors import FeelLimitError
from engine.feel.limits import Budget
from engine.feel.values import Function, Range, Value, YearsMonths, kind_of

# What the grammar reads as a name: not quite Python's identifiers, which take a middle dot.
_NAME = re.compile(r"[^\W\d]\w*")

_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHOWN: Final = 80  # characters of a value in a message
_ESCAPES: Final = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def to_text(value: Value, budget: Budget | None = None) -> str:
    """The FEEL literal that evaluates to this value: `"a"`, `1.5`, `@"2026-01-09"`, `[1, 2]`, `{day: 3}`.

    FeelLimitError when the text would go beyond the string limit. A function has no literal; it is named so.
    """
    parts: list[str] = []
    _write(value, parts, budget or Budget(), 0)
    return "".join(parts)


def to_string(value: Value, budget: Budget) -> str:
    """The text of a value as `string()` gives it: strings and dates without quotes, else the literal."""
    if isinstance(value, str):
        return value
    return _temporal_text(value) or to_text(value, budget)


def shown(value: Value) -> str:
    """A value as a message shows it to an expression's author: its literal, shortened; text as it is, in quotes."""
    try:
        text = f'"{value}"' if isinstance(value, str) else to_text(value)
    except FeelLimitError:
        return f"a long {kind_of(value)}"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def to_words(value: Value) -> str:
    """The value as a person reads it: 4.5, Fri 9 Jan 2026, 3 days, yes, unknown; items joined by commas."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, (date, time)):
        return _calendar_words(value)
    if isinstance(value, YearsMonths):
        return _counted(value.months < 0, ((abs(value.months) // 12, "year"), (abs(value.months) % 12, "month")))
    if isinstance(value, timedelta):
        return _duration_words(value)
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return ", ".join(to_words(item) for item in value)
    if isinstance(value, Beyond):
        return _temporal_text(value) or ""
    return value if isinstance(value, str) else to_text(value)


def number_text(value: Decimal) -> str:
    """The number in plain digits, without exponent or trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def duration_text(value: timedelta | YearsMonths | Beyond) -> str:
    """The ISO 8601 text of a duration in its shortest form, such as P1Y2M or P2DT3H."""
    if isinstance(value, YearsMonths):
        years, months = divmod(abs(value.months), 12)
        sign = "-" if value.months < 0 else ""
        return sign + "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
    total = exact(value)
    seconds, fraction = divmod(abs(total), SECOND)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    second_text = f"{seconds}.{fraction:09d}".rstrip("0") if fraction else str(seconds)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{second_text}S" if seconds or fraction else ""
    if not days and not clock:
        return "PT0S"
    return ("-" if total < 0 else "") + "P" + (f"{days}D" if days else "") + (f"T{clock}" if clock else "")


def _temporal_text(value: Value) -> str | None:
    if isinstance(value, YearsMonths):
        return duration_text(value)
    kind = kind_in(value)
    if kind is timedelta:
        return duration_text(value)  # type: ignore[arg-type]
    day = _day_text(value) if kind in (date, datetime) else ""  # type: ignore[arg-type]
    if kind is date:
        return day
    if kind not in (datetime, time):
        return None
    return day + ("T" if day else "") + _clock_text(value) + _zone_text(value)  # type: ignore[arg-type]


def _day_text(value: date | Beyond) -> str:
    return f"{'-' if value.year < 0 else ''}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def _clock_text(value: datetime | time | Beyond) -> str:
    text = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    fraction = exact(value) % DAY % SECOND
    return text + f".{fraction:09d}".rstrip("0") if fraction else text


def _zone_text(value: datetime | time | Beyond) -> str:
    key = getattr(value.tzinfo, "key", None)
    if isinstance(key, str):
        return f"@{key}"
    offset = value.utcoffset()
    if offset is None:
        return ""
    if not offset:
        return "Z"
    seconds = abs(int(offset.total_seconds()))
    text = f"{'-' if offset < timedelta(0) else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return text + (f":{seconds % 60:02d}" if seconds % 60 else "")


def _write(value: Value, parts: list[str], budget: Budget, depth: int) -> None:
    budget.charge(2)
    budget.check_depth(depth)
    if isinstance(value, list):
        _write_all("[", [("", item) for item in value], "]", parts, budget, depth)
    elif isinstance(value, dict):
        _write_all("{", [(_key_text(key), item) for key, item in value.items()], "}", parts, budget, depth)
    elif isinstance(value, Range) and value.reaching:
        upward = value.end is None
        parts.append("(" + (">" if upward else "<") + ("= " if value.start_included or value.end_included else " "))
        _write(value.start if upward else value.end, parts, budget, depth + 1)
        parts.append(")")
    elif isinstance(value, Range):
        parts.append("[" if value.start_included else "(")
        _write(value.start, parts, budget, depth + 1)
        parts.append("..")
        _write(value.end, parts, budget, depth + 1)
        parts.append("]" if value.end_included else ")")
    else:
        text = _scalar_text(value)
        budget.charge_text(len(text))
        parts.append(text)


def _write_all(
    opening: str, members: list[tuple[str, Value]], closing: str, parts: list[str], budget: Budget, depth: int
) -> None:
    parts.append(opening)
    for index, (prefix, member) in enumerate(members):
        parts.append(f", {prefix}" if index else prefix)
        _write(member, parts, budget, depth + 1)
    parts.append(closing)


def _key_text(key: str) -> str:
    return f"{key}: " if _NAME.fullmatch(key) else f'"{key.translate(_ESCAPES)}": '


def _scalar_text(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return f'@"{_temporal_text(value)}"'


def _calendar_words(value: date | time) -> str:
    if isinstance(value, time):
        return f"{value.hour:02d}:{value.minute:02d}"
    text = f"{_WEEKDAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{text} {value.hour:02d}:{value.minute:02d}" if isinstance(value, datetime) else text


def _duration_words(value: timedelta) -> str:
    seconds = abs(exact(value)) // SECOND
    parts: tuple[tuple[int, str], ...] = (
        (seconds // 86_400, "day"),
        (seconds // 3_600 % 24, "hour"),
        (seconds // 60 % 60, "minute"),
    )
    if seconds < 60:
        parts += ((seconds, "second"),)
    return _counted(value < timedelta(0), parts)


def _counted(negative: bool, parts: tuple[tuple[int, str], ...]) -> str:
    words = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in parts if count]
    return ("minus " if negative else "") + (" ".join(words) or f"0 {parts[-1][1]}s")
