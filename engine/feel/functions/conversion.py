"""Built-in functions that convert: dates, times, durations, numbers and strings from text or parts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine.feel import temporal
from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.text import to_string
from engine.feel.values import Value, YearsMonths
from engine.feel.values import number as make_number

_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


def _unread(what: str, text: str, budget: Budget) -> Value:
    budget.warn(f"'{text[:40]}' is no {what}")
    return None


@builtin("date(from: string or date)")
def date_(budget: Budget, from_: str | date) -> Value:
    if isinstance(from_, datetime):
        return from_.date()
    if isinstance(from_, date):
        return from_
    return temporal.parse_date(from_) or _unread("date; write YYYY-MM-DD", from_, budget)


@builtin("date(year: integer, month: integer, day: integer)")
def date_of_parts(budget: Budget, year: int, month: int, day: int) -> Value:
    return temporal.make_date(year, month, day) or _unread("date", f"{year}-{month}-{day}", budget)


@builtin("time(from: string or time or date)")
def time_(budget: Budget, from_: str | time | date) -> Value:
    if isinstance(from_, datetime):
        return from_.timetz()
    if isinstance(from_, date):
        return time(0, tzinfo=UTC)
    if isinstance(from_, time):
        return from_
    found = temporal.parse_time(from_)
    return found if found is not None else _unread("time; write hh:mm:ss", from_, budget)


@builtin("time(hour: integer, minute: integer, second: number, offset?: days and time duration)")
def time_of_parts(budget: Budget, hour: int, minute: int, second: Decimal, offset: timedelta | None = None) -> Value:
    zone = None if offset is None else temporal.zone_of(offset)
    if (offset is not None and zone is None) or not 0 <= second < 60:
        return _unread("time", f"{hour}:{minute}:{second}", budget)
    microsecond = int(second % 1 * 1_000_000)
    found = temporal.make_time(hour, minute, int(second), microsecond, zone)
    return found if found is not None else _unread("time", f"{hour}:{minute}:{second}", budget)


@builtin("date and time(from: string or date)")
def date_and_time(budget: Budget, from_: str | date) -> Value:
    if isinstance(from_, str):
        return temporal.parse_date_and_time(from_) or _unread("date and time", from_, budget)
    return from_ if isinstance(from_, datetime) else datetime.combine(from_, time(0))


@builtin("date and time(date: date, time: time)")
def date_and_time_of_parts(budget: Budget, day: date, clock: time) -> Value:
    return datetime.combine(day.date() if isinstance(day, datetime) else day, clock)


@builtin("duration(from: string)")
def duration(budget: Budget, from_: str) -> Value:
    found = temporal.parse_duration(from_)
    return found if found is not None else _unread("duration; write P7D, PT12H or P1Y2M", from_, budget)


@builtin("years and months duration(from: date, to: date)")
def years_and_months_duration(budget: Budget, from_: date, to: date) -> Value:
    return YearsMonths(temporal.months_between(_day(from_), _day(to)))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@builtin("number(from: string)")
def number(budget: Budget, from_: str) -> Value:
    return _number(from_, budget)


@builtin("number(from: string, grouping separator: nullable string, decimal separator: nullable string)")
def number_with_separators(budget: Budget, from_: str, grouping: str | None, point: str | None) -> Value:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or grouping == point is not None:
        budget.warn("number: the separators must be two of space, comma and full stop")
        return None
    text = from_.replace(grouping, "") if grouping else from_
    return _number(text.replace(point, ".") if point else text, budget)


def _number(text: str, budget: Budget) -> Value:
    return make_number(text) if len(text) < 1_000 and _NUMBER.fullmatch(text) else _unread("number", text, budget)


@builtin("string(from: any)")
def string(budget: Budget, from_: Value) -> Value:
    return None if from_ is None else to_string(from_, budget)
