"""Built-in functions on dates; weeks are ISO weeks, names are English."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final

from engine.feel.beyond import Beyond, near_date
from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.values import Value, number

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@builtin("day of year(date: date) -> number")
def day_of_year(budget: Budget, day: date | Beyond) -> Value:
    return number(near_date(day).timetuple().tm_yday)


@builtin("day of week(date: date) -> string")
def day_of_week(budget: Budget, day: date | Beyond) -> Value:
    return WEEKDAYS[near_date(day).weekday()]


@builtin("month of year(date: date) -> string")
def month_of_year(budget: Budget, day: date | Beyond) -> Value:
    return MONTHS[day.month - 1]


@builtin("week of year(date: date) -> number")
def week_of_year(budget: Budget, day: date | Beyond) -> Value:
    return number(near_date(day).isocalendar()[1])


@builtin("last day of month(date: date) -> number")
def last_day_of_month(budget: Budget, day: date | Beyond) -> Value:
    """The number of the last day of the date's month, 28 to 31."""
    return number(monthrange(near_date(day).year, day.month)[1])
