"""Whether a patient's scores still move: changes, means over days, time since the best one, and stalling.

How much change over how many weeks counts is decided by the caller (a DMN table or the configuration),
never here. An improvement is positive when it is for the better, whichever way the instrument runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from care.errors import SeriesError
from care.questionnaires import Better


@dataclass(frozen=True, slots=True)
class Measurement:
    """A score and the calendar day it was measured on."""

    on: date
    value: Decimal


Series = Sequence[Measurement]
"""Measurements of one measure in the order of their days; the first is the baseline."""


def series_of(entries: Iterable[Mapping[str, Any] | Sequence[Any] | Measurement]) -> tuple[Measurement, ...]:
    """A series, sorted by day, from measurements, pairs of date and number, or mappings of `on` and `value`.

    Entries without a value are left out. Raises SeriesError for anything else.
    """
    measurements = [_measurement(entry) for entry in entries]
    return tuple(sorted((each for each in measurements if each is not None), key=lambda each: each.on))


def improvement(better: Better, first: Decimal, later: Decimal) -> Decimal:
    """How much better the later score is than the first; negative when it is worse."""
    return later - first if better == "higher" else first - later


def change_from_baseline(values: Sequence[Decimal]) -> Decimal | None:
    """The latest score less the first, with the sign of the scale itself; None with fewer than two."""
    return values[-1] - values[0] if len(values) > 1 else None


def percent_improvement(better: Better, values: Sequence[Decimal]) -> Decimal | None:
    """The improvement from the first score to the latest, in percent of the first.

    None with fewer than two scores, and where the first is not positive, for nothing is a percentage of it.
    """
    if len(values) < 2 or values[0] <= 0:
        return None
    return improvement(better, values[0], values[-1]) * 100 / values[0]


def over(series: Series, days: int, until: date) -> tuple[Measurement, ...]:
    """The measurements of the `days` days that end on `until`, that day included."""
    after = until - timedelta(days=days)
    return tuple(each for each in series if after < each.on <= until)


def mean_over(series: Series, days: int, until: date) -> Decimal | None:
    """The mean of the measurements of the `days` days that end on `until`; None without any."""
    found = over(series, days, until)
    return sum((each.value for each in found), Decimal()) / len(found) if found else None


def baseline_mean(series: Series, days: int) -> Decimal | None:
    """The mean of the first `days` days, counted from the first measurement; None without any.

    A single reading of blood pressure says little; a week of them is a baseline.
    """
    return mean_over(series, days, series[0].on + timedelta(days=days - 1)) if series else None


def best_change(better: Better, values: Sequence[Decimal]) -> Decimal | None:
    """The improvement from the first score to the best later one; None with fewer than two scores."""
    return max((improvement(better, values[0], later) for later in values[1:]), default=None)


def weeks_between(earlier: date, later: date) -> int:
    """Whole weeks from one day to a later one; negative the other way round."""
    return int((later - earlier) / timedelta(weeks=1))


def weeks_since_best(better: Better, series: Series, today: date) -> int | None:
    """Whole weeks since the best score was first reached; None without measurements."""
    best: Measurement | None = None
    for each in series:
        if best is None or improvement(better, best.value, each.value) > 0:
            best = each
    return None if best is None else weeks_between(best.on, today)


def weeks_since_improvement(better: Better, series: Series, minimum: Decimal, today: date) -> int | None:
    """Whole weeks since a score was last at least `minimum` better than the one counted before it.

    The first score is where counting starts, so a patient who never improved is as many weeks from it. None
    without measurements.
    """
    if not series:
        return None
    counted = series[0]
    for each in series[1:]:
        if improvement(better, counted.value, each.value) >= minimum:
            counted = each
    return weeks_between(counted.on, today)


def stalled(better: Better, series: Series, minimum: Decimal, weeks: int) -> bool:
    """Whether the latest score is less than `minimum` better than the score `weeks` weeks before it.

    Compared with the last score on or before that day; a patient without one has not been observed long
    enough and is not stalled. A patient who got worse is.
    """
    if not series:
        return False
    latest = series[-1]
    until = latest.on - timedelta(weeks=weeks)
    earlier = [each for each in series[:-1] if each.on <= until]
    return bool(earlier) and improvement(better, earlier[-1].value, latest.value) < minimum


def _measurement(entry: Any) -> Measurement | None:
    if isinstance(entry, Measurement):
        return entry
    on, value = (entry.get("on"), entry.get("value")) if isinstance(entry, Mapping) else _pair(entry)
    if value is None:
        return None
    day = on.date() if isinstance(on, datetime) else on
    if not isinstance(day, date) or isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise SeriesError(f"a measurement needs a date and a number, not {on!r} and {value!r}")
    return Measurement(day, Decimal(str(value)))


def _pair(entry: Any) -> tuple[Any, Any]:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        raise SeriesError(
            f'a measurement is {{"on": date, "value": number}} or a pair of both, not {entry!r}'
        )
    return entry[0], entry[1]
