"""What a demo patient's body measures: pressure, weight, laboratory values and steps, by how the patient fares."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from cli.demo.courses import Course, Story

#: fields of forms, and parts of what devices and laboratories send
BODY = frozenset(
    {"bp_systolic", "bp_diastolic", "weight", "height", "waist", "hba1c", "ldl", "egfr", "uacr", "steps"}
)
_DRIFT_DAYS = 21


def measured(name: str, course: Course, day: int, chance: Random) -> float:
    """A value on a day after alignment, in the measure's own unit."""
    return _VALUES[name](course, _severity(course, day), chance)


def drifting_days(course: Course) -> range:
    """The days of the story in which a patient measures every day: two quiet weeks, then three that go wrong."""
    return range(course.third, course.third + 14 + _DRIFT_DAYS)


def _severity(course: Course, day: int) -> float:
    severity = course.severity_on(day)
    if course.story is Story.DRIFT:
        since = day - (course.third + 14)
        severity += 0.35 * min(max(since / _DRIFT_DAYS, 0), 1) if since < _DRIFT_DAYS + 10 else 0
    return min(severity, 0.99)


def _weight(course: Course, severity: float, chance: Random) -> float:
    return round(course.weight * (1 + 0.13 * (severity - course.severity)) + chance.gauss(0, 0.3), 1)


_VALUES: dict[str, Callable[[Course, float, Random], float]] = {
    "bp_systolic": lambda c, s, chance: round(112 + 56 * s + chance.gauss(0, 4)),
    "bp_diastolic": lambda c, s, chance: round(68 + 26 * s + chance.gauss(0, 3)),
    "weight": _weight,
    "height": lambda c, s, chance: c.height,
    "waist": lambda c, s, chance: round(c.weight * 1.12 + chance.gauss(0, 2)),
    "hba1c": lambda c, s, chance: round(5.4 + 3.0 * s + chance.gauss(0, 0.1), 1),
    "ldl": lambda c, s, chance: round(74 + 86 * s + chance.gauss(0, 4)),
    "egfr": lambda c, s, chance: round(78 - 30 * s + chance.gauss(0, 2)),
    "uacr": lambda c, s, chance: round(12 + 90 * s * s + chance.uniform(0, 6)),
    "steps": lambda c, s, chance: round(max(300, 8200 * (1 - s) + chance.gauss(0, 600))),
}
