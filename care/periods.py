"""How the durations that a pathway writes ("P3D", "P1M", "B2D", "R4/P7D") are read and written."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Self

from care.errors import NaiveInstant, PeriodError

_ISO = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?P<time>T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)
_BUSINESS = re.compile(r"B(?P<business_days>\d+)D", re.ASCII)
_LONGEST_TEXT = 40
_LARGEST = 36_525  # a hundred years of days: no pathway waits longer, and every sum stays cheap
_EXAMPLES = "write for example P3D (3 days), P1M (a calendar month), PT4H (4 hours) or B2D (2 business days)"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: calendar parts (years, months, days) and absolute ones, or business days alone."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    business_days: int = 0

    def __post_init__(self) -> None:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        if min(values.values()) < 0:
            raise PeriodError(repr(values), "no part of a period may be negative")
        if self.business_days and any(value for name, value in values.items() if name != "business_days"):
            raise PeriodError(repr(values), "business days stand alone; write B2D without other parts")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads an ISO 8601 duration of whole numbers, or `BnD` for n business days; raises PeriodError."""
        if len(text) > _LONGEST_TEXT:
            raise PeriodError(text[:_LONGEST_TEXT] + "...", f"is too long for a duration; {_EXAMPLES}")
        match = _BUSINESS.fullmatch(text) or _ISO.fullmatch(text)
        if match is None or not any(map(str.isdigit, text)) or text.endswith("T"):
            raise PeriodError(text, f"is not a duration; {_hint(text)}")
        parts = {name: int(digits) for name, digits in match.groupdict().items() if digits and name != "time"}
        parts["days"] = parts.get("days", 0) + 7 * parts.pop("weeks", 0)
        if any(value > _LARGEST for value in parts.values()):
            raise PeriodError(text, f"no part may be larger than {_LARGEST}")
        return cls(**parts)

    @property
    def has_calendar_part(self) -> bool:
        """Whether local days matter, as opposed to elapsed time alone."""
        return bool(self.years or self.months or self.days or self.business_days)

    @property
    def elapsed(self) -> timedelta:
        """The absolute part: hours, minutes and seconds."""
        return timedelta(hours=self.hours, minutes=self.minutes, seconds=self.seconds)

    @property
    def is_zero(self) -> bool:
        """Whether the period ends where it starts."""
        return not self.has_calendar_part and not self.elapsed

    def times(self, count: int) -> Period:
        """The period `count` times over, part by part, so that months do not drift."""
        return Period(**{each.name: count * getattr(self, each.name) for each in fields(self)})

    def __str__(self) -> str:
        """The text that `parse` reads back as the same period."""
        if self.business_days:
            return f"B{self.business_days}D"
        day_part = _written((self.years, "Y"), (self.months, "M"), (self.days, "D"))
        time_part = _written((self.hours, "H"), (self.minutes, "M"), (self.seconds, "S"))
        if not day_part and not time_part:
            return "P0D"
        return "P" + day_part + ("T" + time_part if time_part else "")


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repeating timer: how often (None: no end), from when (None: its activation), in what steps."""

    times: int | None
    start: datetime | None
    period: Period

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `R/P7D`, `R52/P7D` or `R/2026-01-01T09:00:00Z/P7D`; raises PeriodError or NaiveInstant."""
        repeat, *rest = text.split("/")
        match = re.fullmatch(r"R(\d{0,6})", repeat)
        if match is None or not 1 <= len(rest) <= 2:
            raise PeriodError(text, "is not a cycle; write for example R/P7D (weekly) or R4/P7D (four weeks)")
        times = int(match[1]) if match[1] else None
        period = Period.parse(rest[-1])
        if times == 0 or period.is_zero:
            raise PeriodError(text, "a cycle needs at least one repetition and a period above zero")
        return cls(times, _start(text, rest[0]) if len(rest) == 2 else None, period)

    def __str__(self) -> str:
        """The text that `parse` reads back as the same cycle."""
        parts = ["R" if self.times is None else f"R{self.times}", str(self.period)]
        if self.start is not None:
            parts.insert(1, self.start.isoformat())
        return "/".join(parts)


def _start(text: str, start: str) -> datetime:
    try:
        instant = datetime.fromisoformat(start)
    except ValueError as error:
        raise PeriodError(text, f"'{start}' is not an instant such as 2026-01-01T09:00:00Z") from error
    if instant.utcoffset() is None:
        raise NaiveInstant(start)
    return instant


def _written(*parts: tuple[int, str]) -> str:
    return "".join(f"{value}{letter}" for value, letter in parts if value)


def _hint(text: str) -> str:
    tidy = text.strip().upper()
    if text != tidy and (_ISO.fullmatch(tidy) or _BUSINESS.fullmatch(tidy)):
        return f"did you mean '{tidy}'?"
    if re.fullmatch(r"P\d+[HS]", text):
        return f"did you mean 'PT{text[1:]}'? hours, minutes and seconds stand after a T"
    if re.fullmatch(r"P?\d+B?D?", text) or re.fullmatch(r"P(B\d+D|\d+BD?)", text):
        digits = "".join(filter(str.isdigit, text))
        return f"did you mean 'P{digits}D' or, for business days, 'B{digits}D'?"
    if "." in text or "," in text:
        return "only whole numbers are allowed; write PT36H instead of P1.5D"
    return _EXAMPLES
