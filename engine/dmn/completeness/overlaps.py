"""Pairs of rows that match the same input, as far as the hit policy minds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Final, TypeAlias

from engine.dmn.completeness.axes import bits
from engine.dmn.completeness.effort import Effort
from engine.dmn.completeness.grid import Box
from engine.dmn.completeness.layout import Layout
from engine.dmn.completeness.outputs import Outputs
from engine.dmn.completeness.report import Overlap, OverlapKind
from engine.dmn.table import HitPolicy

#: Comparing two rows costs as much as looking at so many pieces.
_PER_PAIR: Final = 4

Pair: TypeAlias = tuple[int, int]
_Candidates: TypeAlias = Iterator[tuple[Pair, OverlapKind]]


def overlaps_in(layout: Layout, effort: Effort) -> Iterator[Overlap]:
    """The pairs that the policy minds, by row: of UNIQUE all, of ANY those that answer differently, of lists twins."""
    candidates = _CANDIDATES.get(layout.table.hit_policy)
    for pair, kind in candidates(layout, effort) if candidates else ():
        overlap = _overlap(layout, pair, kind, effort)
        if overlap is not None:
            yield overlap


def _overlap(layout: Layout, pair: Pair, kind: OverlapKind, effort: Effort) -> Overlap | None:
    """The overlap with an example, if the rows themselves agree that both match it."""
    left, right = (layout.certain.boxes[row] for row in pair)
    box = tuple(a & b for a, b in zip(left, right, strict=True))
    space = layout.space
    example = layout.example(box, [d for d in range(len(box)) if box[d] != space[d]])
    sure = all(layout.matches(row, example, effort) for row in pair)
    if not sure or not layout.is_allowed(example, effort):
        return None
    first, second = (layout.table.rules[row] for row in pair)
    return Overlap((first.rule_id, second.rule_id), (first.index, second.index), kind, example)


def _meeting(layout: Layout, effort: Effort) -> Iterator[Pair]:
    grid = layout.certain
    for row in bits(grid.everyone):
        for behind in bits(grid.meeting(grid.boxes[row]) >> row + 1):
            effort.spend(_PER_PAIR)
            yield row, row + 1 + behind


def _unique(layout: Layout, effort: Effort) -> _Candidates:
    return ((pair, "not unique") for pair in _meeting(layout, effort))


def _differing(layout: Layout, effort: Effort) -> _Candidates:
    outputs = Outputs(layout.table, effort)
    for pair in _meeting(layout, effort):
        difference = outputs.difference(*pair)
        if difference is not None:
            yield pair, difference


def _twins(layout: Layout, effort: Effort) -> _Candidates:
    outputs = Outputs(layout.table, effort)
    twins: dict[Box, list[int]] = {}
    for row in bits(layout.certain.everyone):
        twins.setdefault(layout.certain.boxes[row], []).append(row)
    for pair in (pair for rows in twins.values() for pair in combinations(rows, 2)):
        effort.spend(_PER_PAIR)
        if outputs.difference(*pair) is None:
            yield pair, "same"


_CANDIDATES: Final[dict[HitPolicy, Callable[[Layout, Effort], _Candidates]]] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.ANY: _differing,
    HitPolicy.RULE_ORDER: _twins,
    HitPolicy.OUTPUT_ORDER: _twins,
    HitPolicy.COLLECT: _twins,
    HitPolicy.SUM: _twins,
    HitPolicy.COUNT: _twins,
}
