"""How much a YAML document holds once its aliases are followed: a short text may stand for billions of values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MOST_VALUES = 100_000


def expanded_size(document: Any) -> int:
    """The number of values in a document, an aliased one counted wherever it stands; RecursionError when it is in
    itself, or nested too deep."""
    return _size(document, {})


def _size(value: Any, known: dict[int, int]) -> int:
    if not isinstance(value, Mapping | list):
        return 1
    if id(value) not in known:
        inner: Iterable[Any] = value.values() if isinstance(value, Mapping) else value
        known[id(value)] = 1 + sum(_size(each, known) for each in inner)
    return known[id(value)]
