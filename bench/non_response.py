"""How often the week 4 sign of non-response is right: `python bench/non_response.py [--quick]`.

A simulated cohort per track (all distributions stand in TRACKS below and come from no study): responders, partial
responders and non-responders, whose true change approaches its end exponentially, measured with noise, some answers
missing. The very table of pathways/decisions/non_response.dmn decides on what is known on day 28; the year's outcome is
whether the targets are missed at the end, measured with the same noise. Prints sensitivity (of those who miss the
targets, how many were foreseen), specificity (of those who reach them, how many were left in peace) and the share of
warnings that came true, with the share who miss the targets at all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from engine.dmn import DecisionModel, parse_decisions
from engine.functions import FUNCTIONS

FILE = Path(__file__).parents[1] / "pathways/decisions/non_response.dmn"
START = date(2026, 7, 5)
LOOK, END = 28, 364  # days: the milestone of week 4, the end of the year
SHARES = (("responder", 0.5), ("partial", 0.25), ("non-responder", 0.25))
TAU = (4.0, 12.0)  # weeks until about two thirds of the change have come, uniform over patients
MISSING = 0.15  # of answers


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure's baseline, the true change of a responder in the end (mean and spread), its noise, how often."""

    baseline: tuple[float, float]
    change: tuple[float, float]
    noise: float
    days: tuple[int, ...]
    limits: tuple[float, float]
    places: int = 0


_MONTHLY = (0, 28)
TRACKS: Mapping[str, Mapping[str, Measure]] = {
    "msk": {
        "pf6b.score": Measure((38, 4), (6, 2), 1.5, _MONTHLY, (21, 59), 1),
        "pi6a.score": Measure((62, 4), (-6, 2), 1.5, _MONTHLY, (41, 76), 1),
        "nrs.score": Measure((6, 1.2), (-3, 1), 0.8, (0, 7, 14, 21, 28), (0, 10)),
    },
    "bh": {
        "phq9.score": Measure((14, 3.5), (-9, 2.5), 1.5, _MONTHLY, (0, 27)),
        "gad7.score": Measure((11, 3.5), (-7, 2.5), 1.5, _MONTHLY, (0, 21)),
    },
    "ckm": {"bp.systolic": Measure((150, 10), (-22, 6), 9, tuple(range(0, 29, 2)), (80, 230))},
}
FACTORS = {"responder": 1.0, "partial": 0.45, "non-responder": 0.0}  # of a responder's change


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known on day 28, and whether the targets are reached at the end of the year."""

    series: Mapping[str, list[dict[str, Any]]]
    reached: bool


def patient(track: str, random: Random) -> Patient:
    """One simulated patient; each draws a kind, a pace, and for each measure a baseline and an end."""
    (kind,) = random.choices([name for name, _ in SHARES], [share for _, share in SHARES])
    tau, pull = random.uniform(*TAU), random.gauss(0, 1)  # who gains much on one measure gains much on the others
    series: dict[str, list[dict[str, Any]]] = {}
    ends: dict[str, tuple[float, float]] = {}
    for name, each in TRACKS[track].items():
        level = random.gauss(*each.baseline)
        end = FACTORS[kind] * each.change[0] + each.change[1] * (pull + random.gauss(0, 1)) / 2**0.5
        measured = _measured(each, level, end, tau, random)
        series[name] = [{"on": START + timedelta(days=day), "value": value} for day, value in measured.items()]
        week = [float(value) for day, value in measured.items() if day < 7]
        ends[name] = (_mean(week), _mean([_value(each, level + end, random) for _ in week]))
    return Patient(series, _REACHED[track](ends))


def _measured(each: Measure, level: float, end: float, tau: float, random: Random) -> dict[int, Decimal]:
    """The values by day; the baseline is never missing, for nobody is enrolled without one."""
    return {
        day: Decimal(str(_value(each, level + end * (1 - exp(-day / 7 / tau)), random)))
        for day in each.days
        if day == 0 or random.random() >= MISSING
    }


def _value(each: Measure, true: float, random: Random) -> float:
    low, high = each.limits
    return round(min(max(random.gauss(true, each.noise), low), high), each.places)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _msk(ends: Mapping[str, tuple[float, float]]) -> bool:
    """CMS: +2 T function and -2 T pain interference, pain not more than 2 above the baseline."""
    change = {name: last - first for name, (first, last) in ends.items()}
    return change["pf6b.score"] >= 2 and change["pi6a.score"] <= -2 and change["nrs.score"] <= 2


def _bh(ends: Mapping[str, tuple[float, float]]) -> bool:
    """CMS: PHQ-9 below 5 or down by 5, and GAD-7 below 5 or down by 4."""
    steps = {"phq9.score": 5, "gad7.score": 4}
    return all(ends[name][1] < 5 or ends[name][0] - ends[name][1] >= step for name, step in steps.items())


def _ckm(ends: Mapping[str, tuple[float, float]]) -> bool:
    """CMS: systolic below 130 or down by 15."""
    first, last = ends["bp.systolic"]
    return last < 130 or first - last >= 15


_REACHED: Mapping[str, Callable[[Mapping[str, tuple[float, float]]], bool]] = {"msk": _msk, "bh": _bh, "ckm": _ckm}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Counts of patients: foreseen and missed the targets, foreseen and reached them, and the two not foreseen."""

    true: int
    false: int
    missed: int
    spared: int

    @property
    def sensitivity(self) -> float:
        return self.true / (self.true + self.missed)

    @property
    def specificity(self) -> float:
        return self.spared / (self.spared + self.false)

    @property
    def came_true(self) -> float:
        return self.true / (self.true + self.false)

    @property
    def prevalence(self) -> float:
        return (self.true + self.missed) / (self.true + self.false + self.missed + self.spared)


def table() -> DecisionModel:
    """The decision that every track's diagram asks."""
    return parse_decisions(FILE.read_bytes(), FILE.name, functions=FUNCTIONS)["non_response"]


def foreseen(decision: DecisionModel, track: str, known: Patient) -> bool:
    """What the table says on day 28."""
    case = {"track": track, "week": Decimal(LOOK // 7), "day": Decimal(LOOK)}
    nothing = {f"series.{name}": [] for names in TRACKS.values() for name in names}
    given = {f"series.{name}": values for name, values in known.series.items()}
    outputs = decision.decide({"case": case, "today": START + timedelta(days=LOOK), **nothing, **given}).outputs
    assert isinstance(outputs, dict)
    return outputs["foreseen"] is True


def accuracy(track: str, patients: int, seed: int = 1) -> Accuracy:
    """The table against the year's outcome, in one cohort."""
    random, decision = Random(seed), table()
    cohort = (patient(track, random) for _ in range(patients))
    pairs = [(foreseen(decision, track, each), each.reached) for each in cohort]
    return Accuracy(
        true=pairs.count((True, False)),
        false=pairs.count((True, True)),
        missed=pairs.count((False, False)),
        spared=pairs.count((False, True)),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="300 patients of each track in place of 5000")
    patients = 300 if parser.parse_args().quick else 5000
    print(f"{patients} simulated patients of each track, looked at on day {LOOK}")
    print(f"{'track':<8}{'sensitivity':>12}{'specificity':>12}{'came true':>11}{'miss targets':>14}")
    for track in TRACKS:
        found = accuracy(track, patients)
        shares = (
            f"{found.sensitivity:>12.0%}{found.specificity:>12.0%}{found.came_true:>11.0%}{found.prevalence:>14.0%}"
        )
        print(f"{track:<8}{shares}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
