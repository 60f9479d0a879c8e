"""What a track year earns, before and after outcomes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.errors import ConfigurationError, UnknownName
from care.payment import (
    Attainment,
    PaidYear,
    Payments,
    YearPayment,
    adjustment,
    earned,
    months_discounted,
    together,
    year_payment,
)
from care.payment_documents import payments_from
from tests.care.conftest import PATHWAYS, read

ALIGNED = date(2026, 8, 31)
TRACKS = st.sampled_from(["eckm", "ckm", "msk", "bh"])


@pytest.fixture(scope="session")
def document() -> dict[str, Any]:
    found: dict[str, Any] = read(PATHWAYS / "configuration" / "payments-2026.yaml")
    return found


@pytest.fixture(scope="session")
def payments(document: dict[str, Any]) -> Payments:
    return payments_from(document)


def usd(amount: str) -> Decimal:
    return Decimal(amount)


@pytest.mark.parametrize(
    ("track", "period", "is_rural", "allowed"),
    [
        ("eckm", 1, False, 360), ("eckm", 1, True, 375), ("eckm", 2, True, 180), ("ckm", 1, False, 420),
        ("ckm", 1, True, 435), ("ckm", 3, False, 210), ("msk", 1, True, 180), ("msk", 2, False, 0),
        ("bh", 1, True, 180), ("bh", 2, False, 90),
    ],
)  # fmt: skip
def test_what_is_allowed_follows_track_and_period(
    payments: Payments, track: str, period: int, is_rural: bool, allowed: int
) -> None:
    """The rural add-on is for eCKM and CKM in the initial period; MSK has no follow-on period."""
    assert payments.allowed(track, period=period, is_rural=is_rural) == allowed


def test_medicare_pays_four_fifths_and_keeps_half_of_it(payments: Payments) -> None:
    """Of 420 allowed, 336 are Medicare's, 168 of them withheld."""
    paid = year_payment(payments, PaidYear("ckm", ALIGNED))
    assert paid == YearPayment(usd("420.00"), usd("336.00"), usd("168.00"))
    assert paid.paid_at_once == usd("168.00")


@pytest.mark.parametrize(
    ("ended_on", "months"),
    [(ALIGNED, 1), (date(2026, 9, 29), 1), (date(2026, 10, 31), 3), (date(2027, 8, 30), 12), (date(2028, 1, 1), 12)],
)
def test_a_year_that_ended_early_is_paid_by_months_begun(payments: Payments, ended_on: date, months: int) -> None:
    """The month of alignment is one; never more than the year has."""
    assert payments.months_paid(ALIGNED, ended_on) == months
    paid = year_payment(payments, PaidYear("msk", ALIGNED, ended_on=ended_on))
    assert paid.allowed == Decimal(180) * months / 12


@pytest.mark.parametrize(
    ("rate", "share"),
    [("0.5", "0"), ("0.8", "0"), ("0.4", "0.2"), ("0.25", "0.5"), ("0", "0.5")],
)
def test_the_clinical_adjustment_grows_with_what_is_missing(payments: Payments, rate: str, share: str) -> None:
    """Nothing from the threshold on, in proportion below it, half at most."""
    assert adjustment(payments, Decimal(rate)).share == Decimal(share)


def test_the_larger_adjustment_is_applied_not_both(payments: Payments) -> None:
    """A substitute-spend rate that is not known takes nothing off."""
    both = adjustment(payments, Decimal("0.45"), Decimal("0.72"))
    assert (both.clinical, both.spend) == (Decimal("0.1"), Decimal("0.2"))
    assert (both.share, both.because) == (Decimal("0.2"), "spend")
    alone = adjustment(payments, Decimal("0.45"))
    assert (alone.spend, alone.share, alone.because) == (None, Decimal("0.1"), "clinical")
    assert adjustment(payments, None).because == "nothing"
    assert adjustment(payments, Decimal(1), Decimal("0.1")).share == Decimal("0.25")


def test_the_cheaper_of_two_tracks_is_discounted(payments: Payments) -> None:
    """5% off while both run; of two equally dear ones the later, of three the cheapest alone."""
    ckm, msk = PaidYear("ckm", ALIGNED), PaidYear("msk", ALIGNED)
    assert year_payment(payments, msk, [ckm]).allowed == usd("171.00")
    assert year_payment(payments, ckm, [msk]).allowed == usd("420.00")
    earlier = PaidYear("bh", ALIGNED - timedelta(days=9))
    assert [months_discounted(payments, *each) for each in ((msk, [earlier]), (earlier, [msk]))] == [12, 0]
    assert [months_discounted(payments, each, [ckm, msk, earlier]) for each in (ckm, msk, earlier)] == [0, 12, 0]
    assert months_discounted(payments, PaidYear("bh", ALIGNED), [PaidYear("bh", ALIGNED, period=2)]) == 0


@pytest.mark.parametrize(
    ("year", "other", "months"),
    [
        # CKM ended before BH began
        (PaidYear("bh", date(2026, 11, 2)), PaidYear("ckm", date(2026, 7, 6), ended_on=date(2026, 8, 1)), 0),
        # three months and a day
        (PaidYear("bh", date(2026, 11, 2)), PaidYear("ckm", date(2026, 7, 6), ended_on=date(2027, 2, 2)), 4),
        (PaidYear("bh", date(2026, 11, 2)), PaidYear("ckm", date(2026, 7, 6), ended_on=date(2027, 2, 1)), 3),
        # aligned in another calendar year: the last four of its months
        (PaidYear("msk", date(2026, 7, 6)), PaidYear("ckm", date(2027, 3, 6)), 4),
        # both in the same month, but on no day of it together
        (PaidYear("msk", date(2026, 7, 6), ended_on=date(2026, 8, 1)), PaidYear("ckm", date(2026, 8, 3)), 0),
        # a switch, on one day
        (PaidYear("eckm", date(2026, 7, 6), ended_on=date(2026, 9, 2)), PaidYear("ckm", date(2026, 9, 2)), 0),
        # the follow-on period is the cheaper one
        (PaidYear("bh", date(2027, 7, 7), period=2), PaidYear("msk", date(2027, 1, 7)), 6),
    ],
)
def test_only_months_in_which_both_years_ran_are_discounted(
    payments: Payments, year: PaidYear, other: PaidYear, months: int
) -> None:
    """Counted in the cheaper year's own months; eCKM and CKM never run together."""
    assert months_discounted(payments, year, [other]) == months
    assert months_discounted(payments, other, [year]) == 0


@given(
    first=st.tuples(TRACKS, st.integers(0, 800), st.none() | st.integers(0, 400)),
    second=st.tuples(TRACKS, st.integers(0, 800), st.none() | st.integers(0, 400)),
)
def test_one_of_two_years_at_most_is_discounted(
    payments: Payments, first: tuple[str, int, int | None], second: tuple[str, int, int | None]
) -> None:
    """Never both, never in more months than are paid, and not at all where they share no day."""
    years = []
    for track, begins, days in (first, second):
        aligned_on = ALIGNED + timedelta(days=begins)
        years.append(PaidYear(track, aligned_on, ended_on=None if days is None else aligned_on + timedelta(days=days)))
    found = [months_discounted(payments, years[0], [years[1]]), months_discounted(payments, years[1], [years[0]])]
    assert min(found) == 0
    assert all(n <= payments.months_paid(y.aligned_on, y.ended_on) for n, y in zip(found, years, strict=True))
    ends = [each.ended_on or each.aligned_on + timedelta(days=366) for each in years]
    if max(each.aligned_on for each in years) > min(ends):
        assert found == [0, 0]


@pytest.mark.parametrize(("ended_on", "months"), [(date(2026, 9, 29), 1), (date(2026, 9, 30), 2), (ALIGNED, 1)])
def test_a_month_begins_on_the_years_day_or_the_last_of_a_shorter_month(
    payments: Payments, ended_on: date, months: int
) -> None:
    """A year that began on the 31st has its second month from 30 September; the last ends with the year."""
    assert payments.months_paid(ALIGNED, ended_on) == months
    assert payments.month_starts(date(2027, 1, 31))[1:3] == (date(2027, 2, 28), date(2027, 3, 31))
    assert payments.month_starts(ALIGNED)[-1] == date(2027, 8, 31)


def test_money_after_outcomes_is_said_by_part(payments: Payments) -> None:
    """Ten CKM years at 40%: a fifth of 3,360 is lost, and that much less of the withheld half is released."""
    ten = together(year_payment(payments, PaidYear("ckm", ALIGNED)) for _ in range(10))
    rate = Attainment(4, 10).rate
    left = earned(ten, adjustment(payments, rate))
    assert (left.payment.medicare, left.lost, left.released, left.total) == (3360, 672, 1008, 2688)


@given(met=st.integers(0, 300), more=st.integers(0, 300), threshold=st.decimals("0.01", "1", places=2))
def test_the_patients_missing_to_a_threshold_are_just_enough(met: int, more: int, threshold: Decimal) -> None:
    """With so many more the rate is at the threshold, with one fewer below it."""
    found = Attainment(met, met + more)
    missing = found.missing_to(threshold)
    assert missing <= more
    if found.of:
        assert Decimal(met + missing) / found.of >= threshold
    if missing:
        assert Decimal(met + missing - 1) / found.of < threshold


@given(
    years=st.lists(st.tuples(TRACKS, st.booleans(), st.integers(1, 3), st.integers(0, 500)), max_size=20),
    met=st.integers(0, 20),
    spend=st.none() | st.decimals(0, 2, places=2),
)
def test_no_outcome_costs_more_than_what_was_withheld(
    payments: Payments, years: list[tuple[str, bool, int, int]], met: int, spend: Decimal | None
) -> None:
    """Sums are whole cents, a better rate never earns less, and what was paid at once is never asked back."""
    paid = together(
        year_payment(payments, PaidYear(track, ALIGNED, period, rural, ALIGNED + timedelta(days=days)))
        for track, rural, period, days in years
    )
    found = [earned(paid, adjustment(payments, Attainment(each, 21).rate, spend)) for each in (met, met + 1)]
    assert all(0 <= each.lost <= paid.withheld and each.total >= paid.paid_at_once for each in found)
    assert found[0].total <= found[1].total
    assert found[0].total == found[0].total.quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("clinical", "threshold"), 0, "clinical.threshold.*above 0"),
        (("clinical", "most"), 50, "clinical.most.*share from 0 to 1"),
        (("months", "counted"), "half", "months.counted.*known: begun, completed"),
        (("tracks", "msk"), {"initial": -1, "source": "x"}, "tracks.msk.*0 or more"),
        (("rural_add_on", "tracks"), ["cmk"], "rural_add_on.tracks.*'cmk'"),
        (("medicare", "shares"), 1, "medicare.shares.*not a known field"),
    ],
)
def test_a_faulty_rule_is_refused_by_field(
    document: dict[str, Any], path: tuple[str, str], value: Any, words: str
) -> None:
    """A slip in the file is found when it is read."""
    with pytest.raises(ConfigurationError, match=words):
        payments_from(document | {path[0]: document[path[0]] | {path[1]: value}})


def test_an_unknown_track_is_refused(payments: Payments) -> None:
    """A mistyped track is named."""
    with pytest.raises(UnknownName, match="did you mean 'ckm'"):
        payments.allowed("ckmm")
