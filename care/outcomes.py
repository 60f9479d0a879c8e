"""Whether a patient's track year reaches its targets: what decides it, how each part stands, and one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from care.access import AccessRules
from care.measure_outcomes import MeasureOutcome, Reading, State, TrackYear, measure_outcome
from care.outcome_words import in_short, unreported
from care.targets import Demand, Targets
from care.windows import Days, Window

__all__ = ["CaseOutcome", "Decided", "MeasureOutcome", "Reading", "State", "TrackYear", "case_outcome", "outcome_by"]

# The best first: of measures that stand together the best one decides; of a case the worst part does.
_ORDER: tuple[State, ...] = ("met", "on course", "not measured", "at risk", "missed")


@dataclass(frozen=True, slots=True)
class Decided:
    """One thing that has to be reached: the measures of which one is enough, and the one that decides it now."""

    measures: tuple[MeasureOutcome, ...]
    by: MeasureOutcome

    @property
    def state(self) -> State:
        return self.by.state

    @property
    def measured_on(self) -> date | None:
        """The day on which it was last measured."""
        return max((each.latest.on for each in self.measures if each.latest is not None), default=None)


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """A track year's outcome on a day.

    `decided` is what has to be reached, `guards` what must not get worse, `measures` all that was measured or is
    required, in the file's order.
    """

    track: str
    measures: tuple[MeasureOutcome, ...]
    decided: tuple[Decided, ...]
    guards: tuple[MeasureOutcome, ...]
    year: TrackYear

    @property
    def of(self) -> int:
        """How many targets have to be met; guard rails are not among them."""
        return len(self.decided)

    @property
    def met(self) -> int:
        return sum(each.state == "met" for each in self.decided)

    @property
    def broken_guards(self) -> tuple[MeasureOutcome, ...]:
        return tuple(each for each in self.guards if each.state in ("at risk", "missed"))

    @property
    def all_met(self) -> bool:
        """Whether every target is met and no guard rail is broken; never without a target to meet."""
        return bool(self.decided) and self.met == self.of and not self.broken_guards

    @property
    def state(self) -> State:
        """The worst state of its parts; a broken guard rail is one of them."""
        if not self.decided:
            return "missed" if self.year.is_over else "not measured"
        states = [each.state for each in self.decided] + [each.state for each in self.broken_guards]
        return max(states, key=_ORDER.index)

    @property
    def measured_on(self) -> date | None:
        """The day by which everything that decides was last measured; None while any of it has no value."""
        days = [each.measured_on for each in self.decided]
        return min((day for day in days if day is not None), default=None) if all(days) else None

    @property
    def is_reportable(self) -> bool:
        """Whether CMS would see everything that decides as it stands here, by its values and their baselines."""
        return bool(self.decided) and all(each.by.is_seen_by_cms for each in self.decided)

    @property
    def remaining(self) -> Decimal:
        """How much is still to come, as a sum of shares of the needed changes; 0 when all is met."""
        if not self.decided:
            return Decimal(1)
        return sum((each.by.remaining for each in self.decided), Decimal(len(self.broken_guards)))

    @property
    def sentence(self) -> str:
        """How the whole year stands, and what is missing, in one sentence."""
        if not self.decided:
            return "No measure that has a target has a baseline."
        if self.all_met:
            met = "All targets are met" if self.of > 1 else "The target is met"
            return f"{met}: {_titles([each.by for each in self.decided])}."
        parts = [f"{self.met} of {self.of} targets met"]
        if self.year.is_over and self.year.report is None:
            return f"{parts[0]}: {unreported(self.year)}."
        parts += [in_short(each.by) for each in self.decided if each.state != "met"]
        if self.broken_guards:
            parts.append(f"{_titles(self.broken_guards)} beyond the limit")
        return "; ".join(parts) + "."


def case_outcome(
    track: str,
    targets: Targets,
    series: Mapping[str, Sequence[Reading]],
    *,
    aligned_on: date,
    today: date,
    freshness: Mapping[str, Days],
    window: Window | None = None,
    baseline_window: Window | None = None,
    ended_on: date | None = None,
    reported_on: date | None = None,
) -> CaseOutcome:
    """The outcome of a track year on a day, from the readings by measure (`Targets.facts` names their facts).

    `reported_on` is the local day of the end-of-period report: with one in its `window` the year is judged by that
    day's values, for good. Without one a year is missed once `window` is past or the case has closed (`ended_on`, a
    local day). Raises UnknownName for another track.
    """
    year = TrackYear(aligned_on, today, freshness, window, ended_on, reported_on, baseline_window)
    demands = targets.demands(track)
    found = {
        target.measure: measure_outcome(targets, target, series.get(target.measure, ()), year)
        for target in targets.for_track(track)
    }
    decided = tuple(_decided(demand, found) for demand in demands if _applies(demand, found))
    shown = {each.measure for part in decided for each in part.measures}
    measures = tuple(each for each in found.values() if each.baseline is not None or each.measure in shown)
    return CaseOutcome(track, measures, decided, tuple(m for m in measures if m.role == "guard"), year)


def outcome_by(
    rules: AccessRules,
    targets: Targets,
    track: str,
    series: Mapping[str, Sequence[Reading]],
    *,
    aligned_on: date,
    today: date,
    ended_on: date | None = None,
    reported_on: date | None = None,
) -> CaseOutcome:
    """`case_outcome` with the windows and the freshness of a performance year's rules."""
    return case_outcome(
        track,
        targets,
        series,
        aligned_on=aligned_on,
        today=today,
        freshness=rules.freshness,
        window=rules.end_of_period_window(aligned_on, track),
        baseline_window=rules.baseline_window(aligned_on),
        ended_on=ended_on,
        reported_on=reported_on,
    )


def _applies(demand: Demand, found: Mapping[str, MeasureOutcome]) -> bool:
    return demand.required or any(found[measure].baseline is not None for measure in demand.measures)


def _decided(demand: Demand, found: Mapping[str, MeasureOutcome]) -> Decided:
    measured = [found[each] for each in demand.measures if found[each].baseline is not None]
    measures = tuple(measured or [found[each] for each in demand.measures])
    return Decided(measures, min(measures, key=lambda each: (_ORDER.index(each.state), each.remaining)))


def _titles(measures: Sequence[MeasureOutcome]) -> str:
    titles = [each.title for each in measures]
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
