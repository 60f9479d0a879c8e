"""How one measure of a track year stands to its target: met, on course, at risk, missed, or not yet measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from care.errors import UnknownName
from care.outcome_words import measure_sentence
from care.plateau import improvement
from care.targets import Target, TargetLine, Targets
from care.windows import Days, Window

State = Literal["met", "on course", "at risk", "missed", "not measured", "reported only"]
Role = Literal["counts", "guard", "reported"]
Kind = Literal["control", "improvement", "guard rail"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value, the local day on which it was true, and how it was learnt (a fact's source)."""

    value: Decimal
    on: date
    source: str = "form"


@dataclass(frozen=True, slots=True)
class TrackYear:
    """The year that is judged, on a day: its end-of-period window, and the day on which the case closed, if it has."""

    aligned_on: date
    today: date
    freshness: Mapping[str, Days]
    window: Window | None = None
    ended_on: date | None = None

    @property
    def is_over(self) -> bool:
        """Whether nothing that is measured from now on can change the outcome."""
        return self.ended_on is not None or (self.window is not None and self.window.days_left(self.today) < 0)

    @property
    def ended_early(self) -> bool:
        """Whether the case closed before its end-of-period report could have been made."""
        return self.ended_on is not None and self.window is not None and self.ended_on < self.window.opens_on

    @property
    def last_day(self) -> date:
        """The last day whose values count."""
        closes_on = self.today if self.window is None else self.window.closes_on
        return min(self.today, closes_on, self.ended_on or self.today)

    def fresh_days(self, kind: str) -> timedelta:
        """How old a value of a kind may be when it is reported; raises UnknownName."""
        if kind not in self.freshness:
            raise UnknownName("kind of measure", kind, self.freshness)
        return timedelta(days=self.freshness[kind].days)


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    """One measure from its baseline to its latest value.

    `role` says whether it counts, guards (it must not get worse) or is reported only; `kind` whether the line is
    control or improvement; `is_reportable` whether CMS takes the latest value, by its source.
    """

    target: Target
    role: Role
    baseline: Reading | None
    latest: Reading | None
    line: TargetLine | None
    state: State
    is_reportable: bool
    year: TrackYear

    @property
    def measure(self) -> str:
        return self.target.measure

    @property
    def title(self) -> str:
        return self.target.title

    @property
    def unit(self) -> str:
        return self.target.unit

    @property
    def kind(self) -> Kind | None:
        if self.line is None:
            return None
        if self.role == "guard":
            return "guard rail"
        return "control" if self.line.direction in ("<", ">") else "improvement"

    @property
    def short(self) -> Decimal | None:
        """How far the latest value is from the line; 0 on the right side of it, None without a line or a value."""
        if self.line is None or self.latest is None:
            return None
        if self.line.is_met_by(self.latest.value):
            return Decimal(0)
        return abs(self.line.value - self.latest.value)

    @property
    def remaining(self) -> Decimal:
        """The share of the needed change that is still to come: 0 when met, 1 where nothing was reached yet."""
        if self.state == "met":
            return Decimal(0)
        if self.line is None or self.baseline is None or self.short is None:
            return Decimal(1)
        needed = abs(self.line.value - self.baseline.value)
        return min(self.short / needed, Decimal(1)) if needed else Decimal(1)

    @property
    def is_repeated(self) -> bool:
        """Whether it was measured again after the baseline's day."""
        return self.baseline is not None and self.latest is not None and self.latest.on > self.baseline.on

    @property
    def sentence(self) -> str:
        """One sentence that a case manager accepts: from where to where, the target, how it stands."""
        return measure_sentence(self)


def measure_outcome(targets: Targets, target: Target, readings: Sequence[Reading], year: TrackYear) -> MeasureOutcome:
    """How a measure stands; `readings` in any order, those that do not belong to the year are left out.

    The baseline is the first value that was fresh at alignment or came later.
    """
    first_day = year.aligned_on - year.fresh_days(target.fresh)
    found = sorted((each for each in readings if first_day <= each.on <= year.last_day), key=lambda each: each.on)
    baseline, latest = (found[0], found[-1]) if found else (None, None)
    line = targets.target_for(target.measure, None if baseline is None else baseline.value)
    role: Role = "guard" if target.guard is not None else "counts" if target.has_target else "reported"
    return MeasureOutcome(
        target=target,
        role=role,
        baseline=baseline,
        latest=latest,
        line=line,
        state=_state(targets, target, role, line, found, year),
        is_reportable=latest is not None and target.is_reported_from(latest.source),
        year=year,
    )


def _state(
    targets: Targets, target: Target, role: Role, line: TargetLine | None, found: Sequence[Reading], year: TrackYear
) -> State:
    if role == "reported":
        return "reported only"
    if year.is_over and role == "counts":
        return _final_state(target, line, found, year)
    if not found or line is None:
        return "not measured"
    if line.is_met_by(found[-1].value):
        return "met"
    if year.is_over:
        return "missed"
    return "at risk" if role == "guard" else _state_on_the_way(targets, target, line, found, year)


def _final_state(target: Target, line: TargetLine | None, found: Sequence[Reading], year: TrackYear) -> State:
    """Once the year is over only what could be reported counts: CMS takes what is not reported as not attained."""
    if line is None or year.ended_early:
        return "missed"
    reported = [each for each in found if target.is_reported_from(each.source)]
    if year.window is not None:
        first = year.window.opens_on - year.fresh_days(target.fresh)
        reported = [each for each in reported if each.on >= first]
    return "met" if reported and line.is_met_by(reported[-1].value) else "missed"


def _state_on_the_way(
    targets: Targets, target: Target, line: TargetLine, found: Sequence[Reading], year: TrackYear
) -> State:
    baseline, latest = found[0], found[-1]
    moved = improvement(target.better, baseline.value, latest.value)
    needed = abs(line.value - baseline.value)
    is_late = (year.today - year.aligned_on).days > targets.at_risk_after
    if is_late:
        return "on course" if moved >= targets.on_course_share * needed else "at risk"
    if latest.on == baseline.on:
        return "not measured"
    return "on course" if moved > 0 else "at risk"
