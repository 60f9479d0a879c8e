"""Reporting windows and the model's other day counts are those CMS publishes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.access import AccessRules, Window, access_rules_from
from care.errors import ConfigurationError, UnknownName

ALIGNED = date(2026, 7, 5)
TRACKS = ["msk", "bh", "ckm", "eckm"]


def day(number: int) -> date:
    """A day counted from alignment."""
    return ALIGNED + timedelta(days=number)


def test_the_baseline_is_due_by_day_sixty(rules: AccessRules) -> None:
    """The window opens at alignment and closes with day 60."""
    window = rules.baseline_window(ALIGNED)
    assert (window.opens_on, window.closes_on) == (ALIGNED, date(2026, 9, 3))
    assert "CMS ACCESS IG" in window.source


@pytest.mark.parametrize(
    ("reported", "today", "standing"),
    [
        (day(60), day(61), "reported"),
        (None, day(60), "open"),
        (None, day(61), "missed"),
        (day(61), day(61), "missed"),
    ],
)
def test_a_missed_baseline_leaves_the_patient_unaligned(
    rules: AccessRules, reported: date | None, today: date, standing: str
) -> None:
    """Day 60 still counts; a report on day 61 does not."""
    assert rules.baseline_standing(ALIGNED, reported, today) == standing


def test_a_quarterly_report_is_due_70_to_110_days_after_the_last(rules: AccessRules) -> None:
    """The window is counted from the prior submission."""
    window = rules.quarterly_window(date(2026, 9, 1))
    assert (window.opens_on, window.closes_on) == (date(2026, 11, 10), date(2026, 12, 20))


@pytest.mark.parametrize(("track", "opens"), [("msk", 185), ("bh", 185), ("ckm", 275), ("eckm", 275)])
def test_the_end_of_period_report_closes_on_day_425(rules: AccessRules, track: str, opens: int) -> None:
    """MSK and BH may report from day 185, CKM and eCKM from day 275."""
    window = rules.end_of_period_window(ALIGNED, track)
    assert (window.opens_on, window.closes_on) == (day(opens), day(425))


@given(track=st.sampled_from(TRACKS), offset=st.integers(-10, 500))
def test_a_day_is_in_a_window_until_none_is_left(rules: AccessRules, track: str, offset: int) -> None:
    """Being inside, days left and the window's ends agree on every day."""
    window = rules.end_of_period_window(ALIGNED, track)
    inside = window.opens_on <= day(offset) and window.days_left(day(offset)) >= 0
    assert (day(offset) in window) == inside


def test_lock_in_and_period_end_on_their_days(rules: AccessRules) -> None:
    """The patient may leave after day 90; the care period is 365 days."""
    assert rules.lock_in_ends(ALIGNED) == date(2026, 10, 3)
    assert rules.period_ends(ALIGNED) == date(2027, 7, 5)


@pytest.mark.parametrize(
    ("kind", "age", "fresh"),
    [
        ("prom", 15, True),
        ("prom", 16, False),
        ("laboratory", 365, True),
        ("laboratory", 366, False),
        ("prom", -1, False),
    ],
)
def test_a_measure_is_reported_while_it_is_fresh(
    rules: AccessRules, kind: str, age: int, fresh: bool
) -> None:
    """PROMs count for 15 days, laboratory values for a year, and nothing from after the submission."""
    assert rules.is_fresh(kind, day(200 - age), day(200)) is fresh
    if fresh:
        assert rules.fresh_from(kind, day(200)) <= day(200 - age)


@pytest.mark.parametrize(
    ("occasion", "days"), [("initiation", 10), ("escalation", 10), ("setting_change", 10), ("completion", 30)]
)
def test_a_care_update_reaches_the_pcp_in_time(rules: AccessRules, occasion: str, days: int) -> None:
    """Ten days at the start, an escalation or a change of setting; thirty at the end."""
    assert rules.care_update_due(occasion, ALIGNED) == day(days)


def test_loss_of_contact_takes_three_attempts_over_thirty_days(rules: AccessRules) -> None:
    """The numbers of the unalignment reason are configuration."""
    assert (rules.loss_of_contact.attempts, rules.loss_of_contact.days) == (3, 30)


def test_unknown_names_are_refused_with_a_hint(rules: AccessRules) -> None:
    """A mistyped kind or occasion is named."""
    with pytest.raises(UnknownName, match="did you mean 'prom'"):
        rules.is_fresh("proms", ALIGNED, ALIGNED)
    with pytest.raises(UnknownName, match="did you mean 'completion'"):
        rules.care_update_due("completed", ALIGNED)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"baseline": {"opens": 5, "closes": 1, "source": "x"}}, "baseline: must open"),
        ({"baseline": {"opens": 0, "closes": 60}}, "baseline.source: must be a text"),
        ({"lock_in": {"days": -1, "source": "x"}}, "lock_in.days: must be 0 or more"),
        ({"lock_in": {"days": "90", "source": "x"}}, "lock_in.days: must be a whole number"),
        ({"lockin": {}}, "did you mean 'lock_in'"),
    ],
)
def test_a_faulty_configuration_is_refused_by_field(
    access_document: dict[str, Any], overrides: dict[str, Any], words: str
) -> None:
    """A rule without a source, or one that cannot be, is found when the file is read."""
    with pytest.raises(ConfigurationError, match=words):
        access_rules_from(access_document | overrides)


def test_a_window_says_how_long_it_is_open() -> None:
    """Zero on the last day, negative when it is over."""
    window = Window(ALIGNED, day(2), "a test")
    assert [window.days_left(day(n)) for n in (0, 2, 3)] == [2, 0, -1]
