"""How often the early warnings cry wolf and how soon they see a decline: `python bench/early_warning.py [--quick]`.

Simulated patients, each with a daily series: a level, normal noise that remembers half of yesterday's, a weekly rhythm,
days without a value (also whole weeks away), and wild values. One half stays stable, the other declines from a known
day by as much as the file's rule calls a change that matters and more. The rules of
pathways/configuration/early_warning.yaml look at every day, as the engine does, with the quiet time after a warning.
The naive rule beside them is "three days in a row beyond the mean and two standard deviations of the four weeks before
them"; loosened, it takes as few deviations as give as many false alarms as ours, so that like is compared with like.
Exits 1 when a rule gives a false alarm more often than once in ten patient-months.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import mean, median, pstdev

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from care.early_warning import EarlyWarningRules, early_warning_from, warning
from care.plateau import Measurement, Series

ROOT = Path(__file__).parents[1]
START = date(2026, 7, 5)
STABLE_DAYS, ONSET, SEEN_WITHIN = 180, 40, 35
MOST_PER_MONTH = 0.1
Rule = Callable[[Series, date], bool]


@dataclass(frozen=True, slots=True)
class Course:
    """How a measure of a simulated patient runs: stated here, taken from no study."""

    level: tuple[float, float]  # uniform over patients
    noise: tuple[float, float]  # standard deviation, uniform over patients
    weekend: float  # added on Saturday and Sunday
    decline: tuple[float, float]  # what is added in the end, uniform over patients
    over: tuple[int, int]  # days from onset to the end of the decline
    limits: tuple[float, float]
    places: int
    wild: float  # what a wild value is away by


COURSES = {
    "pain": Course((2, 6), (0.7, 1.3), 0.3, (2, 4), (10, 21), (0, 10), 0, 4),
    "steps": Course((2500, 8000), (700, 1500), -600, (-0.6, -0.35), (14, 28), (0, 40000), 0, 6000),
    "weight": Course((60, 120), (0.3, 0.6), 0.2, (2.5, 5), (7, 21), (30, 250), 1, 12),
    "blood_pressure": Course((118, 150), (7, 11), 0, (14, 28), (14, 28), (70, 230), 0, 40),
}
MISSING, AWAY, WILD, MEMORY = 0.25, 0.01, 0.02, 0.5


def patient(course: Course, random: Random, days: int, onset: int | None) -> Iterator[Measurement]:
    """One patient's days; from `onset` on the level moves to its end, and stays there."""
    level, deviation = random.uniform(*course.level), random.uniform(*course.noise)
    decline, over = random.uniform(*course.decline), random.randint(*course.over)
    if course.decline[1] < 0:
        decline *= level  # steps fall by a share
    noise, away = 0.0, 0
    for day in range(days):
        noise = MEMORY * noise + random.gauss(0, deviation * (1 - MEMORY**2) ** 0.5)
        away = 7 if away == 0 and random.random() < AWAY else max(away - 1, 0)
        if away or random.random() < MISSING:
            continue
        on = START + timedelta(days=day)
        share = 0.0 if onset is None else min(max((day - onset) / over, 0.0), 1.0)
        value = level + decline * share + noise + (course.weekend if on.weekday() > 4 else 0)
        if random.random() < WILD:
            value += random.choice((-1, 1)) * course.wild
        low, high = course.limits
        yield Measurement(on, Decimal(str(round(min(max(value, low), high), course.places))))


def naive(higher: bool, deviations: float = 2.0) -> Rule:
    """Three days in a row beyond the mean and two standard deviations of the four weeks before them."""
    sign = 1 if higher else -1

    def rule(series: Series, today: date) -> bool:
        opens = today - timedelta(days=31)
        values = [sign * float(each.value) for each in series if opens < each.on <= today]
        before, last = values[:-3], values[-3:]
        return len(before) >= 10 and series[-1].on == today and min(last) > mean(before) + deviations * pstdev(before)

    return rule


def warnings(rule: Rule, series: Series, quiet: int) -> list[int]:
    """The days, counted from the start, on which a rule warns; it is asked after each value."""
    found: list[int] = []
    for index, each in enumerate(series, 1):
        day = (each.on - START).days
        recent = series[max(0, index - 32) : index]
        if (not found or day - found[-1] >= quiet) and rule(recent, each.on):
            found.append(day)
    return found


def false_alarms(course: Course, rule: Rule, quiet: int, patients: int) -> float:
    """The warnings of stable patients, per patient-month of 30 days; always the same patients."""
    stable = (tuple(patient(course, Random(number), STABLE_DAYS, None)) for number in range(patients))
    return sum(len(warnings(rule, days, quiet)) for days in stable) / (patients * STABLE_DAYS / 30)


def seen(course: Course, rule: Rule, patients: int) -> list[int]:
    """The days from onset to warning of those who decline and are seen; always the same patients."""
    found: list[int] = []
    for number in range(patients):
        days = tuple(patient(course, Random(-number - 1), ONSET + SEEN_WITHIN, ONSET))
        # a warning of the stable days before would silence the rule; the decline is judged without it
        found += [day - ONSET for day in warnings(rule, days, 1) if day > ONSET][:1]
    return found


def loosened(course: Course, higher: bool, quiet: int, patients: int, allowed: float) -> Rule:
    """The naive rule with as few deviations, in tenths, as give no more false alarms than are allowed."""
    for tenths in range(20, 0, -1):
        if false_alarms(course, naive(higher, tenths / 10), quiet, patients) > allowed:
            return naive(higher, (tenths + 1) / 10)
    return naive(higher, 0.1)


def line(name: str, course: Course, rule: Rule, quiet: int, patients: int) -> float:
    """Prints what a rule did; gives its false alarms."""
    false, delays = false_alarms(course, rule, quiet, patients), seen(course, rule, patients)
    delay = f"{median(delays):.0f} d" if delays else "-"
    print(f"{name:<34}{false:>11.3f} {len(delays) / patients:>5.0%} {delay:>8}")
    return false


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="40 patients of each kind in place of 300")
    patients = 40 if parser.parse_args().quick else 300
    text = (ROOT / "pathways/configuration/early_warning.yaml").read_text(encoding="utf-8")
    rules = early_warning_from(yaml.safe_load(text))
    print(f"{patients} stable patients of {STABLE_DAYS} days and as many who decline, per measure")
    print(f"{'':<34}{'false/month':>11} {'seen':>5} {'delay':>8}")
    worst = 0.0
    for name, course in COURSES.items():
        rule = rules.rule(name)
        higher, quiet = rule.worse == "higher", rule.quiet_days
        false = line(name, course, _ours(rules, name), quiet, patients)
        line("  three days, 2 deviations", course, naive(higher), quiet, patients)
        like = loosened(course, higher, quiet, patients, false)
        line("  three days, as many false alarms", course, like, quiet, patients)
        worst = max(worst, false)
    return int(worst > MOST_PER_MONTH)


def _ours(rules: EarlyWarningRules, name: str) -> Rule:
    return lambda series, today: warning(rules, name, series, today) is not None


if __name__ == "__main__":
    raise SystemExit(main())
