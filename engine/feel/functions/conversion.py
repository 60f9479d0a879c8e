"""Built-in functions that convert: dates, times, durations, numbers and strings from text or parts."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from engine.feel import temporal
from engine.feel.beyond import SECOND, Beyond, exact, kind_in, made, made_date
from engine.feel.errors import FeelError
from engine.feel.functions.registry import builtin
from engine.feel.limits import Budget
from engine.feel.moves import clock_in, combined, day_in, months_between
from engine.feel.nodes import Literal, RangeOf
from engine.feel.operators import order
from engine.feel.text import to_string
from engine.feel.values import Range, Value, YearsMonths
from engine.feel.values import number as make_number

_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


def _unread(what: str, text: str, budget: Budget) -> Value:
    budget.warn(f"'{text[:40]}' is no {what}")
    return None


@builtin("date(from: string or date) -> date")
def date_(budget: Budget, from_: str | date | Beyond) -> Value:
    if not isinstance(from_, str):
        return day_in(from_)
    found = temporal.parse_date(from_)
    return found if found is not None else _unread("date; write YYYY-MM-DD", from_, budget)


@builtin("date(year: integer, month: integer, day: integer) -> date")
def date_of_parts(budget: Budget, year: int, month: int, day: int) -> Value:
    found = made_date(year, month, day)
    return found if found is not None else _unread("date", f"{year}-{month}-{day}", budget)


@builtin("time(from: string or time or date) -> time")
def time_(budget: Budget, from_: str | time | date | Beyond) -> Value:
    if not isinstance(from_, str):
        return clock_in(from_)
    found = temporal.parse_time(from_)
    return found if found is not None else _unread("time; write hh:mm:ss", from_, budget)


@builtin("time(hour: integer, minute: integer, second: number, offset?: days and time duration) -> time")
def time_of_parts(budget: Budget, hour: int, minute: int, second: Decimal, offset: timedelta | None = None) -> Value:
    zone = None if offset is None else temporal.zone_of(offset)
    clock = _clock(hour, minute, second)
    if clock is None or hour == 24 or (offset is not None and zone is None):
        return _unread("time", f"{hour}:{minute}:{second}", budget)
    return made(time, clock, zone)


def _clock(hour: int, minute: int, second: Decimal) -> int | None:
    if not 0 <= second < 60:
        return None
    return temporal.nanoseconds_of_clock(hour, minute, int(second), int(second % 1 * SECOND))


@builtin("date and time(from: string or date) -> date and time")
def date_and_time(budget: Budget, from_: str | date | Beyond) -> Value:
    if isinstance(from_, str):
        found = temporal.parse_date_and_time(from_)
        return found if found is not None else _unread("date and time", from_, budget)
    return from_ if kind_in(from_) is datetime else combined(from_, time(0))


@builtin("date and time(date: date, time: time) -> date and time")
def date_and_time_of_parts(budget: Budget, day: date | Beyond, clock: time | Beyond) -> Value:
    return combined(day, clock)


@builtin(
    "date and time(year: integer, month: integer, day: integer, hour: integer, minute: integer, second: number,"
    " offset?: duration or string) -> date and time"
)
def date_and_time_of_numbers(
    budget: Budget,
    year: int,
    month: int,
    day: int,
    hour: int,
    minute: int,
    second: Decimal,
    offset: timedelta | str | None = None,
) -> Value:
    """The offset is a duration, or the name of a time zone."""
    date_part, clock = made_date(year, month, day), _clock(hour, minute, second)
    zone = temporal.parse_zone(f"@{offset}") if isinstance(offset, str) else offset and temporal.zone_of(offset)
    if date_part is None or clock is None or (offset is not None and zone is None):
        return _unread("date and time", f"{year}-{month}-{day} {hour}:{minute}:{second}", budget)
    return made(datetime, exact(date_part) + clock, zone or None)


@builtin("duration(from: string) -> duration")
def duration(budget: Budget, from_: str) -> Value:
    found = temporal.parse_duration(from_)
    return found if found is not None else _unread("duration; write P7D, PT12H or P1Y2M", from_, budget)


@builtin("years and months duration(from: date, to: date) -> years and months duration")
def years_and_months_duration(budget: Budget, from_: date | Beyond, to: date | Beyond) -> Value:
    return YearsMonths(months_between(from_, to))


@builtin("number(from: string) -> number")
def number(budget: Budget, from_: str) -> Value:
    return _number(from_, budget)


@builtin("number(from: string, grouping separator: nullable string, decimal separator: nullable string) -> number")
def number_with_separators(budget: Budget, from_: str, grouping: str | None, point: str | None) -> Value:
    if grouping not in (None, " ", ",", ".") or point not in (None, ",", ".") or grouping == point is not None:
        budget.warn("number: the separators must be two of space, comma and full stop")
        return None
    text = from_.replace(grouping, "") if grouping else from_
    return _number(text.replace(point, ".") if point else text, budget)


def _number(text: str, budget: Budget) -> Value:
    return make_number(text) if len(text) < 1_000 and _NUMBER.fullmatch(text) else _unread("number", text, budget)


@builtin("string(from: any) -> string")
def string(budget: Budget, from_: Value) -> Value:
    return None if from_ is None else to_string(from_, budget)


_RANGE_WITHOUT_END: Final = re.compile(r"\s*(?:([\[(\]])\s*(.+?)\s*\.\.\s*[)\[]|[(\]]\s*\.\.\s*(.+?)\s*([\])\[]))\s*")


@builtin("range(from: string) -> range")
def range_(budget: Budget, from_: str) -> Value:
    """The range that a text such as `[1..3]` writes; its ends are literals, one at a round bracket may be left out."""
    from engine.feel.parser import parse_expression  # the parser knows of the functions' names

    try:
        tree = parse_expression(_with_sign(from_), budget.limits)
    except FeelError:
        return _unread("range; write [1..3]", from_, budget)
    if not isinstance(tree, RangeOf) or not isinstance(tree.start, Literal) or not isinstance(tree.end, Literal):
        return _unread("range of literals; write [1..3]", from_, budget)
    start, end = tree.start.value, tree.end.value
    if not tree.written and (start is None or end is None or order(start, end, budget) not in (-1, 0)):
        return _unread("range; its ends must be of one kind, and in order", from_, budget)
    return Range(start, end, tree.start_included, tree.end_included, tree.written not in ("", "="))


def _with_sign(text: str) -> str:
    """`[18..)` as `(>= 18)`, the way in which the grammar writes a range with one end."""
    match = _RANGE_WITHOUT_END.fullmatch(text)
    if match is None:
        return text
    if match[2]:
        return f"(>{'=' if match[1] == '[' else ''} {match[2]})"
    return f"(<{'=' if match[4] == ']' else ''} {match[3]})"
