"""The PCP's review of an update is billed as often as Medicare pays it, and not more."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.access import AccessRules
from care.errors import UnknownName

DAYS = st.dates(date(2026, 7, 5), date(2036, 6, 30))


@pytest.mark.parametrize(("track", "code"), [("eckm", "G0676"), ("ckm", "G0676"), ("msk", "G0677"), ("bh", "G0678")])
def test_each_track_has_its_code_and_thirty_dollars(rules: AccessRules, track: str, code: str) -> None:
    """eCKM and CKM share a code."""
    answer = rules.co_management.answer(track, [], date(2026, 8, 1))
    assert (answer.allowed, answer.code, answer.amount) == (True, code, Decimal(30))
    assert answer.sentence == f"{code} (30 USD) may be billed."


@pytest.mark.parametrize(
    ("billed", "on", "next_on", "words"),
    [
        ([date(2026, 8, 1)], date(2026, 11, 30), date(2026, 12, 1), "once in 4 months"),
        ([date(2026, 8, 1)], date(2026, 12, 1), date(2026, 12, 1), "may be billed."),
        ([date(2026, 10, 31)], date(2026, 12, 1), date(2027, 2, 28), "once in 4 months"),
        # three within a year, the earliest of them on 1 August
        (
            [date(2026, 8, 1), date(2026, 12, 1), date(2027, 4, 1)],
            date(2027, 4, 2),
            date(2027, 8, 1),
            "once in 4 months",
        ),
        ([date(2027, 1, 1)], date(2026, 9, 1), date(2026, 9, 1), "may be billed."),  # not billed yet on that day
    ],
)
def test_the_next_review_is_billed_four_months_later(
    rules: AccessRules, billed: list[date], on: date, next_on: date, words: str
) -> None:
    """Calendar months, a month's end clamped; only what was billed by that day counts."""
    answer = rules.co_management.answer("msk", billed, on)
    assert (answer.next_on, answer.allowed) == (next_on, on >= next_on)
    assert words in answer.sentence


def test_three_in_twelve_months_hold_even_when_they_were_billed_too_close(rules: AccessRules) -> None:
    """The limit of the year is looked at on its own."""
    billed = [date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)]
    answer = rules.co_management.answer("bh", billed, date(2027, 3, 1))
    assert (answer.allowed, answer.next_on) == (False, date(2027, 8, 1))
    assert "at most 3 times in 12 months" in answer.sentence


@given(start=DAYS, gaps=st.lists(st.integers(0, 200), max_size=30))
def test_whatever_is_asked_the_limits_hold(rules: AccessRules, start: date, gaps: list[int]) -> None:
    """Billing whenever allowed never gives more than three in any 12 months, nor two within 4 months."""
    billed: list[date] = []
    on = start
    for gap in gaps:
        on = date.fromordinal(on.toordinal() + gap)
        if rules.co_management.answer("ckm", billed, on).allowed:
            billed.append(on)
    within, spacing = rules.co_management.within, rules.co_management.spacing
    assert all(spacing.after(a) <= b for a, b in pairwise(billed))
    assert all(within.after(a) <= b for a, b in zip(billed, billed[3:], strict=False))


def test_an_unknown_track_is_refused(rules: AccessRules) -> None:
    """A mistyped track has no code."""
    with pytest.raises(UnknownName, match="did you mean 'msk'"):
        rules.co_management.answer("mskk", [], date(2026, 8, 1))
