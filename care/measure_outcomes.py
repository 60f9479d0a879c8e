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
    """The year that is judged, on a day.

    `window` is the one of its end-of-period report, `reported_on` the day on which that report was made, `ended_on` the
    day on which the case closed; `baseline_window` is the one in which CMS takes a baseline.
    """

    aligned_on: date
    today: date
    freshness: Mapping[str, Days]
    window: Window | None = None
    ended_on: date | None = None
    reported_on: date | None = None
    baseline_window: Window | None = None

    @property
    def report(self) -> date | None:
        """The day of the report that counts: made by today, in its window, and not after the case had closed."""
        day = self.reported_on
        if day is None or day > min(self.today, self.ended_on or self.today):
            return None
        return day if self.window is None or day in self.window else None

    @property
    def is_over(self) -> bool:
        """Whether nothing that is measured from now on can change the outcome."""
        if self.report is not None or self.ended_on is not None:
            return True
        return self.window is not None and self.window.days_left(self.today) < 0

    @property
    def ended_early(self) -> bool:
        """Whether the case closed while its end-of-period report could still have been made, and it was not."""
        if self.ended_on is None or self.report is not None:
            return False
        return self.window is None or self.ended_on <= self.window.closes_on

    @property
    def last_day(self) -> date:
        """The last day whose values count."""
        closes_on = self.today if self.window is None else self.window.closes_on
        return min(self.today, closes_on, self.ended_on or self.today, self.report or self.today)

    def fresh_days(self, kind: str) -> timedelta:
        """How old a value of a kind may be when it is reported; raises UnknownName."""
        if kind not in self.freshness:
            raise UnknownName("kind of measure", kind, self.freshness)
        return timedelta(days=self.freshness[kind].days)


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    """One measure from its baseline to its latest value, or to the one that was reported.

    `role` says whether it counts, guards (it must not get worse) or is reported only; `kind` whether the line is
    control or improvement; `is_reportable` whether CMS takes the latest value, by its source; `baseline_counts` is
    False where the line is easier by an improvement from a baseline that CMS cannot have.
    """

    target: Target
    role: Role
    baseline: Reading | None
    latest: Reading | None
    line: TargetLine | None
    state: State
    is_reportable: bool
    baseline_counts: bool
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
    def is_seen_by_cms(self) -> bool:
        """Whether CMS would see it as it stands here: the latest value, and the baseline or the level alone."""
        if self.latest is None or not self.is_reportable:
            return False
        return self.baseline_counts or self.target.is_controlled_by(self.latest.value)

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

    The baseline is the first value that was fresh at alignment or came later; of a measure that CMS takes from some
    sources only, the first that it takes by the end of the baseline window. Where there is none of these, the first of
    any source serves on the way, and in the end an improvement cannot be shown: only control meets the target.
    """
    first_day = year.aligned_on - year.fresh_days(target.fresh)
    found = sorted((each for each in readings if first_day <= each.on <= year.last_day), key=lambda each: each.on)
    taken = next((each for each in found if _is_baseline_for_cms(target, each, year)), None)
    baseline = taken or (found[0] if found else None)
    reported = _reported(target, found, year)
    role: Role = "guard" if target.guard is not None else "counts" if target.has_target else "reported"
    on_the_way = targets.target_for(target.measure, None if baseline is None else baseline.value)
    in_the_end = targets.target_for(target.measure, None if taken is None else taken.value)
    is_final = year.is_over and role == "counts"
    line = in_the_end if is_final else on_the_way
    latest = reported[-1] if is_final and reported else found[-1] if found else None
    return MeasureOutcome(
        target=target,
        role=role,
        baseline=baseline,
        latest=latest,
        line=line,
        state=_final_state(line, reported) if is_final else _state(targets, target, role, line, baseline, latest, year),
        is_reportable=latest is not None and target.is_reported_from(latest.source),
        baseline_counts=role != "counts" or in_the_end == on_the_way,
        year=year,
    )


def _is_baseline_for_cms(target: Target, reading: Reading, year: TrackYear) -> bool:
    """Where CMS takes every source, the first value is the baseline whenever it came."""
    if not target.reported_from:
        return True
    is_in_time = year.baseline_window is None or reading.on <= year.baseline_window.closes_on
    return is_in_time and target.is_reported_from(reading.source)


def _state(
    targets: Targets,
    target: Target,
    role: Role,
    line: TargetLine | None,
    baseline: Reading | None,
    latest: Reading | None,
    year: TrackYear,
) -> State:
    if role == "reported":
        return "reported only"
    if baseline is None or latest is None or line is None:
        return "not measured"
    if line.is_met_by(latest.value):
        return "met"
    if year.is_over:
        return "missed"
    return "at risk" if role == "guard" else _state_on_the_way(targets, target, line, baseline, latest, year)


def _reported(target: Target, found: Sequence[Reading], year: TrackYear) -> list[Reading]:
    """What the end-of-period report could hold on its day: fresh, and of a source that CMS takes."""
    if year.report is None:
        return []
    first = year.report - year.fresh_days(target.fresh)
    return [each for each in found if each.on >= first and target.is_reported_from(each.source)]


def _final_state(line: TargetLine | None, reported: Sequence[Reading]) -> State:
    """Secondary: what is not reported in the end-of-period window is not attained."""
    is_met = line is not None and bool(reported) and line.is_met_by(reported[-1].value)
    return "met" if is_met else "missed"


def _state_on_the_way(
    targets: Targets, target: Target, line: TargetLine, baseline: Reading, latest: Reading, year: TrackYear
) -> State:
    moved = improvement(target.better, baseline.value, latest.value)
    needed = abs(line.value - baseline.value)
    is_late = (year.today - year.aligned_on).days > targets.at_risk_after
    if is_late:
        return "on course" if moved >= targets.on_course_share * needed else "at risk"
    if latest.on == baseline.on:
        return "not measured"
    return "on course" if moved > 0 else "at risk"
