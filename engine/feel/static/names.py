"""The names that an expression may read, with their types, and how a dotted chain finds its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from engine.feel.lookup import PROPERTIES
from engine.feel.static.types import ANY, BOOLEAN, DAYS, NUMBER, STRING, Type, bounded, list_of

_PROPERTY_TYPES = {
    "month": bounded(1, 12),
    "day": bounded(1, 31),
    "weekday": bounded(1, 7),
    "hour": bounded(0, 23),
    "minute": bounded(0, 59),
    "time offset": DAYS,
    "timezone": STRING,
    "start included": BOOLEAN,
    "end included": BOOLEAN,
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the caller's scope holds.

    `open_prefixes` begin names that are right whatever follows, such as "loinc."; the values of such names are of the
    type that stands beside the prefix.
    """

    types: Mapping[str, Type]
    open_prefixes: Mapping[str, Type] = field(default_factory=dict)

    def find(self, chain: tuple[str, ...]) -> tuple[Type, int] | None:
        """The type of the longest name at the start of a chain, and how many of its parts that name has."""
        for end in range(len(chain), 0, -1):
            dotted = ".".join(chain[:end])
            if dotted in self.types:
                return self.types[dotted], end
        for prefix, type_ in self.open_prefixes.items():
            if ".".join(chain).startswith(prefix):
                return type_, len(chain)
        return None

    def nearest(self, dotted: str) -> str | None:
        """The known name that was probably meant."""
        close = get_close_matches(dotted, self.types, n=1, cutoff=0.7)
        return close[0] if close else None


def property_of(type_: Type, name: str) -> Type | None:
    """The type of `value.name`; None when a value of that type has no such property."""
    if not type_.is_known:
        return ANY
    if type_.kind == "context":
        return type_.member(name)
    if type_.kind == "list":
        item = property_of(type_.item or ANY, name)
        return None if item is None else list_of(item)
    if name not in PROPERTIES.get(type_.kind, ()):
        return None
    if type_.kind == "range" and name in ("start", "end"):
        return type_.item or ANY
    return _PROPERTY_TYPES.get(name, NUMBER)


def properties(type_: Type) -> tuple[str, ...]:
    """The properties that a value of a type has, as far as they are known."""
    if type_.kind == "context":
        return tuple(name for name, _ in type_.members or ())
    return PROPERTIES.get(type_.kind, ())


