"""The values that FEEL knows, and how Python values become them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Final, TypeAlias, cast

from engine.feel.beyond import Beyond
from engine.feel.errors import FeelError, FeelLimitError

MAX_EXPONENT: Final = 6144
MAX_MONTHS: Final = 12 * 999_999_999

#: Arithmetic of IEEE 754 decimal128, which DMN 1.3 (10.3.2.3.1) asks for; never the thread's own context.
ARITHMETIC: Final = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=MAX_EXPONENT,
    traps=[Overflow, InvalidOperation, DivisionByZero],
)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years-and-months duration, as a signed number of calendar months."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """Every value from `start` to `end`.

    A range that is `reaching`, such as `(> 10)`, has None for one end and no bound there. In any other a None is an
    end that nobody knows, and so nobody knows what lies in the range.
    """

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True
    reaching: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function as a value; `call` takes as many values as `parameters` has names, `types` what it says they are."""

    parameters: tuple[str, ...]
    call: Callable[[Sequence[Value]], Value]
    types: tuple[object, ...] = ()


Value: TypeAlias = (
    "bool | Decimal | str | date | datetime | time | timedelta | YearsMonths | Beyond"
    " | list[Value] | dict[str, Value] | Range | Function | None"
)

_KINDS: Final[dict[type, str]] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    Beyond: "beyond",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
KNOWN_TYPES: Final = frozenset(_KINDS)


def kind_of(value: Value) -> str:
    """The FEEL type name of a value, such as "number" or "days and time duration"."""
    return name_of_kind(value.kind if type(value) is Beyond else type(value))


def name_of_kind(kind: type) -> str:
    """The FEEL type name of a Python type."""
    return _KINDS.get(kind, "unknown")


def number(text: str | int) -> Decimal:
    """A FEEL number of at most 34 digits; FeelLimitError when its magnitude is beyond decimal128."""
    try:
        return ARITHMETIC.create_decimal(text)
    except Overflow:
        raise number_too_large() from None


def number_too_large() -> FeelLimitError:
    """The refusal of a number beyond decimal128, such as a power of powers."""
    return FeelLimitError("number exponent", MAX_EXPONENT, "use smaller powers and factors")


def to_feel(value: object, _depth: int = 0) -> Value:
    """The FEEL value of a Python value.

    int and float become decimals (a float by its shortest text), mappings and sequences are copied deeply.
    FeelError for a naive datetime, for a number that is not finite, and for any type FEEL does not know.
    """
    if _depth > 64:
        raise FeelLimitError("nesting depth", 64, "pass flatter data")
    kind = type(value)
    if kind is Decimal or kind is float:
        return _finite(cast("Decimal | float", value))
    if kind is datetime:
        return _aware(cast(datetime, value))
    if kind is list or kind is tuple:
        return [to_feel(item, _depth + 1) for item in cast("Sequence[object]", value)]
    if isinstance(value, Mapping):
        return {_key(key): to_feel(member, _depth + 1) for key, member in value.items()}
    if kind is int:
        return number(cast(int, value))
    if kind in KNOWN_TYPES:
        return cast("Value", value)
    if isinstance(value, str):  # text that libraries subclass, such as enumeration members
        return str.__str__(value)
    raise FeelError(f"a Python {kind.__name__} is not a FEEL value; pass numbers, text, dates, lists or mappings")


def _finite(value: Decimal | float) -> Decimal:
    result = number(str(value))
    if not result.is_finite():
        raise FeelError(f"the number {value} is not finite and has no FEEL value")
    return result


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise FeelError(f"the instant {value.isoformat()} has no time zone; attach one before passing it")
    return value


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise FeelError(f"a context key must be text, not {type(key).__name__}")
    return key
