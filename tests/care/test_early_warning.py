"""An early warning comes with a decline that lasts, and not with noise, a single value or a weekly rhythm."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.early_warning import COURSES, START, patient, warnings
from care.early_warning import EarlyWarningRules, early_warning_from, warning
from care.errors import ConfigurationError, UnknownName
from care.plateau import Measurement
from tests.care.conftest import PATHWAYS, read

DOCUMENT = (Path(__file__).parents[2] / "docs" / "early-warning.md").read_text(encoding="utf-8")
SHIPPED: dict[str, Any] = read(PATHWAYS / "configuration" / "early_warning.yaml")
RULES = early_warning_from(SHIPPED)
EVERY = pytest.mark.parametrize("measure", list(RULES.by_measure))


def days(values: Iterable[float]) -> tuple[Measurement, ...]:
    """A value for each day from START on."""
    return tuple(Measurement(START + timedelta(days=n), Decimal(str(value))) for n, value in enumerate(values))


def said(measure: str, values: Iterable[float], rules: EarlyWarningRules = RULES) -> str | None:
    """What is said on the day of the last value."""
    series = days(values)
    found = warning(rules, measure, series, series[-1].on)
    return None if found is None else found.sentence


def test_rising_pain_is_told_in_one_sentence() -> None:
    """From where to where, over how many days: what a case manager would say."""
    pain = [3, 3, 4, 3, 3, 4, 4, 4, 5, 4, 5, 5, 5, 6, 5, 6, 6, 6, 7, 6, 6]
    assert said("pain", pain) == "Pain has risen from about 3 to about 6 over 20 days."


def test_fewer_steps_are_worse_and_more_are_not() -> None:
    """Steps warn when they fall; large numbers are rounded as people say them."""
    falling = [6000 - 90 * day for day in range(28)]
    assert said("steps", falling) == "The daily step count has fallen from about 5,700 to about 3,800 over 27 days."
    assert said("steps", reversed(falling)) is None


@EVERY
@given(level=st.integers(3, 9), value=st.integers(0, 500), at=st.integers(0, 27))
def test_a_single_value_never_warns(measure: str, level: int, value: int, at: int) -> None:
    """However wild: a thumb on the scales, a forgotten cuff, a day in bed."""
    values = [float(level)] * 28
    values[at] = float(value)
    assert said(measure, values) is None


@EVERY
def test_a_weekly_rhythm_is_no_trend(measure: str) -> None:
    """Quiet Sundays come back every week, whatever day it is."""
    for start in range(7):
        week = [100.0, 100, 100, 100, 100, 70, 60]
        assert said(measure, [week[(start + day) % 7] for day in range(28)]) is None


@EVERY
def test_too_few_days_never_warn(measure: str) -> None:
    """A slope over a handful of days is drawn too far."""
    rule = RULES.rule(measure)
    sign = 1 if rule.worse == "higher" else -1
    assert said(measure, [50 + sign * 0.5 * day for day in range(rule.least_days - 1)]) is None


def test_what_is_measured_later_is_not_looked_at() -> None:
    """A late look finds what a look in time would have found."""
    series = days([3] * 21 + [8] * 21)
    assert warning(RULES, "pain", series, series[20].on) is None


def test_two_kilograms_in_three_days_warn_when_a_second_day_confirms_them() -> None:
    """The fast gain of heart failure, by configuration; one weighing with a coat on is not one."""
    assert said("weight", [80] * 10 + [82.4]) is None
    told = said("weight", [80] * 10 + [82.4, 82.6])
    assert told == "Weight has risen from about 80.0 to about 82.4 kg within 3 days."
    document = copy.deepcopy(SHIPPED)
    del next(each for each in document["measures"] if each["measure"] == "weight")["fast"]
    assert said("weight", [80] * 10 + [82.4, 82.6], early_warning_from(document)) is None


def test_a_gain_over_a_gap_is_not_a_fast_one() -> None:
    """80.1 kg on day 3 and 82.2 on day 11 says nothing of 3 days; nor does a slow climb with a value a day."""

    def after(gap: int) -> str | None:
        values = {0: 80.0, 1: 80.0, 2: 80.0, 3: 80.1, 3 + gap: 82.2, 4 + gap: 82.3}
        series = tuple(Measurement(START + timedelta(days=n), Decimal(str(value))) for n, value in values.items())
        found = warning(RULES, "weight", series, series[-1].on)
        return None if found is None else found.sentence

    assert after(8) is None
    assert after(4) is None
    assert after(3) == "Weight has risen from about 80.1 to about 82.2 kg within 3 days."
    slow = said("weight", [80] * 6 + [80 + 0.3 * day for day in range(1, 9)])
    assert slow is None or "within 3 days" not in slow


@EVERY
def test_false_alarms_are_rare(measure: str) -> None:
    """Of forty stable patients with noise, gaps and wild values: less than one warning in ten patient-months."""
    rule = RULES.rule(measure)
    found = 0
    for number in range(40):
        series = tuple(patient(COURSES[measure], Random(number), 90, None))
        found += len(warnings(lambda s, day: warning(RULES, measure, s, day) is not None, series, rule.quiet_days))
    assert found < 0.1 * 40 * 3


def test_a_measure_is_quiet_after_a_warning() -> None:
    """Nobody is told the same every day."""
    rule = RULES.rule("pain")
    warned = date(2026, 8, 1)
    assert not rule.is_quiet(None, warned)
    assert rule.is_quiet(warned, warned + timedelta(days=rule.quiet_days - 1))
    assert not rule.is_quiet(warned, warned + timedelta(days=rule.quiet_days))


def test_a_stricter_aim_asks_for_a_stronger_trend() -> None:
    """The false alarms a director allows decide how sure a warning has to be."""
    document = copy.deepcopy(SHIPPED)
    document["measures"][0]["false_alarms_per_month"] = 0.01
    assert early_warning_from(document).rule("pain").strength > RULES.rule("pain").strength


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("worse", "up"),
        ("window_days", 3),
        ("matters_per_week", 0),
        ("matters_percent_per_week", 5),
        ("false_alarms_per_month", 2),
        ("round_to", 0),
        ("quiet", 3),
    ],
)
def test_a_wrong_entry_is_named(field: str, value: object) -> None:
    """The error says which measure and field."""
    document = copy.deepcopy(SHIPPED)
    document["measures"][0][field] = value
    with pytest.raises(ConfigurationError, match=r"measures\[1\]"):
        early_warning_from(document)


def test_an_unknown_measure_is_named() -> None:
    """A typing error is not silence."""
    with pytest.raises(UnknownName, match="did you mean 'pain'"):
        warning(RULES, "pian", (), START)


def test_the_page_names_each_field_and_what_was_measured() -> None:
    """What a director may set is explained, and each measure has its measured numbers."""
    fields = {field for each in SHIPPED["measures"] for field in each}
    assert {field for field in fields if f"`{field}`" not in DOCUMENT} == set()
    assert all(len(re.findall(rf"^\| {measure} \| 0\.\d+ \|", DOCUMENT, re.MULTILINE)) == 2 for measure in COURSES)
    assert set(COURSES) == set(RULES.by_measure)
