"""The search for a point of a space that no box covers, dimension by dimension, within a given effort.

After Calvanese et al., Semantics and Analysis of DMN Decision Tables (2016): along one dimension, only the rows that
are still alive matter for the next. To find such a point is hard in general, so three things keep it short: rows that
cover all that is left end a branch, a pair of dimension and living rows is looked at once, and where no two living
rows meet, their sizes add up and counting decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.dmn.completeness.axes import bits
from engine.dmn.completeness.effort import Effort
from engine.dmn.completeness.grid import Box, Grid, meet

_EVERY_ROW: Final = -1


class Search:
    """Looks through a space for points outside some boxes, and may be given more boxes on the way."""

    def __init__(self, grid: Grid, space: Box, rows: int, effort: Effort) -> None:
        self._effort = effort
        boxes = {row: _cut(grid.boxes[row], space) for row in bits(rows)}
        self._boxes = {row: box for row, box in boxes.items() if all(box)}
        # The most telling dimension first, so that few rows stay alive.
        self._order = sorted(range(len(space)), key=lambda d: sum(box[d].bit_count() for box in self._boxes.values())
                             / (space[d].bit_count() or 1))  # fmt: skip
        self._space = tuple(space[d] for d in self._order)
        self._sizes = _sizes(self._space)
        self._covered: set[tuple[int, int]] = set()
        self._volumes: dict[int, tuple[int, ...]] = {}
        self._full = [0] * len(space) + [_EVERY_ROW]
        self._meeting: dict[int, int] = {}
        living = sum(1 << row for row in self._boxes)
        for row, box in self._boxes.items():
            self._measure(row, box, grid.meeting(grid.boxes[row]) & living & ~(1 << row))
        effort.spend(sum(places.bit_count() for places in space))
        self._pieces = [_pieces(grid.rows_at[d], space[d], living) for d in self._order]
        self._next_row = len(grid.boxes)

    def uncovered(self) -> Box | None:
        """A box that no box covers any part of, or None when the space is covered; EffortSpent when undecided."""
        found = self._below(0, sum(1 << row for row in self._boxes))
        if found is None:
            return None
        place = {d: position for position, d in enumerate(self._order)}
        return tuple(found[place[d]] for d in range(len(self._order)))

    def cover(self, box: Box) -> None:
        """Take a box for covered from now on."""
        row, self._next_row = self._next_row, self._next_row + 1
        meeting = sum(1 << other for other, each in self._boxes.items() if meet(each, box))
        for other in bits(meeting):
            self._meeting[other] |= 1 << row
        self._boxes[row] = box
        self._measure(row, box, meeting)
        for position, d in enumerate(self._order):
            self._pieces[position] = list(_split(self._pieces[position], box[d], 1 << row))

    def _measure(self, row: int, box: Box, meeting: int) -> None:
        self._meeting[row] = meeting
        self._volumes[row] = _sizes(tuple(box[d] for d in self._order))
        for position, size in enumerate(self._sizes[:-1]):
            if self._volumes[row][position] == size:
                self._full[position] |= 1 << row

    def _below(self, position: int, rows: int) -> list[int] | None:
        if not rows:
            return list(self._space[position:])
        if rows & self._full[position] or (position, rows) in self._covered:
            return None
        self._effort.spend(len(self._pieces[position]) + rows.bit_count())
        if not self._counts_as_covered(position, rows):
            for living, places in self._branches(position, rows):
                rest = self._below(position + 1, living)
                if rest is not None:
                    return [places, *rest]
        self._covered.add((position, rows))
        return None

    def _counts_as_covered(self, position: int, rows: int) -> bool:
        living = list(bits(rows))
        if sum(self._volumes[row][position] for row in living) < self._sizes[position]:
            return False
        return not any(self._meeting[row] & rows for row in living)

    def _branches(self, position: int, rows: int) -> Iterable[tuple[int, int]]:
        """The rows still alive at each group of places, the fewest first: there a point is found soonest."""
        groups: dict[int, int] = {}
        for here, places in self._pieces[position]:
            living = here & rows
            groups[living] = groups.get(living, 0) | places
        return sorted(groups.items(), key=lambda group: group[0].bit_count())


def _cut(box: Box, space: Box) -> Box:
    return tuple(places & within for places, within in zip(box, space, strict=True))


def _sizes(box: Box) -> tuple[int, ...]:
    """How many points a box has from each dimension on; 1 behind the last."""
    sizes = [1]
    for places in reversed(box):
        sizes.append(sizes[-1] * places.bit_count())
    return tuple(reversed(sizes))


def _pieces(rows_at: list[int], places: int, rows: int) -> list[tuple[int, int]]:
    """The places of one dimension, those together at which the same rows hold."""
    groups: dict[int, int] = {}
    for place in bits(places):
        here = rows_at[place] & rows
        groups[here] = groups.get(here, 0) | 1 << place
    return list(groups.items())


def _split(pieces: list[tuple[int, int]], places: int, row: int) -> Iterable[tuple[int, int]]:
    for here, those in pieces:
        if those & places:
            yield here | row, those & places
        if those & ~places:
            yield here, those & ~places
