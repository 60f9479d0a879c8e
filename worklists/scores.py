"""A patient's measures over the year: each with its baseline, its latest value and the target between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import Connection, RowMapping

from care.calendars import local_date
from care.targets import Standing, Target, TargetLine, Targets, targets_from
from engine.store.facts import decoded, series

# Where a measure's fact is not named "<measure>.score" (engine.measures gives these names).
_FACTS = {
    "systolic": "bp.systolic",
    "ldl": "ldl.value",
    "weight": "weight.value",
    "bmi": "bmi.value",
    "waist": "waist.value",
    "hba1c": "hba1c.value",
    "egfr": "egfr.value",
    "uacr": "uacr.value",
}


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
    standing: Standing | None
    is_guard: bool

    @property
    def first(self) -> Point:
        return self.points[0]

    @property
    def last(self) -> Point:
        return self.points[-1]

    @property
    def is_met(self) -> bool:
        return self.line is not None and self.line.is_met_by(self.last.value)


def scores(connection: Connection, case: RowMapping, targets: Targets, zone: ZoneInfo) -> list[Scores]:
    """What was measured of a case, in the order of the track's targets; measures without a value are left out."""
    found = []
    for target in targets.for_track(case["track"]):
        name = _FACTS.get(target.measure, f"{target.measure}.score")
        rows = series(connection, case["id"], name)
        points = tuple(_point(dict(row), case["aligned_on"], zone) for row in rows if row["type"] == "number")
        if points:
            found.append(_scores(targets, target, points))
    return found


def _scores(targets: Targets, target: Target, points: Sequence[Point]) -> Scores:
    first, last = points[0].value, points[-1].value
    return Scores(
        measure=target.measure,
        title=target.title,
        unit=target.unit,
        points=tuple(points),
        line=targets.target_for(target.measure, first),
        standing=targets.standing(target.measure, first, last) if len(points) > 1 else None,
        is_guard=target.guard is not None,
    )


def _point(row: Mapping[str, Any], aligned_on: date, zone: ZoneInfo) -> Point:
    on = local_date(row["effective_at"], zone)
    return Point(on, decoded(row), (on - aligned_on).days // 7)


@cache
def targets_in(pathways_dir: Path) -> Targets:
    """The targets of the newest performance year that is configured; raises ConfigurationError for a wrong file."""
    newest = max((pathways_dir / "configuration").glob("targets-*.yaml"))
    return targets_from(yaml.safe_load(newest.read_text(encoding="utf-8")))
