"""A trend is found through gaps and wild values, and none where there is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.plateau import series_of
from care.trend import Trend, daily, trend

START = date(2026, 7, 5)
DAYS = st.lists(st.integers(0, 40), min_size=3, max_size=15, unique=True).map(sorted)
LEVELS = st.integers(-50, 200)


def on(day: int) -> date:
    return START + timedelta(days=day)


def found(values: dict[int, float]) -> Trend:
    result = trend({on(day): value for day, value in sorted(values.items())})
    assert result is not None
    return result


@given(DAYS, LEVELS, st.integers(-8, 8))
def test_a_line_is_found_whatever_days_are_missing(days: list[int], level: int, slope: int) -> None:
    """Gaps do not bend a trend: the slope is per day, not per value."""
    line = found({day: level + slope * day for day in days})
    assert line.slope == pytest.approx(slope)
    assert line.last == pytest.approx(level + slope * days[-1])
    assert line.noise == pytest.approx(0)
    assert (line.days, line.count) == (days[-1] - days[0], len(days))


@given(st.lists(st.integers(0, 20), max_size=4, unique=True), st.floats(-1e4, 1e4), st.integers(-3, 3))
def test_a_few_wild_values_do_not_turn_the_slope(wild: list[int], away: float, slope: int) -> None:
    """Four of twenty-one days may be anything: the slope stays that of the others."""
    values = {day: float(50 + slope * day) for day in range(21)} | dict.fromkeys(wild, away)
    assert found(values).slope == pytest.approx(slope)


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 10), min_size=3), st.integers(1, 9), LEVELS)
def test_another_unit_tells_the_same(values: dict[int, int], scale: int, shift: int) -> None:
    """In pounds or in kilograms: the strength is one, the slope is scaled."""
    line = found({day: float(value) for day, value in values.items()})
    other = found({day: float(scale * value + shift) for day, value in values.items()})
    assert other.strength == pytest.approx(line.strength)
    assert other.slope == pytest.approx(scale * line.slope)


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 10), min_size=3))
def test_the_mirrored_series_has_the_opposite_trend(values: dict[int, int]) -> None:
    """Falling is rising upside down."""
    line = found({day: float(value) for day, value in values.items()})
    other = found({day: float(-value) for day, value in values.items()})
    assert (other.slope, other.strength) == (pytest.approx(-line.slope), pytest.approx(-line.strength))


def test_an_unchanging_series_has_no_trend() -> None:
    """Nothing but ties is no evidence of anything."""
    assert found(dict.fromkeys(range(10), 5.0)).strength == 0


def test_two_days_are_no_trend() -> None:
    """Two points always lie on a line."""
    assert trend({on(0): 1.0, on(1): 2.0}) is None


def test_several_values_of_a_day_are_one_their_median() -> None:
    """A cuff that measures thrice does not count thrice, and one wild reading of the three is not heard."""
    readings = series_of([(on(1), 140), (on(0), 150), (on(0), 210), (on(0), 148)])
    assert daily(readings) == {on(0): 150.0, on(1): 140.0}
