"""A patient's measures over the year: each with its baseline, its latest value and the target between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from care.calendars import local_date
from care.outcome_words import unit_words
from care.targets import Target, TargetLine, Targets
from engine.shared_facts import series_of
from engine.store.facts import decoded
from worklists.outcomes import Judgement


@dataclass(frozen=True, slots=True)
class Point:
    """A value, the local day it was true, and which week of the year that was."""

    on: date
    value: Decimal
    week: int


@dataclass(frozen=True, slots=True)
class Scores:
    """One measure of one case, from the baseline to the latest value."""

    measure: str
    title: str
    unit: str
    points: tuple[Point, ...]
    line: TargetLine | None
    is_guard: bool

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def shown_unit(self) -> str:
        """The unit as a heading has it; a code has none."""
        return "T score" if self.unit == "T" else unit_words(self.unit) or "value"

    @property
    def is_met(self) -> bool:
        return self.line is not None and self.line.is_met_by(self.last.value)


def scores(connection: Connection, case: RowMapping, judgement: Judgement) -> list[Scores]:
    """What was measured of a case, in the order of the track's targets; measures without a value are left out.

    What is about the person is read from the patient's other cases too. What was too old to report at alignment is left
    out: the first value is the baseline.
    """
    began: date = case["aligned_on"]
    rules, targets = judgement.rules(began.year), judgement.targets(began.year)
    found = []
    for target in targets.for_track(case["track"]):
        first_day = began - timedelta(days=rules.freshness[target.fresh].days)
        rows = series_of(connection, dict(case), target.fact, judgement.zone, judgement.shared())
        points = [_point(row, began, judgement.zone) for row in rows if row["type"] == "number"]
        points = [point for point in points if point.on >= first_day]
        if points:
            found.append(_scores(targets, target, points))
    return found


def _scores(targets: Targets, target: Target, points: Sequence[Point]) -> Scores:
    return Scores(
        measure=target.measure,
        title=target.title,
        unit=target.unit,
        points=tuple(points),
        line=targets.target_for(target.measure, points[0].value),
        is_guard=target.guard is not None,
    )


def _point(row: Mapping[str, Any], aligned_on: date, zone: ZoneInfo) -> Point:
    on = local_date(row["effective_at"], zone)
    return Point(on, decoded(row), (on - aligned_on).days // 7)
