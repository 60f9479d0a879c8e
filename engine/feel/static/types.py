"""What is known of a value before anything is evaluated: its kind, its parts, which values it can have at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from engine.feel.nodes import TypeName
from engine.feel.values import Value, kind_of

ANY_KIND: Final = "Any"
_MOST_ALLOWED: Final = 64


@dataclass(frozen=True, slots=True)
class Type:
    """A type; each value of it may be null besides.

    `kind` is a FEEL type name such as "number", or "Any". `item` is the type of a list's items, a range's ends or a
    function's result, `members` those of a context (None when nobody knows which it has). `allowed` are the only values
    it can have, `low` and `high` the bounds of a number.
    """

    kind: str
    item: Type | None = None
    members: tuple[tuple[str, Type], ...] | None = None
    allowed: tuple[Value, ...] | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def __str__(self) -> str:
        if self.kind in ("list", "range") and self.item is not None and self.item.kind != ANY_KIND:
            return f"{self.kind} of {self.item}"
        return self.kind

    @property
    def is_known(self) -> bool:
        """Whether the kind is known, and is not that of null alone."""
        return self.kind not in (ANY_KIND, "null")

    def member(self, name: str) -> Type | None:
        """The type of an entry of a context; None when it has no such entry."""
        return dict(self.members).get(name) if self.members is not None else ANY

    def plain(self) -> Type:
        """The same without what is known of its values."""
        return replace(self, allowed=None, low=None, high=None)


ANY: Final = Type(ANY_KIND)
NULL: Final = Type("null")
NUMBER: Final = Type("number")
STRING: Final = Type("string")
BOOLEAN: Final = Type("boolean")
DATE: Final = Type("date")
TIME: Final = Type("time")
DATE_AND_TIME: Final = Type("date and time")
DAYS: Final = Type("days and time duration")
MONTHS: Final = Type("years and months duration")
LIST: Final = Type("list", ANY)
CONTEXT: Final = Type("context")
FUNCTION: Final = Type("function", ANY)
RANGE: Final = Type("range", ANY)


def list_of(item: Type) -> Type:
    """The type of a list with such items."""
    return Type("list", item)


def context_of(members: Mapping[str, Type]) -> Type:
    """The type of a context with these entries."""
    return Type("context", members=tuple(members.items()))


def choice_of(values: Iterable[Value]) -> Type:
    """The type of a value that is one of a few, all of one kind."""
    allowed = tuple(values)
    kinds = {kind_of(value) for value in allowed}
    return Type(kinds.pop(), allowed=allowed) if len(kinds) == 1 else ANY


def bounded(low: Decimal | int | float | None, high: Decimal | int | float | None) -> Type:
    """The type of a number with bounds, which it reaches; None for no bound."""
    return Type("number", low=_decimal(low), high=_decimal(high))


def _decimal(bound: Decimal | int | float | None) -> Decimal | None:
    return None if bound is None else Decimal(str(bound))


def type_of(value: Value) -> Type:
    """The type of a constant, which is the only value that it allows."""
    if value is None:
        return NULL
    if isinstance(value, Decimal):
        return Type("number", allowed=(value,), low=value, high=value)
    if isinstance(value, list):
        return list_of(joined(type_of(item) for item in value))
    if isinstance(value, dict):
        return context_of({name: type_of(member) for name, member in value.items()})
    kind = kind_of(value)
    return Type(kind, allowed=(value,)) if kind in ("string", "boolean") else Type(kind)


def joined(types: Iterable[Type]) -> Type:
    """The type of a value that is of one of these."""
    found: Type | None = None
    for type_ in types:
        found = type_ if found is None or found.kind == "null" else _join(found, type_)
    return ANY if found is None else found


def _join(left: Type, right: Type) -> Type:
    if right.kind == "null":
        return left
    if left.kind != right.kind:
        return ANY
    item = None if left.item is None or right.item is None else _join(left.item, right.item)
    return Type(left.kind, item, _members(left, right), *_values(left, right))


def _members(left: Type, right: Type) -> tuple[tuple[str, Type], ...] | None:
    if left.members is None or right.members is None:
        return None
    members = dict(left.members)
    for name, type_ in right.members:
        members[name] = _join(members[name], type_) if name in members else type_
    return tuple(members.items())


def _values(
    left: Type, right: Type
) -> tuple[tuple[Value, ...] | None, Decimal | None, Decimal | None]:
    allowed = None
    if left.allowed is not None and right.allowed is not None and len(left.allowed) < _MOST_ALLOWED:
        allowed = left.allowed + tuple(value for value in right.allowed if value not in left.allowed)
    low = None if left.low is None or right.low is None else min(left.low, right.low)
    high = None if left.high is None or right.high is None else max(left.high, right.high)
    return allowed, low, high


_WORDS: Final = {"Null": NULL, "Any": ANY, "list": LIST, "context": CONTEXT, "function": FUNCTION, "range": RANGE}


def declared(type_: TypeName) -> Type:
    """The type that an expression names, such as `list<number>`."""
    if type_.keys:
        return context_of({key: declared(member) for key, member in zip(type_.keys, type_.members, strict=True)})
    if type_.name in ("list", "range") and type_.members:
        return Type(type_.name, declared(type_.members[0]))
    if type_.name == "function" and type_.result is not None:
        return Type("function", declared(type_.result))
    return _WORDS.get(type_.name, Type(type_.name))
