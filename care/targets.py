"""What a patient has to reach on each measure of a track, and which of these decide a track's outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast

from care.documents import Entry, document_entry
from care.errors import ConfigurationError, UnknownName, did_you_mean
from care.plateau import improvement
from care.questionnaires import Better

Direction = Literal[">=", "<=", "<", ">"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure has to reach.

    `control` is a level, `points` or `percent` an improvement from baseline, `guard` a limit on how much
    worse it may get; a measure that is only reported has none of them. `fact` is what the engine calls its
    values, `fresh` the kind of freshness rule that it keeps to, `reported_from` the sources whose values CMS
    takes, all of them when it is empty.
    """

    measure: str
    title: str
    tracks: tuple[str, ...]
    unit: str
    better: Better
    loinc: tuple[str, ...]
    control: Decimal | None
    points: Decimal | None
    percent: Decimal | None
    guard: Decimal | None
    source: str
    fact: str
    fresh: str
    reported_from: tuple[str, ...] = ()

    @property
    def has_target(self) -> bool:
        """Whether there is something to reach; a guard rail is only not to be broken."""
        return any(each is not None for each in (self.control, self.points, self.percent))

    def is_reported_from(self, source: str) -> bool:
        """Whether CMS takes a value of this source."""
        return not self.reported_from or source in self.reported_from

    def is_controlled_by(self, value: Decimal) -> bool:
        """Whether a value is at the level that meets the target whatever the baseline was."""
        line = _control(self)
        return line is not None and line.is_met_by(value)


@dataclass(frozen=True, slots=True)
class Demand:
    """Measures of which one has to meet its target; not `required`, it counts once one has a baseline."""

    measures: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class TargetLine:
    """The line to draw and to say: the `value` to reach, in which direction, and the same in words."""

    value: Decimal
    direction: Direction
    text: str

    def is_met_by(self, value: Decimal) -> bool:
        """Whether a value is on the right side of the line."""
        if self.direction == "<=":
            return value <= self.value
        if self.direction == ">=":
            return value >= self.value
        return value < self.value if self.direction == "<" else value > self.value


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a performance year, by measure, and what decides the outcome, by track.

    A patient who was measured again and is no better than at baseline is at risk, and after `at_risk_after` days one
    with less than `on_course_share` of the needed change, measured again or not. These are this project's defaults,
    not CMS's.
    """

    performance_year: int
    on_course_share: Decimal
    at_risk_after: int
    by_measure: Mapping[str, Target]
    attainment: Mapping[str, tuple[Demand, ...]]

    def target(self, measure: str) -> Target:
        """The target of a measure; raises UnknownName with a hint."""
        if measure not in self.by_measure:
            raise UnknownName("measure", measure, self.by_measure)
        return self.by_measure[measure]

    def for_track(self, track: str) -> tuple[Target, ...]:
        """The targets of a track, in the file's order."""
        return tuple(target for target in self.by_measure.values() if track in target.tracks)

    def facts(self, track: str) -> dict[str, str]:
        """The fact that holds each measure's values, by measure."""
        return {target.measure: target.fact for target in self.for_track(track)}

    def demands(self, track: str) -> tuple[Demand, ...]:
        """What decides a track's outcome; raises UnknownName for a track that the file does not name."""
        if track not in self.attainment:
            raise UnknownName("track", track, self.attainment)
        return self.attainment[track]

    def target_for(self, measure: str, baseline: Decimal | None) -> TargetLine | None:
        """The easiest line that meets the target, given the baseline; None when there is nothing to reach.

        A target is met by control or by the minimum improvement. Without a baseline only control gives a
        line.
        """
        target = self.target(measure)
        lines = [line for line in (_control(target), _change(target, baseline)) if line is not None]
        if len(lines) == 2 and improvement(target.better, lines[0].value, lines[1].value) < 0:
            return lines[1]
        return lines[0] if lines else None


def targets_from(document: Mapping[str, Any]) -> Targets:
    """Reads the targets of a performance year; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "performance_year", "standing", "attainment", "targets")
    standing = root.entry("standing")
    standing.only("on_course_share", "at_risk_after_days", "source")
    by_measure = {target.measure: target for target in map(_target, root.entries("targets"))}
    attainment = root.entry("attainment")
    attainment.text("source")
    tracks = [track for track in attainment.values if track != "source"]
    return Targets(
        performance_year=root.integer("performance_year"),
        on_course_share=standing.number("on_course_share"),
        at_risk_after=standing.integer("at_risk_after_days"),
        by_measure=by_measure,
        attainment={
            track: tuple(_demand(entry, track, by_measure) for entry in attainment.entries(track)) for track in tracks
        },
    )


def _demand(entry: Entry, track: str, by_measure: Mapping[str, Target]) -> Demand:
    entry.only("measures", "required")
    measures = entry.texts("measures")
    for measure in measures:
        if measure not in by_measure:
            raise entry.fail("measures", f"'{measure}' has no target; {did_you_mean(measure, by_measure)}")
        if track not in by_measure[measure].tracks or not by_measure[measure].has_target:
            raise entry.fail("measures", f"'{measure}' has no target in {track}: nothing could meet it")
    if not measures:
        raise entry.fail("measures", "must name at least one measure")
    return Demand(measures, entry.flag("required", False))


def _target(entry: Entry) -> Target:
    entry.only(
        "measure",
        "title",
        "tracks",
        "unit",
        "better",
        "loinc",
        "control",
        "points",
        "percent",
        "guard",
        "source",
        "fact",
        "fresh",
        "reported_from",
    )
    target = Target(
        measure=entry.text("measure"),
        title=entry.text("title"),
        tracks=entry.texts("tracks"),
        unit=entry.text("unit"),
        better=cast(Better, entry.choice("better", ("higher", "lower"))),
        loinc=entry.texts("loinc"),
        control=entry.optional_number("control"),
        points=entry.optional_number("points"),
        percent=entry.optional_number("percent"),
        guard=entry.optional_number("guard"),
        source=entry.text("source"),
        fact=entry.text("fact"),
        fresh=entry.text("fresh"),
        reported_from=entry.texts("reported_from"),
    )
    if sum(each is not None for each in (target.points, target.percent, target.guard)) > 1:
        raise entry.fail("", "may hold one of points, percent and guard")
    if any(each is not None and each <= 0 for each in (target.points, target.percent, target.guard)):
        raise entry.fail("", "points, percent and guard are amounts above 0; `better` gives the direction")
    return target


def _control(target: Target) -> TargetLine | None:
    if target.control is None:
        return None
    direction: Direction = "<" if target.better == "lower" else ">"
    return TargetLine(target.control, direction, f"target {direction} {target.control} (control)")


def _change(target: Target, baseline: Decimal | None) -> TargetLine | None:
    if baseline is None:
        return None
    if target.guard is not None:
        return _line(target, baseline, target.guard, f"{target.guard}", "guard rail", towards_better=-1)
    if target.percent is not None:
        amount = baseline * target.percent / 100
        return _line(target, baseline, amount, f"{target.percent}%", "target", towards_better=1)
    if target.points is not None:
        return _line(target, baseline, target.points, f"{target.points}", "target", towards_better=1)
    return None


def _line(
    target: Target, baseline: Decimal, amount: Decimal, shown: str, name: str, *, towards_better: int
) -> TargetLine:
    direction: Direction = ">=" if target.better == "higher" else "<="
    sign = towards_better if target.better == "higher" else -towards_better
    value = _tidy(baseline + sign * amount)
    return TargetLine(value, direction, f"{name} {direction} {value} (baseline {'+' if sign > 0 else '-'} {shown})")


def _tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros: 95.0 is 95."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
