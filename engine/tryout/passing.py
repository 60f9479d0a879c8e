"""Until when time passes in a walk: what a director chooses, as a scenario says it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from care.calendars import BusinessCalendar, add_period, local_date
from care.periods import Period
from engine.errors import InvalidInput
from engine.scenarios.moments import MORNING
from engine.scenarios.stage import ZONE
from engine.tryout.playing import Played

PERIODS: Final = {"day": Period(days=1), "week": Period(days=7), "month": Period(months=1)}


def until_next(played: Played) -> str:
    """The next instant at which something happens by itself; raises InvalidInput when nothing waits for its day."""
    if played.next_at is None:
        raise InvalidInput({"until": "Nothing waits for its day; choose another span."})
    wall = (played.next_at + timedelta(minutes=1, microseconds=-1)).astimezone(ZONE)
    return _said(played, wall.date(), time(wall.hour, wall.minute))


def until_after(played: Played, period: Period) -> str:
    """The morning of the day that is so far off."""
    later = add_period(played.now.astimezone(UTC), period, ZONE, BusinessCalendar())
    return _said(played, local_date(later, ZONE), MORNING)


def until_day(played: Played, text: str) -> str:
    """The morning of a day; raises InvalidInput for one that has passed."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput({"until": f"“{text}” is not a date; write it as {played.today.isoformat()}."}) from error
    if datetime.combine(day, MORNING, ZONE) <= played.now:
        raise InvalidInput({"until": f"It is {played.today.isoformat()} in this walk; choose a day after it."})
    return _said(played, day, MORNING)


def _said(played: Played, day: date, hour: time) -> str:
    number = played.day + (day - played.today).days
    return f"day {number}" if hour == MORNING else f"day {number}, {hour:%H:%M}"
