"""The days on which something may be done, and the day counts they are made of, each with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from care.calendars import BusinessCalendar, due_on, start_of_day
from care.documents import Entry
from care.errors import UnknownName
from care.periods import Period

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which something may be done, first and last included, and the rule's source."""

    opens_on: date
    closes_on: date
    source: str

    def __contains__(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on

    def days_left(self, today: date) -> int:
        """Days until the window closes: 0 on its last day, negative afterwards."""
        return (self.closes_on - today).days


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days with the source of the rule."""

    days: int
    source: str

    def after(self, day: date) -> date:
        """The day this many days later."""
        return day + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Months:
    """A number of calendar months with the source of the rule."""

    months: int
    source: str

    def after(self, day: date) -> date:
        """The same day of the month this many months later; the last of that month where it is shorter."""
        zone = ZoneInfo("UTC")  # a day is the same in every zone: nothing here depends on the hour
        return due_on(start_of_day(day, zone), Period(months=self.months), zone, BusinessCalendar())


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of a window, counted from the day the rule names, with its source."""

    opens: int
    closes: int
    source: str

    def from_day(self, day: date) -> Window:
        """The window that this span gives from a day."""
        return Window(day + timedelta(days=self.opens), day + timedelta(days=self.closes), self.source)


def days_in(entry: Entry) -> Days:
    """Reads `{days, source}`; raises ConfigurationError naming the field."""
    entry.only("days", "source")
    return Days(not_negative(entry, "days"), entry.text("source"))


def months_in(entry: Entry) -> Months:
    """Reads `{months, source}`; raises ConfigurationError naming the field."""
    entry.only("months", "source")
    return Months(not_negative(entry, "months"), entry.text("source"))


def span_in(entry: Entry) -> Span:
    """Reads `{opens, closes, source}`; raises ConfigurationError naming the field."""
    entry.only("opens", "closes", "source")
    if not 0 <= entry.integer("opens") <= entry.integer("closes"):
        raise entry.fail("", "must open at 0 or more, and close on or after the day it opens")
    return Span(entry.integer("opens"), entry.integer("closes"), entry.text("source"))


def not_negative(entry: Entry, field: str) -> int:
    """A whole number of 0 or more; raises ConfigurationError naming the field."""
    if entry.integer(field) < 0:
        raise entry.fail(field, "must be 0 or more")
    return entry.integer(field)


def named(values: Mapping[str, _T], kind: str, name: str) -> _T:
    """The value of a name; raises UnknownName with the closest known one."""
    if name not in values:
        raise UnknownName(kind, name, values)
    return values[name]
