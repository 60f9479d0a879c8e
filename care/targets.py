"""What a patient has to reach on each measure, and how far the latest value has come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, cast

from care.documents import Entry, document_entry
from care.errors import ConfigurationError, UnknownName
from care.plateau import improvement
from care.questionnaires import Better

Direction = Literal[">=", "<=", "<", ">"]
State = Literal["met", "on course", "not yet", "worse"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure has to reach.

    `control` is a level, `points` or `percent` an improvement from baseline, `guard` a limit on how much
    worse it may get; a measure that is only reported has none of them.
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
class Standing:
    """Where a patient stands on a measure, and a sentence that says so."""

    state: State
    sentence: str


@dataclass(frozen=True, slots=True)
class Targets:
    """The targets of a performance year, by measure.

    `on_course_share` is the share of the needed change from which a patient is on course; `worse_share` the
    share of it, the wrong way, from which a patient is worse. Both are this project's defaults, not CMS's.
    """

    performance_year: int
    on_course_share: Decimal
    worse_share: Decimal
    by_measure: Mapping[str, Target]

    def target(self, measure: str) -> Target:
        """The target of a measure; raises UnknownName with a hint."""
        if measure not in self.by_measure:
            raise UnknownName("measure", measure, self.by_measure)
        return self.by_measure[measure]

    def for_track(self, track: str) -> tuple[Target, ...]:
        """The targets of a track, in the file's order."""
        return tuple(target for target in self.by_measure.values() if track in target.tracks)

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

    def standing(self, measure: str, baseline: Decimal, latest: Decimal) -> Standing | None:
        """How the latest value stands to the target; None when there is nothing to reach."""
        line = self.target_for(measure, baseline)
        if line is None:
            return None
        target = self.target(measure)
        moved = improvement(target.better, baseline, latest)
        needed = improvement(target.better, baseline, line.value)
        state = self._state(line, latest, moved, abs(needed))
        return Standing(state, f"{_moved(target, baseline, latest, moved)}; {line.text}: {_IN_WORDS[state]}.")

    def _state(self, line: TargetLine, latest: Decimal, moved: Decimal, needed: Decimal) -> State:
        if line.is_met_by(latest):
            return "met"
        if moved < 0 and -moved >= self.worse_share * needed:
            return "worse"
        return "on course" if moved > 0 and moved >= self.on_course_share * needed else "not yet"


_IN_WORDS: Mapping[State, str] = {
    "met": "met",
    "on course": "on course",
    "not yet": "not yet reached",
    "worse": "worse than at baseline",
}


def targets_from(document: Mapping[str, Any]) -> Targets:
    """Reads the targets of a performance year; raises ConfigurationError naming the field."""
    root = document_entry(document, "configuration", ConfigurationError)
    root.only("id", "performance_year", "standing", "targets")
    standing = root.entry("standing")
    standing.only("on_course_share", "worse_share", "source")
    targets = [_target(entry) for entry in root.entries("targets")]
    return Targets(
        performance_year=root.integer("performance_year"),
        on_course_share=standing.number("on_course_share"),
        worse_share=standing.number("worse_share"),
        by_measure={target.measure: target for target in targets},
    )


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
    return TargetLine(
        value, direction, f"{name} {direction} {value} (baseline {'+' if sign > 0 else '-'} {shown})"
    )


def _tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros: 95.0 is 95."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _moved(target: Target, baseline: Decimal, latest: Decimal, moved: Decimal) -> str:
    """What the value did, in words."""
    if moved == 0:
        return f"{target.title} has stayed at {latest} {target.unit}"
    way = "better" if moved > 0 else "worse"
    return f"{target.title} went from {baseline} to {latest} {target.unit}, {abs(moved)} {way}"
