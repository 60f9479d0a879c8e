"""The functions that pathways may call in FEEL beside the language's own: clinical and calendar arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from care.calendars import BusinessCalendar
from care.plateau import Measurement, over, series_of
from care.plateau import baseline_mean as _baseline_mean
from care.plateau import best_change as _best_change
from care.plateau import improvement as _improvement
from care.plateau import mean_over as _mean_over
from care.plateau import percent_improvement as _percent_improvement
from care.plateau import stalled as _stalled
from care.plateau import weeks_between as _weeks_between
from engine.feel import FeelError, shown
from engine.feel.functions.registry import Builtin, declaration

_CALENDAR = BusinessCalendar()
_LONGEST_DAYS = 36_525  # a hundred years: more is a slip, and what is counted day by day would take for ever


def change_from_baseline(series: Any) -> Decimal | None:
    """Latest value minus the first; null with fewer than two values."""
    values = _series(series)
    return values[-1].value - values[0].value if len(values) > 1 else None


def latest(series: Any) -> Decimal | None:
    """The latest value; null without any."""
    values = _series(series)
    return values[-1].value if values else None


def previous(series: Any) -> Decimal | None:
    """The value before the latest; null with fewer than two."""
    values = _series(series)
    return values[-2].value if len(values) > 1 else None


def baseline(series: Any) -> Decimal | None:
    """The first value; null without any."""
    values = _series(series)
    return values[0].value if values else None


def improvement_from_baseline(series: Any, better: Any) -> Decimal | None:
    """How much better the latest value is than the first; ``better`` is "higher" or "lower"."""
    values, direction = _series(series), _direction(better)
    return _improvement(direction, values[0].value, values[-1].value) if len(values) > 1 else None


def percent_improvement(series: Any, better: Any) -> Decimal | None:
    """The improvement from the first value to the latest, in percent of the first."""
    return _percent_improvement(_direction(better), [m.value for m in _series(series)])


def mean_over(series: Any, days: Any, until: Any) -> Decimal | None:
    """The mean of the values of the ``days`` days that end on ``until``; null without any."""
    day = _day(until)
    return None if day is None or not isinstance(days, Decimal) else _mean_over(_series(series), _whole(days), day)


def count_over(series: Any, days: Any, until: Any) -> Decimal | None:
    """How many values there are in the ``days`` days that end on ``until``."""
    day = _day(until)
    if day is None or not isinstance(days, Decimal):
        return None
    return Decimal(len(over(_series(series), _whole(days), day)))


def baseline_mean(series: Any, days: Any) -> Decimal | None:
    """The mean of the first ``days`` days, counted from the first value; null without any."""
    return _baseline_mean(_series(series), _whole(days)) if isinstance(days, Decimal) else None


def best_change(series: Any, better: Any) -> Decimal | None:
    """How much better the best later value is than the first."""
    return _best_change(_direction(better), [m.value for m in _series(series)])


def stalled(series: Any, better: Any, minimum: Any, weeks: Any) -> bool:
    """Whether the latest value is less than ``minimum`` better than the one ``weeks`` weeks before."""
    direction = _direction(better)
    if not isinstance(minimum, Decimal) or not isinstance(weeks, Decimal):
        raise FeelError(f"stalled takes two numbers, not {shown(minimum)} and {shown(weeks)}")
    return _stalled(direction, _series(series), minimum, _whole(weeks))


def measured_since(series: Any, day: Any) -> bool:
    """Whether a series has a value of ``day`` or later, whatever the value is."""
    if not isinstance(series, list) or not isinstance(day, date):
        return False
    return any(isinstance(each, dict) and isinstance(each.get("on"), date) and each["on"] >= day for each in series)


def weeks_between(earlier: Any, later: Any) -> Decimal | None:
    """Whole weeks from one date to another."""
    if not isinstance(earlier, date) or not isinstance(later, date):
        return None
    return Decimal(_weeks_between(earlier, later))


def days_between(earlier: Any, later: Any) -> Decimal | None:
    """Days from one date to another."""
    if not isinstance(earlier, date) or not isinstance(later, date):
        return None
    return Decimal((later - earlier).days)


def add_business_days(day: Any, count: Any) -> date | None:
    """The day ``count`` business days after ``day``; weekends and US federal holidays are not business days."""
    if not isinstance(day, date) or not isinstance(count, Decimal):
        return None
    return _CALENDAR.add_business_days(day, _whole(count))


def _series(series: Any) -> tuple[Measurement, ...]:
    return series_of(series) if isinstance(series, list) else ()


def _day(value: Any) -> date | None:
    """A day, of a date and time its own; null for anything else."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _whole(count: Decimal) -> int:
    """A number of days or weeks; raises FeelError for one that no calendar has."""
    if abs(count) > _LONGEST_DAYS:
        raise FeelError(f"a number of days or weeks is at most {_LONGEST_DAYS}, not {shown(count)}")
    return int(count)


def _direction(better: Any) -> Any:
    if better not in ("higher", "lower"):
        raise FeelError(f'the direction is "higher" or "lower", not {shown(better)}')
    return better


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        change_from_baseline,
        latest,
        previous,
        baseline,
        improvement_from_baseline,
        percent_improvement,
        mean_over,
        count_over,
        baseline_mean,
        best_change,
        stalled,
        measured_since,
        weeks_between,
        days_between,
        add_business_days,
    )
}

#: What each takes and gives, for the checks that are made before anything runs.
SIGNATURES: dict[str, tuple[Builtin, ...]] = {
    form.name: (form,)
    for form in (
        declaration(signature, FUNCTIONS[signature.partition("(")[0]])
        for signature in (
            "change_from_baseline(series: series) -> number",
            "latest(series: series) -> number",
            "previous(series: series) -> number",
            "baseline(series: series) -> number",
            "improvement_from_baseline(series: series, better: string) -> number",
            "percent_improvement(series: series, better: string) -> number",
            "mean_over(series: series, days: number, until: date) -> number",
            "count_over(series: series, days: number, until: date) -> number",
            "baseline_mean(series: series, days: number) -> number",
            "best_change(series: series, better: string) -> number",
            "stalled(series: series, better: string, minimum: number, weeks: number) -> boolean",
            "measured_since(series: list, day: date) -> boolean",
            "weeks_between(earlier: date, later: date) -> number",
            "days_between(earlier: date, later: date) -> number",
            "add_business_days(day: date, count: number) -> date",
        )
    )
}
