"""The moments of a scenario as people say them: day 20, week 4, 2026-03-01, 3 days later, 2 days ago, today."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from care.calendars import BusinessCalendar, add_period, local_date
from care.periods import Period

MORNING = time(9)  # when a day of a scenario begins: people come to work
EXAMPLES = (
    "write 'day 20', 'week 4', '2026-08-01', 'today', '3 days later', '2 business days later', '1 month later', "
    "'5 hours later' or '2 days ago'; a time of day may follow: 'day 20, 14:30'"
)
_UNITS = ("hour", "day", "business day", "week", "month", "year")
_COUNTED = re.compile(r"(\d{1,4}) (hour|day|business day|week|month|year)s? (later|ago)")
_NUMBERED = re.compile(r"(day|week) (-?\d{1,4})")
_TIME = re.compile(r"(.+?),? (\d{1,2}):(\d{2})")
_BACK = {"hour": "hours", "day": "days", "week": "weeks"}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a moment is told from: the present, the day of alignment, and where local days are."""

    now: datetime
    aligned_on: date
    zone: ZoneInfo
    calendar: BusinessCalendar

    @property
    def today(self) -> date:
        return local_date(self.now, self.zone)

    def at(self, day: date, hour: time) -> datetime:
        """The instant of a local time."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as it is written, and how it is found."""

    text: str
    find: Callable[[Frame], datetime]

    def instant(self, frame: Frame) -> datetime:
        """The instant, in UTC; a day without a time of day is nine in the morning."""
        return self.find(frame)

    def day(self, frame: Frame) -> date:
        """The local day."""
        return local_date(self.find(frame), frame.zone)


def moment(value: object) -> Moment | None:
    """The moment that a scenario names; None when it cannot be read."""
    if type(value) is date:
        return Moment(value.isoformat(), _at(lambda frame: value, MORNING))
    if not isinstance(value, str):
        return None
    text, hour = " ".join(value.split()), MORNING
    if timed := _TIME.fullmatch(text):
        if not (int(timed[2]) < 24 and int(timed[3]) < 60):
            return None
        text, hour = timed[1], time(int(timed[2]), int(timed[3]))
    found = _day(text, hour) or (_counted(text) if timed is None else None)
    return None if found is None else Moment(" ".join(value.split()), found)


def _at(day: Callable[[Frame], date], hour: time) -> Callable[[Frame], datetime]:
    return lambda frame: frame.at(day(frame), hour)


def _day(text: str, hour: time) -> Callable[[Frame], datetime] | None:
    if text == "today":
        return _at(lambda frame: frame.today, hour)
    if numbered := _NUMBERED.fullmatch(text):
        days = timedelta(days=int(numbered[2]) * (7 if numbered[1] == "week" else 1))
        return _at(lambda frame: frame.aligned_on + days, hour)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return _at(lambda frame: day, hour)


def _counted(text: str) -> Callable[[Frame], datetime] | None:
    """A count of units from now; calendar units keep the time of day."""
    match = _COUNTED.fullmatch(text)
    if match is None:
        return None
    count, unit, direction = int(match[1]), match[2], match[3]
    if direction == "ago":
        if unit not in _BACK:
            return None
        back = timedelta(**{_BACK[unit]: count})
        return lambda frame: _back(frame, back)
    period = Period(**{f"{unit.replace(' ', '_')}s": count}) if unit != "week" else Period(days=7 * count)
    return lambda frame: add_period(frame.now, period, frame.zone, frame.calendar)


def _back(frame: Frame, back: timedelta) -> datetime:
    """Earlier by that much, days on the wall's clock."""
    if back.days == 0:
        return frame.now - back
    wall = frame.now.astimezone(frame.zone)
    return (wall - back).astimezone(UTC)
