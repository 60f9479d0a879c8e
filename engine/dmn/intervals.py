"""Values that have an order, and the stretches between two of them: whether any value lies there, and a round one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, Overflow
from math import ceil, floor
from typing import Any, Final, TypeAlias

from engine.feel import Value, YearsMonths, kind_of, to_text
from engine.feel.beyond import DAY, MICROSECOND, SECOND, exact, kind_in, made, offset_of
from engine.feel.values import ARITHMETIC, MAX_MONTHS, number

Key: TypeAlias = "int | Decimal"
_MOST_DIGITS: Final = 6
_MINUTE, _HOUR = 60 * SECOND, 3_600 * SECOND
_CLOCK: Final = (_HOUR, _MINUTE, SECOND, MICROSECOND, 1)


@dataclass(frozen=True, slots=True)
class Kind:
    """Ordered values of one kind, compared by a key.

    `steps` are round distances between keys, the last the least there is; without steps, values lie dense. `low` and
    `high` are the first and last key, and `home` is the key of a plain value where no bound is near.
    """

    name: str
    takes: Callable[[Value], bool]
    key: Callable[[Any], Key]
    value: Callable[[Any], Value]
    steps: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None
    home: int = 0

    @property
    def counts(self) -> bool:
        """Whether people count its values one by one, such as days, so that a stretch has a first and a last one."""
        return len(self.steps) == 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """The values between two bounds; None where there is no bound."""

    low: Key | None
    high: Key | None
    low_included: bool = False
    high_included: bool = False


def _is(kind: type, zoned: bool = False) -> Callable[[Value], bool]:
    return lambda value: kind_in(value) is kind and (offset_of(value) is not None) == zoned  # type: ignore[arg-type]


def _is_number(value: Value) -> bool:
    return type(value) is Decimal


def _of(kind: type) -> Callable[[int], Value]:
    return lambda key: made(kind, key)


NUMBER: Final = Kind("number", _is_number, lambda value: value, number)
WHOLE: Final = Kind("whole number", _is_number, lambda value: value, number, (1,))
COUNT: Final = Kind("whole number", _is_number, lambda value: value, number, (1,), low=0)
DATE: Final = Kind(
    "date",
    _is(date),
    lambda value: exact(value) // DAY,
    lambda key: made(date, key * DAY),
    (1,),
    home=date(2026, 1, 1).toordinal() - 1,
)
INSTANT: Final = Kind(
    "date and time",
    _is(datetime, zoned=True),
    lambda value: exact(value) - (offset_of(value) or 0),
    lambda key: made(datetime, key, UTC),
    (DAY, *_CLOCK),
    home=exact(date(2026, 1, 1)),
)
LOCAL_INSTANT: Final = Kind(
    "local date and time", _is(datetime), exact, _of(datetime), (DAY, *_CLOCK), home=exact(date(2026, 1, 1))
)
LOCAL_TIME: Final = Kind("local time", _is(time), exact, _of(time), _CLOCK, 0, DAY - 1, 12 * _HOUR)
DAYS: Final = Kind("days and time duration", _is(timedelta), exact, _of(timedelta), (DAY, *_CLOCK))
MONTHS: Final = Kind(
    "years and months duration",
    lambda value: isinstance(value, YearsMonths),
    lambda value: value.months,
    YearsMonths,
    (1,),
    -MAX_MONTHS,
    MAX_MONTHS,
)
KINDS: Final = (NUMBER, DATE, INSTANT, LOCAL_INSTANT, LOCAL_TIME, DAYS, MONTHS)


def value_in(kind: Kind, stretch: Stretch) -> Value:
    """A value between two bounds, a round one where there is one; None when no value lies there."""
    return _stepped(kind, stretch) if kind.steps else _dense(stretch)


def first_and_last(kind: Kind, stretch: Stretch) -> tuple[int | None, int | None]:
    """The least and the greatest key of a stretch of a kind that has steps; None where it has no end."""
    least, greatest = kind.low, kind.high
    if stretch.low is not None:
        inner = ceil(stretch.low) if stretch.low_included else floor(stretch.low) + 1
        least = inner if least is None else max(least, inner)
    if stretch.high is not None:
        inner = floor(stretch.high) if stretch.high_included else ceil(stretch.high) - 1
        greatest = inner if greatest is None else min(greatest, inner)
    return least, greatest


def _stepped(kind: Kind, stretch: Stretch) -> Value:
    least, greatest = first_and_last(kind, stretch)
    if least is not None and greatest is not None and least > greatest:
        return None
    if stretch.low is None and stretch.high is None:
        return kind.value(kind.home)
    for step in kind.steps:
        if stretch.low is not None:
            assert least is not None
            key = -(-least // step) * step
        else:
            assert greatest is not None
            key = greatest // step * step
        if (least is None or key >= least) and (greatest is None or key <= greatest):
            return kind.value(key)
    return None


def _dense(stretch: Stretch) -> Value:
    low, high = _as_decimal(stretch.low), _as_decimal(stretch.high)
    for included, end in ((stretch.low_included, low), (stretch.high_included, high)):
        if included and end is not None:
            return end
    if low is None:
        return number(0 if high is None else ceil(high) - 1)
    after = number(floor(low) + 1)
    if high is None or after < high:
        return after
    return _midway(low, high)


def _midway(low: Decimal, high: Decimal) -> Decimal | None:
    try:
        middle = ARITHMETIC.add(low, ARITHMETIC.divide(ARITHMETIC.subtract(high, low), number(2)))
    except Overflow:
        return None
    for digits in range(1, _MOST_DIGITS):
        rounded = middle.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN, ARITHMETIC)
        if low < rounded < high:
            return rounded
    return middle if low < middle < high else None


def _as_decimal(key: Key | None) -> Decimal | None:
    return number(key) if isinstance(key, int) else key


def interval_test(kind: Kind, stretch: Stretch) -> str:
    """The stretch as a cell would say it: `< 18`, `3`, `[3..5)`, `? instance of number`."""
    low, high = stretch.low, stretch.high
    if low is None or high is None:
        return _reaching_test(kind, stretch)
    if low == high:
        return _text(kind, low)
    opening, closing = "[" if stretch.low_included else "(", "]" if stretch.high_included else ")"
    return f"{opening}{_text(kind, low)}..{_text(kind, high)}{closing}"


def interval_words(kind: Kind, stretch: Stretch) -> str:
    """The stretch as a condition on a name before it: `< 18`, `= 3`, `in [3..5)`, `is any number`."""
    test = interval_test(kind, stretch)
    if test[0] in "<>":
        return test
    if test[0] == "?":
        return f"is any {kind.name}"
    return f"in {test}" if test[0] in "[(" else f"= {test}"


def _reaching_test(kind: Kind, stretch: Stretch) -> str:
    if stretch.low is not None:
        return f">{'=' if stretch.low_included else ''} {_text(kind, stretch.low)}"
    if stretch.high is not None:
        return f"<{'=' if stretch.high_included else ''} {_text(kind, stretch.high)}"
    return f"? instance of {kind_of(kind.value(kind.home))}"


def _text(kind: Kind, key: Key) -> str:
    return to_text(kind.value(key))


def kinds_of(values: Sequence[Value]) -> tuple[Kind, ...]:
    """The ordered kinds that some of these values have."""
    return tuple(kind for kind in KINDS if any(kind.takes(value) for value in values))
