"""The sentences that say how a measure and a whole track year stand, as a case manager would say them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from care.plateau import improvement
from care.targets import Target

if TYPE_CHECKING:
    from care.measure_outcomes import MeasureOutcome

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
    words = []
    if target.control is not None:
        words.append(f"{'below' if target.better == 'lower' else 'above'} {said(target.control)}")
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
    words = target_words(outcome.target, None if outcome.baseline is None else outcome.baseline.value)
    if words is None:
        return f"{_course(outcome)}; reported only, no target is published or configured.{_not_reportable(outcome)}"
    name = "limit" if outcome.role == "guard" else "target"
    return f"{_course(outcome)}; {name} {words}{_verdict(outcome)}.{_not_reportable(outcome)}"


def in_short(outcome: MeasureOutcome) -> str:
    """ "Knee (KOOS JR) 3 points short, on course": how a target that is not met stands, as a part of a sentence."""
    if outcome.latest is None or outcome.short is None:
        return f"{outcome.title} {'missed, not measured' if outcome.state == 'missed' else 'not measured'}"
    if outcome.state == "missed":
        return f"{outcome.title} {_why_missed(outcome)}"
    if not outcome.is_repeated:
        state = "" if outcome.state == "not measured" else f", {outcome.state}"
        return f"{outcome.title} not measured since baseline{state}"
    return f"{outcome.title} {_distance(outcome)}, {outcome.state}"


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
    if outcome.year.ended_early:
        return "missed, the case closed before the end-of-period report"
    if outcome.short == 0:
        return "reached, but not reported in the end-of-period window, missed"
    if outcome.short is None:
        return "missed"
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
