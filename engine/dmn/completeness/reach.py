"""Rows that never answer: no value meets one of their cells, or rows that go before take all they match."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn.completeness.axes import bits
from engine.dmn.completeness.effort import Effort
from engine.dmn.completeness.layout import Layout
from engine.dmn.completeness.outputs import Outputs
from engine.dmn.completeness.report import Unreached
from engine.dmn.completeness.search import Search
from engine.dmn.table import HitPolicy


def impossible_rows(layout: Layout) -> Iterator[Unreached]:
    """The rows with a cell that no allowed value meets, under any policy."""
    for row, box in enumerate(layout.possible.boxes):
        empty = next((d for d, places in enumerate(box) if not places), None)
        if empty is not None:
            rule, dimension = layout.table.rules[row], layout.dimensions[empty]
            source = " and ".join(rule.tests[column].source for column in dimension.columns)
            yield Unreached(rule.rule_id, rule.index, (), (), dimension.label, source)


def rows_before(layout: Layout, effort: Effort) -> dict[int, int]:
    """For each row the rows whose answer goes before its own; none where the policy does not choose."""
    policy = layout.table.hit_policy
    order: list[int] = []
    if policy is HitPolicy.FIRST:
        order = list(range(len(layout.table.rules)))
    elif policy is HitPolicy.PRIORITY:
        order = Outputs(layout.table, effort).by_priority()
    before, found = 0, {}
    for row in order:
        found[row] = before
        before |= 1 << row
    return found


def hidden(layout: Layout, row: int, before: int, effort: Effort) -> Unreached | None:
    """Why a row never answers, if the rows before it take all it may match; EffortSpent when undecided."""
    box = layout.possible.boxes[row]
    meeting = layout.certain.meeting(box) & before
    if not meeting or not all(box):
        return None
    effort.spend(meeting.bit_count())
    alone = _alone(layout, row, meeting)
    if not alone and Search(layout.certain, box, meeting, effort).uncovered() is not None:
        return None
    rule, *others = (layout.table.rules[each] for each in (row, *bits(alone or meeting)))
    return Unreached(rule.rule_id, rule.index, tuple(o.index for o in others), tuple(o.rule_id for o in others))


def _alone(layout: Layout, row: int, meeting: int) -> int:
    """The first row that takes all that another matches on its own, as a set of one; 0 when there is none."""
    box, boxes = layout.possible.boxes[row], layout.certain.boxes
    covering = (other for other in bits(meeting) if all(not b & ~c for b, c in zip(box, boxes[other], strict=True)))
    first = next(covering, None)
    return 0 if first is None else 1 << first
