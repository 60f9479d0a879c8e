"""How a chain of names finds its value: whole names first, then properties of contexts, dates, durations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from engine.feel.beyond import MICROSECOND, SECOND, Beyond, exact, kind_in
from engine.feel.limits import Budget
from engine.feel.values import (
    ARITHMETIC,
    KNOWN_TYPES,
    Range,
    Value,
    YearsMonths,
    kind_of,
    name_of_kind,
    number,
    to_feel,
)

Frames: TypeAlias = "tuple[Mapping[str, Value], Frames] | None"


class Missing:
    """The type of MISSING, which stands for a name that nothing has."""


MISSING: Final = Missing()


def find(chain: tuple[str, ...], scope: Mapping[str, Value], frames: Frames, budget: Budget) -> Value | Missing:
    """The value of a dotted chain, from the innermost frame outwards; MISSING when its first name is unknown.

    In each frame "a.b.c" is tried as a whole, then "a.b" with property c, then "a" with properties b and c.
    """
    while frames is not None:
        value = _find_in(chain, frames[0], budget)
        if value is not MISSING:
            return value
        frames = frames[1]
    return _find_in(chain, scope, budget)


def _find_in(chain: tuple[str, ...], names: Mapping[str, Value], budget: Budget) -> Value | Missing:
    for end in range(len(chain), 0, -1):
        value = names.get(".".join(chain[:end]), MISSING)
        if not isinstance(value, Missing):
            result = known(value)
            for name in chain[end:]:
                result = member(result, name, budget)
            return result
    return MISSING


def known(value: Value) -> Value:
    """The value itself when FEEL knows its type, else converted; FeelError for a foreign Python object."""
    return value if type(value) in KNOWN_TYPES else to_feel(value)


def member(value: Value, name: str, budget: Budget) -> Value:
    """`value.name`: an entry of a context, a property of a date, duration or range, or that of each item."""
    if isinstance(value, dict):
        if name in value:
            return known(value[name])
        budget.warn(f"the context has no entry '{name}'")
        return None
    if isinstance(value, list):
        budget.charge_items(len(value))
        return [None if item is None else member(item, name, budget) for item in value]
    read = _PROPERTIES.get(kind_in(value), {}).get(name)
    if read is None:
        budget.warn(f"a {kind_of(value)} has no property '{name}'")
        return None
    return read(value)


def _zone_name(value: datetime | time | Beyond) -> Value:
    name = getattr(value.tzinfo, "key", None)
    return name if isinstance(name, str) else None


_Reader: TypeAlias = Callable[..., Value]

_DATE: Final[dict[str, _Reader]] = {
    "year": lambda value: number(value.year),
    "month": lambda value: number(value.month),
    "day": lambda value: number(value.day),
    "weekday": lambda value: number(value.isoweekday()),
}
_TIME: Final[dict[str, _Reader]] = {
    "hour": lambda value: number(value.hour),
    "minute": lambda value: number(value.minute),
    "second": lambda value: ARITHMETIC.divide(number(exact(value) % (60 * SECOND)), number(SECOND)),
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone_name,
}


def _part(unit: int, modulus: int) -> _Reader:
    def read(value: timedelta | Beyond) -> Decimal:
        total = exact(value) // MICROSECOND
        count = abs(total) // unit % modulus if modulus else abs(total) // unit
        return number(-count if total < 0 else count)

    return read


def _months_part(pick: Callable[[int], int]) -> _Reader:
    return lambda value: number(pick(abs(value.months)) * (-1 if value.months < 0 else 1))


_PROPERTIES: Final[dict[type, dict[str, _Reader]]] = {
    date: {
        **_DATE,
        "hour": lambda _: number(0),
        "minute": lambda _: number(0),
        "second": lambda _: number(0),
    },
    datetime: {**_DATE, **_TIME},
    time: _TIME,
    timedelta: {
        "days": _part(86_400_000_000, 0),
        "hours": _part(3_600_000_000, 24),
        "minutes": _part(60_000_000, 60),
        "seconds": _part(1_000_000, 60),
    },
    YearsMonths: {
        "years": _months_part(lambda months: months // 12),
        "months": _months_part(lambda months: months % 12),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
PROPERTIES: Final = {name_of_kind(kind): tuple(readers) for kind, readers in _PROPERTIES.items()}
