"""A patient is aligned, leaves and switches only when the model allows it, and the reason is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.access import AccessRules

ALIGNED = date(2026, 7, 5)
DAYS = st.dates(date(2026, 7, 5), date(2036, 6, 30))


def day(number: int) -> date:
    """A day counted from alignment."""
    return ALIGNED + timedelta(days=number)


@pytest.mark.parametrize(
    ("track", "open_tracks", "words"),
    [
        ("msk", [], None),
        ("bh", ["msk", "ckm"], None),
        ("msk", ["msk"], "one participant per track"),
        ("ckm", ["eckm"], "ckm and eckm exclude each other"),
        ("eckm", ["msk", "ckm"], "eckm and ckm exclude each other"),
    ],
)
def test_a_patient_may_be_in_several_tracks_but_not_in_both_of_ckm(
    rules: AccessRules, track: str, open_tracks: list[str], words: str | None
) -> None:
    """One participant per track; eCKM and CKM exclude each other; everything else goes together."""
    reason = rules.alignment.may_align(track, open_tracks)
    assert (reason is None) if words is None else (reason is not None and words in reason)


@given(aligned_on=DAYS, number=st.integers(0, 400))
def test_a_patient_may_leave_once_ninety_days_are_over(rules: AccessRules, aligned_on: date, number: int) -> None:
    """Day 90 is still locked, day 91 is free, across leap days and year ends."""
    answer = rules.alignment.may_leave(aligned_on, aligned_on + timedelta(days=number))
    assert (answer.allowed, answer.from_day) == (number > 90, aligned_on + timedelta(days=91))


def test_a_follow_on_period_has_no_lock_in(rules: AccessRules) -> None:
    """The lock-in is for the first period of an alignment."""
    assert rules.alignment.may_leave(ALIGNED, ALIGNED, period=2).allowed


@pytest.mark.parametrize(
    ("reason", "number", "allowed"),
    [("patient-initiated", 90, False), ("patient-initiated", 91, True), ("geographic-relocated", 10, True)],
)
def test_only_the_patients_own_wish_waits_for_the_lock_in(
    rules: AccessRules, reason: str, number: int, allowed: bool
) -> None:
    """The definitions of the other reasons for unalignment do not name the lock-in."""
    assert rules.alignment.may_unalign(reason, ALIGNED, day(number)).allowed is allowed


def test_a_switch_needs_the_end_of_the_lock_in_and_consent(rules: AccessRules) -> None:
    """Either alone is not enough; the sentence says what is missing."""
    alignment = rules.alignment
    assert "ends with 2026-10-03" in alignment.may_switch("msk", "msk", ALIGNED, day(90), attested=True).sentence
    assert "switchConsentAttestation" in alignment.may_switch("msk", "msk", ALIGNED, day(91)).sentence
    assert alignment.may_switch("msk", "msk", ALIGNED, day(91), attested=True).allowed


def test_early_ckm_goes_over_to_ckm_at_any_time_with_another_participant(rules: AccessRules) -> None:
    """With the same participant it is unalign, then align; and there is no such way back from CKM to eCKM."""
    alignment = rules.alignment
    assert alignment.may_switch("eckm", "ckm", ALIGNED, day(1)).allowed
    same = alignment.may_switch("eckm", "ckm", ALIGNED, day(1), same_participant=True)
    assert (same.allowed, same.sentence) == (
        False,
        "With the same participant there is no switch: unalign from eckm, then align in ckm.",
    )
    back = alignment.may_switch("ckm", "eckm", ALIGNED, day(200), attested=True)
    assert not back.allowed
    assert "exclude each other" in back.sentence


def test_two_independent_tracks_need_no_switch(rules: AccessRules) -> None:
    """A patient may simply be in both."""
    answer = rules.alignment.may_switch("msk", "bh", ALIGNED, day(1), same_participant=True)
    assert answer.allowed
    assert "at the same time" in answer.sentence


@pytest.mark.parametrize(
    ("assigned", "ends"), [(date(2026, 8, 31), date(2027, 8, 31)), (date(2028, 2, 29), date(2029, 2, 28))]
)
def test_the_control_group_waits_twelve_calendar_months(rules: AccessRules, assigned: date, ends: date) -> None:
    """The same day a year later; the last of February where that year has no 29th."""
    assert rules.alignment.control_group_ends(assigned) == ends


@pytest.mark.parametrize(
    ("numbers", "lost"), [([], False), ([0, 10, 29], False), ([0, 30], False), ([30, 0, 10], True), ([0, 0, 1], False)]
)
def test_contact_is_lost_after_three_attempts_over_thirty_days(
    rules: AccessRules, numbers: list[int], lost: bool
) -> None:
    """Both the number and the span count, in any order of the days."""
    assert rules.loss_of_contact.is_lost(map(day, numbers)) is lost
