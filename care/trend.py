"""Where a short series of days is heading: a robust trend that gaps and outliers hardly move.

The slope is Theil and Sen's (the median of the slopes between all pairs of days), the strength of the trend is Mann
and Kendall's, the noise is the median absolute deviation from the line. None of them asks for evenly spaced days, and
a third of the days may be wild without turning the slope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import sqrt
from statistics import median

from care.plateau import Series

#: Makes the median absolute deviation of normal noise its standard deviation.
_TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class Trend:
    """The line through some days: `slope` per day, the levels of its first and last day, and how sure it is.

    `strength` counts standard errors under "no trend" (Mann-Kendall), with the sign of the slope; `noise` is the
    scatter around the line, in the unit of the values.
    """

    slope: float
    first: float
    last: float
    days: int
    count: int
    noise: float
    strength: float


def daily(series: Series) -> dict[date, float]:
    """One value a day, the median of several, in the order of the days."""
    values: dict[date, list[float]] = {}
    for each in series:
        values.setdefault(each.on, []).append(float(each.value))
    return {day: median(found) for day, found in sorted(values.items())}


def trend(values: Mapping[date, float]) -> Trend | None:
    """The trend of daily values in the order of their days; None with fewer than three days."""
    if len(values) < 3:
        return None
    first, *_, last = values
    points = [((day - first).days, value) for day, value in values.items()]
    slope = median((later - earlier) / (end - start) for (start, earlier), (end, later) in combinations(points, 2))
    start = median(value - slope * day for day, value in points)
    span = (last - first).days
    noise = _TO_DEVIATION * median(abs(value - start - slope * day) for day, value in points)
    strength = _strength([value for _, value in points])
    return Trend(slope, start, start + slope * span, span, len(points), noise, strength)


def _strength(values: list[float]) -> float:
    """Mann-Kendall: how far the balance of rising and falling pairs is from none, in standard errors."""
    balance = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    tied = sum(_scale(count) for count in Counter(values).values())
    variance = (_scale(len(values)) - tied) / 18
    if balance == 0 or variance <= 0:
        return 0.0
    return (balance - (1 if balance > 0 else -1)) / sqrt(variance)


def _scale(count: int) -> int:
    return count * (count - 1) * (2 * count + 5)
