"""Boxes, one for each row of a table: a set of places for each dimension, and which boxes meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, or_
from typing import TypeAlias

from engine.dmn.completeness.axes import bits, runs

Box: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """The boxes of all rows; `rows_at[d][p]` are the rows whose box has place p in dimension d.

    `blocks[d][k][p]` are the rows with one of the 2**k places from p on: any run of places is two such blocks.
    """

    boxes: tuple[Box, ...]
    everyone: int
    rows_at: tuple[list[int], ...] = field(repr=False)
    blocks: tuple[list[list[int]], ...] = field(repr=False)

    @classmethod
    def of(cls, boxes: Sequence[Box], sizes: Sequence[int]) -> Grid:
        """The grid of these boxes, in dimensions of so many places."""
        rows_at = tuple(_rows_at([box[d] for box in boxes], size) for d, size in enumerate(sizes))
        everyone = sum(1 << row for row, box in enumerate(boxes) if all(box))
        return cls(tuple(boxes), everyone, rows_at, tuple(_blocks(rows) for rows in rows_at))

    def reaching(self, dimension: int, places: int) -> int:
        """The rows that have one of these places in a dimension."""
        found, blocks = 0, self.blocks[dimension]
        for start, end in runs(places):
            power = (end - start).bit_length() - 1
            found |= blocks[power][start] | blocks[power][end - (1 << power)]
        return found

    def meeting(self, box: Box) -> int:
        """The rows whose box shares a point with this one."""
        return reduce(and_, (self.reaching(d, places) for d, places in enumerate(box)), self.everyone)


def _rows_at(cells: Sequence[int], size: int) -> list[int]:
    changes = [0] * (size + 1)
    for row, places in enumerate(cells):
        for start, end in runs(places):
            changes[start] ^= 1 << row
            changes[end] ^= 1 << row
    rows, found = 0, []
    for change in changes[:-1]:
        rows ^= change
        found.append(rows)
    return found


def _blocks(rows_at: list[int]) -> list[list[int]]:
    blocks, length = [rows_at], 1
    while 2 * length <= len(rows_at):
        last = blocks[-1]
        blocks.append(list(map(or_, last, last[length:])))
        length *= 2
    return blocks


def meet(left: Box, right: Box) -> bool:
    """Whether two boxes share a point."""
    return all(a & b for a, b in zip(left, right, strict=True))


def widened(grid: Grid, space: Box, box: Box) -> Box:
    """A box of a space that no row meets, grown as far as none does: the widest of a few ways to grow it."""
    point = tuple(places & -places for places in box)
    count = len(space)
    ways = (_grown(grid, space, point, [(first + d) % count for d in range(count)]) for first in range(count))
    return max(ways, key=lambda way: share(way, space), default=())


def _grown(grid: Grid, space: Box, point: Box, order: Sequence[int]) -> Box:
    box = list(point)
    reaching = [grid.reaching(d, places) for d, places in enumerate(box)]
    for d in order:
        others = reduce(and_, (rows for other, rows in enumerate(reaching) if other != d), grid.everyone)
        rows_at = grid.rows_at[d]
        box[d] = sum(1 << place for place in bits(space[d]) if not rows_at[place] & others)
        reaching[d] = grid.reaching(d, box[d])
    return tuple(box)


def share(box: Box, space: Box) -> float:
    """How much of a space a box takes, counted in places."""
    result = 1.0
    for places, all_places in zip(box, space, strict=True):
        result *= places.bit_count() / all_places.bit_count()
    return result
