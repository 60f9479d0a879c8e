"""The sentences that say how a measure and a whole track year stand, as a case manager would say them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from care.plateau import improvement
from care.targets import Target

if TYPE_CHECKING:
    from care.measure_outcomes import MeasureOutcome, TrackYear

_SOURCES = {
    "form": "was typed into a form",
    "patient": "was told by the patient",
    "clinician": "was told by a clinician",
    "lab": "came from a laboratory",
    "device": "came from a device",
    "import": "was imported",
}
# UCUM -> as people write it; other units stand as they are
_UNITS = {"mm[Hg]": "mmHg", "kg/m2": "kg/m²", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "code": "", "T": "T"}


def said(value: Decimal) -> str:
    """A value with one decimal at most; what is compared with a target is the whole value."""
    return f"{round(value, 1):f}".removesuffix(".0")


def unit_words(unit: str) -> str:
    """A UCUM unit as people write it; empty for a code."""
    return _UNITS.get(unit, unit)


def with_unit(value: Decimal, unit: str) -> str:
    """ "138 mmHg", "7.2%", "1 point"."""
    word = "point" if unit == "points" and said(value) == "1" else unit_words(unit)
    return said(value) + (word if word == "%" else f" {word}" if word else "")


def target_words(target: Target, baseline: Decimal | None) -> str | None:
    """ "below 130 or 15 less than at baseline (137)"; None where there is nothing to reach."""
    level = _level_words(target)
    words = [] if level is None else [level]
    amount = _amount(target)
    if amount is not None:
        # a guard rail limits the way to the worse, all else asks for a change to the better
        is_more = (target.better == "higher") != (target.guard is not None)
        shown = f"{said(amount)}{'%' if target.percent is not None else ''}"
        change = f"{shown} {'more' if is_more else 'less'} than at baseline"
        words.append(change if baseline is None else f"{change} ({said(_reached(target, baseline, is_more))})")
    return " or ".join(words) or None


def measure_sentence(outcome: MeasureOutcome) -> str:
    """From where to where, the target, and how it stands; what CMS would not take is said besides."""
    words, besides = _aim(outcome), _not_reportable(outcome) + _about_baseline(outcome)
    if words is None:
        return f"{_course(outcome)}; reported only, no target is published or configured.{besides}"
    name = "limit" if outcome.role == "guard" else "target"
    return f"{_course(outcome)}; {name} {words}{_verdict(outcome)}.{besides}"


def in_short(outcome: MeasureOutcome) -> str:
    """ "Knee (KOOS JR) 3 points short, on course": how a target that is not met stands, as a part of a sentence."""
    if outcome.latest is None:
        return f"{outcome.title} {'missed, not measured' if outcome.state == 'missed' else 'not measured'}"
    if outcome.state == "missed":
        return f"{outcome.title} {_why_missed(outcome)}"
    if outcome.short is None:
        return f"{outcome.title} not measured"
    if not outcome.is_repeated:
        state = "" if outcome.state == "not measured" else f", {outcome.state}"
        return f"{outcome.title} not measured since baseline{state}"
    return f"{outcome.title} {_distance(outcome)}, {outcome.state}"


def unreported(year: TrackYear) -> str:
    """Why a year that is over has no end-of-period report."""
    if year.ended_early:
        return "the case closed before the end-of-period report"
    return "no end-of-period report was made in its window"


def _aim(outcome: MeasureOutcome) -> str | None:
    """The target in words; of a year that is over only the level, where CMS could not have the baseline."""
    level = _level_words(outcome.target)
    if outcome.year.is_over and not outcome.baseline_counts and level is not None:
        return level
    return target_words(outcome.target, None if outcome.baseline is None else outcome.baseline.value)


def _level_words(target: Target) -> str | None:
    if target.control is None:
        return None
    return f"{'below' if target.better == 'lower' else 'above'} {said(target.control)}"


def _amount(target: Target) -> Decimal | None:
    return next((each for each in (target.points, target.percent, target.guard) if each is not None), None)


def _reached(target: Target, baseline: Decimal, is_more: bool) -> Decimal:
    amount = _amount(target) or Decimal(0)
    change = baseline * amount / 100 if target.percent is not None else amount
    return baseline + change if is_more else baseline - change


def _course(outcome: MeasureOutcome) -> str:
    first, last = outcome.baseline, outcome.latest
    if first is None or last is None:
        return f"{outcome.title} has not been measured"
    if not outcome.is_repeated:
        return f"{outcome.title} was {with_unit(last.value, outcome.unit)} at baseline, not measured since"
    if first.value == last.value:
        return f"{outcome.title} has stayed at {with_unit(last.value, outcome.unit)}"
    return f"{outcome.title} went from {said(first.value)} to {with_unit(last.value, outcome.unit)}"


def _verdict(outcome: MeasureOutcome) -> str:
    if outcome.role == "guard":
        within = {"met": ": within it", "not measured": "", "missed": ": beyond it", "at risk": ": beyond it, at risk"}
        return within.get(outcome.state, "")
    if outcome.state == "met":
        return ": met"
    if outcome.state == "missed":
        return f": {_why_missed(outcome)}"
    if outcome.latest is None or (not outcome.is_repeated and outcome.state == "not measured"):
        return ""
    return f": {_distance(outcome)}, {outcome.state}"


def _why_missed(outcome: MeasureOutcome) -> str:
    if outcome.year.report is None:
        return f"missed, {unreported(outcome.year)}"
    if outcome.short is None:
        return "missed" if outcome.baseline_counts else "missed, no improvement can be shown"
    if outcome.short == 0:
        why = "its value was too old for" if outcome.is_reportable else "CMS does not take its value in"
        return f"reached, but {why} the end-of-period report, missed"
    return f"{_distance(outcome)}, missed"


def _distance(outcome: MeasureOutcome) -> str:
    assert outcome.baseline is not None
    assert outcome.latest is not None
    assert outcome.short is not None
    moved = improvement(outcome.target.better, outcome.baseline.value, outcome.latest.value)
    if moved < 0:
        return f"{with_unit(-moved, outcome.unit)} worse than at baseline"
    if not round(outcome.short, 1):  # on a line that has to be passed, or nearer than the words can say
        return "just short"
    return f"{with_unit(outcome.short, outcome.unit)} short"


def _not_reportable(outcome: MeasureOutcome) -> str:
    if outcome.latest is None or outcome.is_reportable:
        return ""
    how = _SOURCES.get(outcome.latest.source, f"has the source {outcome.latest.source}")
    return f" The latest value {how}: it counts for care, but is not reportable to CMS."


def _about_baseline(outcome: MeasureOutcome) -> str:
    """What follows from a baseline that CMS cannot have, where the target is easier to meet by it."""
    baseline, year = outcome.baseline, outcome.year
    if outcome.baseline_counts or baseline is None:
        return ""
    window = year.baseline_window
    last = "" if window is None else f"day {(window.closes_on - year.aligned_on).days}"
    is_late = outcome.target.is_reported_from(baseline.source)
    how = f"came after {last}" if is_late else _SOURCES.get(baseline.source, f"has the source {baseline.source}")
    unless = f", unless a reportable one comes by {last}" if window is not None and year.today in window else ""
    follows = "an improvement cannot be shown" if outcome.target.control is None else "only the level counts in the end"
    return f" The baseline {how} and is not reportable to CMS: {follows}{'' if year.is_over else unless}."
