"""Which value a name has: those bound here stand in front of those around, however the names are dotted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from engine.feel import Value

NOTHING: Final[Mapping[str, Value]] = MappingProxyType({})


class Local(Mapping[str, Value]):
    """Names in front of a scope that may be lazy: it is asked for a name only when nothing here hides that name.

    A bound `Applicant` also hides an outer `Applicant.age`: FEEL asks for the dotted name first, and would else read
    a fact where the file means the property of its own value.
    """

    __slots__ = ("_outer", "_values")

    def __init__(self, values: Mapping[str, Value], outer: Mapping[str, Value]) -> None:
        self._values, self._outer = values, outer

    def __getitem__(self, name: str) -> Value:
        if name in self._values:
            return self._values[name]
        if any(prefix in self._values for prefix in prefixes(name)):
            raise KeyError(name)
        return self._outer[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._values, *self._outer]))

    def __len__(self) -> int:
        return len(set(self._values) | set(self._outer))


class Awaited(Mapping[str, Value]):
    """Names whose values are worked out when they are first asked for."""

    __slots__ = ("_known", "_ways")

    def __init__(self, ways: Mapping[str, Callable[[], Value]]) -> None:
        self._ways, self._known = ways, dict[str, Value]()

    def __getitem__(self, name: str) -> Value:
        if name not in self._known:
            self._known[name] = self._ways[name]()
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._ways

    def __iter__(self) -> Iterator[str]:
        return iter(self._ways)

    def __len__(self) -> int:
        return len(self._ways)


class Only(Mapping[str, Value]):
    """Some names of a scope, as far as it has them, and none of the others."""

    __slots__ = ("_names", "_outer")

    def __init__(self, names: Collection[str], outer: Mapping[str, Value]) -> None:
        self._names, self._outer = names, outer

    def __getitem__(self, name: str) -> Value:
        if name not in self._names:
            raise KeyError(name)
        return self._outer[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._names if name in self._outer)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def prefixes(name: str) -> Iterator[str]:
    """The beginnings of a dotted name: a.b and a for a.b.c."""
    end = name.rfind(".")
    while end > 0:
        yield name[:end]
        end = name.rfind(".", 0, end)


def free(names: frozenset[str], bound: Collection[str]) -> frozenset[str]:
    """Those of the names that are read from outside when these are bound."""
    if not bound:
        return names
    return frozenset(name for name in names if name not in bound and not any(each in bound for each in prefixes(name)))
