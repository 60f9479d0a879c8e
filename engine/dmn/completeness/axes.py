"""The values of one kind, cut at every bound that a column names: into single values, and all that lies between.

Places count these pieces from 0; a set of places is an int with a bit for each.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from typing import Final, TypeAlias

from engine.dmn.intervals import Key, Kind, Stretch, first_and_last, interval_test, interval_words, value_in
from engine.feel import Value, kind_of, to_text

_OTHER_TEXT: Final = "anything else"


def bits(places: int) -> Iterator[int]:
    """The members of a set of places, in order."""
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def runs(places: int) -> Iterator[tuple[int, int]]:
    """The unbroken runs of a set of places: each its first place and the one after its last."""
    while places:
        start = (places & -places).bit_length() - 1
        ahead = places >> start
        end = start + (~ahead & (ahead + 1)).bit_length() - 1
        yield start, end
        places = places >> end << end


def span(start: int, end: int) -> int:
    """The places from start to the one before end."""
    return (1 << end) - (1 << start)


@dataclass(frozen=True, slots=True)
class Scale:
    """An ordered kind of values: odd places are the bounds, even ones what lies before, between and behind them.

    `samples` has a value for each place, None for a place where there is none.
    """

    kind: Kind
    keys: tuple[Key, ...]
    samples: tuple[Value, ...]

    @classmethod
    def cut(cls, kind: Kind, values: Iterable[Value]) -> Scale:
        """The scale of a kind with these bounds; values of other kinds are passed over."""
        bounds = {kind.key(value): value for value in values if kind.takes(value)}
        keys = tuple(sorted(bounds))
        stretches = [_stretch(keys, place) for place in range(2 * len(keys) + 1)]
        samples = [
            _bound(kind, bounds[keys[place // 2]]) if place % 2 else value_in(kind, each)
            for place, each in enumerate(stretches)
        ]
        return cls(kind, keys, tuple(samples))

    def parts(self, values: Sequence[Value]) -> Iterator[int]:
        """The sets of places into which these bounds alone would cut the scale."""
        start = 0
        for index in sorted({bisect_left(self.keys, self.kind.key(each)) for each in values if self.kind.takes(each)}):
            yield span(start, 2 * index + 1)
            yield span(2 * index + 1, 2 * index + 2)
            start = 2 * index + 2
        yield span(start, len(self.samples))

    def words(self, places: int) -> Iterator[str]:
        """The places as conditions: `< 18`, `in [3..5)`."""
        return (interval_words(self.kind, stretch) for stretch in self._stretches(places))

    def tests(self, places: int) -> Iterator[str]:
        """The places as tests of a cell: `< 18`, `[3..5)`."""
        return (interval_test(self.kind, stretch) for stretch in self._stretches(places))

    def _stretches(self, places: int) -> Iterator[Stretch]:
        empty = sum(1 << place for place, sample in enumerate(self.samples) if sample is None)
        for start, end in runs(places | empty):
            inside = list(bits(places & span(start, end)))
            if inside:
                yield self._closed(_hull(self.keys, inside))

    def _closed(self, stretch: Stretch) -> Stretch:
        if not self.kind.counts:
            return stretch
        least, greatest = first_and_last(self.kind, stretch)
        if stretch.low is not None:
            stretch = replace(stretch, low=least, low_included=True)
        return stretch if stretch.high is None else replace(stretch, high=greatest, high_included=True)

    def rank(self, place: int) -> tuple[bool, bool]:
        """Lower for a nicer sample: a whole number before others, a bound before what lies between."""
        sample = self.samples[place]
        return isinstance(sample, Decimal) and sample != sample.to_integral_value(), place % 2 == 0


def _bound(kind: Kind, value: Value) -> Value:
    """The value at a bound, unless there is none: 2.5 for whole numbers, -1 for a count."""
    key = kind.key(value)
    within = (kind.low is None or key >= kind.low) and (kind.high is None or key <= kind.high)
    return value if within and (not kind.steps or key == int(key)) else None


def _stretch(keys: Sequence[Key], place: int) -> Stretch:
    index = place // 2
    if place % 2:
        return Stretch(keys[index], keys[index], True, True)
    return Stretch(keys[index - 1] if index else None, keys[index] if index < len(keys) else None)


def _hull(keys: Sequence[Key], places: Sequence[int]) -> Stretch:
    first, last = _stretch(keys, places[0]), _stretch(keys, places[-1])
    return Stretch(first.low, last.high, first.low_included, last.high_included)


@dataclass(frozen=True, slots=True)
class Choice:
    """Values without an order: each of those listed is a place, and for strings the last place is all others."""

    listed: tuple[Value, ...]
    samples: tuple[Value, ...]

    @classmethod
    def of_text(cls, values: Iterable[Value]) -> Choice:
        """The strings among the values, and every other string."""
        listed = tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
        other = _OTHER_TEXT
        while other in listed:
            other += " still"
        return cls(listed, (*listed, other))

    @classmethod
    def of_truth(cls) -> Choice:
        """True and false."""
        return cls((True, False), (True, False))

    def parts(self, values: Sequence[Value]) -> Iterator[int]:
        """The sets of places that these values tell apart: each of them, and all others together."""
        named = [place for place, each in enumerate(self.listed) if any(_same(each, value) for value in values)]
        yield from (1 << place for place in named)
        yield span(0, len(self.samples)) & ~reduce(int.__or__, (1 << place for place in named), 0)

    def words(self, places: int) -> Iterator[str]:
        """The places as a condition: `= "a"`, `in ("a", "b")`, `other than "a"`."""
        inside, outside = self._texts(places), self._texts(~places)
        if places >> len(self.listed):
            yield f"other than {', '.join(outside)}" if outside else "is any text"
        elif inside:
            yield f"= {inside[0]}" if len(inside) == 1 else f"in ({', '.join(inside)})"

    def tests(self, places: int) -> Iterator[str]:
        """The places as tests of a cell: `"a"`, `? != "a" and ? != "b"`."""
        if places >> len(self.listed):
            outside = self._texts(~places)
            yield " and ".join(f"? != {text}" for text in outside) if outside else "? instance of string"
        else:
            yield from self._texts(places)

    def _texts(self, places: int) -> list[str]:
        return [to_text(value) for place, value in enumerate(self.listed) if places >> place & 1]

    def rank(self, place: int) -> tuple[bool, bool]:
        """Lower for a nicer sample: one that is listed."""
        return place >= len(self.listed), False


@dataclass(frozen=True, slots=True)
class Strangers:
    """Values that a column may hold though it is not meant for them, one of each kind that no cell names."""

    samples: tuple[Value, ...]

    def parts(self, values: Sequence[Value]) -> Iterator[int]:
        """Each value alone."""
        return (1 << place for place in range(len(self.samples)))

    def words(self, places: int) -> Iterator[str]:
        """The places as a condition, with a value of each."""
        return (f"= {to_text(self.samples[place])}" for place in bits(places))

    def tests(self, places: int) -> Iterator[str]:
        """The places as tests of a cell."""
        return (f"? instance of {kind_of(self.samples[place])}" for place in bits(places))

    def rank(self, place: int) -> tuple[bool, bool]:
        """All the same."""
        return False, False


def _same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and left == right


Axis: TypeAlias = "Scale | Choice | Strangers"
