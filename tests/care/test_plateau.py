"""A plateau is seen when scores stop moving, and never by a patient not yet observed long enough."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.errors import SeriesError
from care.plateau import (
    Measurement,
    baseline_mean,
    best_change,
    change_from_baseline,
    improvement,
    mean_over,
    over,
    percent_improvement,
    series_of,
    stalled,
    weeks_between,
    weeks_since_best,
    weeks_since_improvement,
)

START = date(2026, 7, 5)
TODAY = START + timedelta(weeks=12)
SCORES = st.decimals(min_value=20, max_value=60, places=1)


def weekly(**scores: str) -> tuple[Measurement, ...]:
    """A series by week: `weekly(w0="36.8", w4="38")`."""
    return series_of(
        [(START + timedelta(weeks=int(week[1:])), Decimal(value)) for week, value in scores.items()]
    )


def test_improvement_is_positive_whichever_way_the_scale_runs() -> None:
    """More function and less pain are both better."""
    assert improvement("higher", Decimal(36), Decimal(38)) == 2
    assert improvement("lower", Decimal(60), Decimal(57)) == 3


def test_change_keeps_the_sign_of_the_scale() -> None:
    """Change from baseline is the latest less the first; one score has none."""
    assert change_from_baseline([Decimal(60), Decimal(61), Decimal(57)]) == -3
    assert change_from_baseline([Decimal(60)]) is None
    assert change_from_baseline([]) is None


def test_the_best_change_is_kept_after_a_loss() -> None:
    """A patient who improved by 4 and lost it again had a best change of 4."""
    assert best_change("higher", [Decimal(36), Decimal(40), Decimal(36)]) == 4
    assert best_change("lower", [Decimal(36), Decimal(40)]) == -4
    assert best_change("lower", [Decimal(36)]) is None


def test_a_percentage_is_of_the_baseline() -> None:
    """PHQ-9 from 20 to 10 is half; of a baseline of 0 nothing is a percentage."""
    assert percent_improvement("lower", [Decimal(20), Decimal(15), Decimal(10)]) == 50
    assert percent_improvement("higher", [Decimal(40), Decimal(38)]) == -5
    assert percent_improvement("lower", [Decimal(0), Decimal(3)]) is None
    assert percent_improvement("lower", [Decimal(20)]) is None


@given(st.lists(st.tuples(st.integers(-40, 10), SCORES), max_size=12), st.integers(1, 28))
def test_days_are_counted_with_the_last_and_without_the_one_before_the_first(
    values: list[tuple[int, Decimal]], days: int
) -> None:
    """Seven days that end today are today and the six before; the mean is theirs."""
    series = series_of([(TODAY + timedelta(days=day), value) for day, value in values])
    inside = [value for day, value in values if -days < day <= 0]
    assert sorted(each.value for each in over(series, days, TODAY)) == sorted(inside)
    mean = mean_over(series, days, TODAY)
    assert mean is None if not inside else min(inside) <= mean <= max(inside)  # type: ignore[operator]


def test_the_baseline_is_the_mean_of_the_first_days_and_not_of_later_ones() -> None:
    """A week of readings is a baseline; what comes a month later is not in it."""
    readings = [(START, 150), (START + timedelta(days=6), 140), (START + timedelta(days=7), 90)]
    assert baseline_mean(series_of(readings), 7) == 145
    assert baseline_mean((), 7) is None


def test_weeks_are_whole_weeks() -> None:
    """Thirteen days are one week."""
    assert weeks_between(START, START + timedelta(days=13)) == 1


def test_weeks_since_the_best_score_count_from_its_first_time() -> None:
    """Reaching the best again does not restart the count."""
    assert weeks_since_best("higher", weekly(w0="36", w4="40", w8="40"), TODAY) == 8
    assert weeks_since_best("higher", (), TODAY) is None


def test_small_steps_add_up_to_an_improvement() -> None:
    """Improvement is counted from the last score that counted, not from the one before."""
    series = weekly(w0="36", w4="37.5", w8="38")
    assert weeks_since_improvement("higher", series, Decimal(2), TODAY) == 4
    assert weeks_since_improvement("higher", series, Decimal(3), TODAY) == 12
    assert weeks_since_improvement("higher", (), Decimal(3), TODAY) is None


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (weekly(w0="36", w8="37"), True),
        (weekly(w0="36", w8="38"), False),
        (weekly(w0="36", w8="35"), True),
        (weekly(w0="36", w4="36"), False),  # observed for four of eight weeks
        (weekly(w0="36", w4="40", w12="40"), True),
        (weekly(w0="36", w6="37", w12="40"), False),
        (weekly(w0="36"), False),
        ((), False),
    ],
)
def test_a_patient_stalls_without_the_minimum_change_in_the_weeks_given(
    series: tuple[Measurement, ...], expected: bool
) -> None:
    """Less than 2 better over 8 weeks is a plateau; too short an observation is not."""
    assert stalled("higher", series, Decimal(2), 8) is expected


@given(
    scores=st.lists(SCORES, min_size=1, max_size=10),
    minimum=st.decimals(0, 10, places=1),
    weeks=st.integers(1, 30),
)
def test_a_stricter_minimum_never_hides_a_plateau(
    scores: list[Decimal], minimum: Decimal, weeks: int
) -> None:
    """Who stalls by one minimum stalls by every larger one, on a scale that runs either way."""
    series = [Measurement(START + timedelta(weeks=2 * n), value) for n, value in enumerate(scores)]
    mirrored = [Measurement(each.on, 100 - each.value) for each in series]
    found = stalled("higher", series, minimum, weeks)
    assert found == stalled("lower", mirrored, minimum, weeks)
    assert not found or stalled("higher", series, minimum + 1, weeks)


def test_a_series_is_taken_in_the_shapes_expressions_have() -> None:
    """Pairs, mappings and measurements are sorted by day; an entry without a value is left out."""
    measured = Measurement(START, Decimal(36))
    later = {"on": datetime(2026, 8, 1, 9, 30), "value": 38.5}
    assert series_of([later, measured, [START, None]]) == (
        measured,
        Measurement(date(2026, 8, 1), Decimal("38.5")),
    )


@pytest.mark.parametrize("entry", [7, [START], ["2026-07-05", 3], [START, True], {"value": 3}])
def test_what_is_no_measurement_is_refused(entry: Any) -> None:
    """A series of anything else is an error, not an empty series."""
    with pytest.raises(SeriesError):
        series_of([entry])
