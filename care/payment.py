"""What a track year earns: the allowed amount, Medicare's share, what is withheld, and what the outcomes take off it.

The payments for co-management that PCPs bill (G0676 to G0678) are theirs and stand nowhere here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import Literal

from care.errors import UnknownName

Counted = Literal["begun", "completed"]
ONE, NOTHING = Decimal(1), Decimal(0)
_CENT = Decimal("0.01")
# A patient is never in both, so their years never run together, also on the day of a switch (CMS ACCESS IG).
_ONE_OF_TWO = frozenset({"eckm", "ckm"})


@dataclass(frozen=True, slots=True)
class TrackAmounts:
    """Allowed USD of one year; `follow_on` is None where a track has no follow-on period."""

    initial: Decimal
    follow_on: Decimal | None
    source: str


@dataclass(frozen=True, slots=True)
class Penalty:
    """How a rate under its threshold takes off money: as large a share as it falls short, at most `most`."""

    threshold: Decimal
    most: Decimal
    source: str

    def share(self, rate: Decimal) -> Decimal:
        """The share that a rate takes off; 0 from the threshold on."""
        return NOTHING if rate >= self.threshold else min(ONE - rate / self.threshold, self.most)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of an amount, with the source of the rule."""

    share: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class RuralAddOn:
    """USD more in the initial period of some tracks for a patient who lives in a rural place."""

    amount: Decimal
    tracks: frozenset[str]
    source: str


@dataclass(frozen=True, slots=True)
class Payments:
    """The payment rules of a performance year."""

    performance_year: int
    tracks: Mapping[str, TrackAmounts]
    rural: RuralAddOn
    medicare: Share
    withhold: Share
    clinical: Penalty
    spend: Penalty
    second_track: Share
    months_counted: Counted
    months_of_year: int
    months_source: str
    left_out: frozenset[str]
    denominator_source: str

    def allowed(self, track: str, *, period: int = 1, is_rural: bool = False) -> Decimal:
        """USD allowed for a whole year; `period` 1 is the initial one. 0 where a track has no such period."""
        if track not in self.tracks:
            raise UnknownName("track", track, self.tracks)
        amounts = self.tracks[track]
        if period > 1:
            return amounts.follow_on or NOTHING
        return amounts.initial + (self.rural.amount if is_rural and track in self.rural.tracks else NOTHING)

    def months_paid(self, aligned_on: date, ended_on: date | None) -> int:
        """How many months of a year are paid; all of them unless it ended early."""
        if ended_on is None:
            return self.months_of_year
        starts = self.month_starts(aligned_on)
        counted = starts[:-1] if self.months_counted == "begun" else starts[1:]
        return sum(each <= ended_on for each in counted)

    def month_starts(self, aligned_on: date) -> tuple[date, ...]:
        """The first day of each month of a year, and the day after the last.

        A month begins on the same day of the calendar month as the year did, or on the last of a shorter one.
        """
        return tuple(_months_later(aligned_on, each) for each in range(self.months_of_year + 1))


@dataclass(frozen=True, slots=True)
class PaidYear:
    """A patient's year in a track, as money sees it: `ended_on` is its last day, where that came before its time."""

    track: str
    aligned_on: date
    period: int = 1
    is_rural: bool = False
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class YearPayment:
    """USD of a track year before outcomes: allowed, what Medicare pays of it, and which part of that is withheld."""

    allowed: Decimal
    medicare: Decimal
    withheld: Decimal

    @property
    def paid_at_once(self) -> Decimal:
        return self.medicare - self.withheld


@dataclass(frozen=True, slots=True)
class Attainment:
    """How many of the patients have met their targets; those lost or not reported are among `of`."""

    met: int
    of: int

    @property
    def rate(self) -> Decimal | None:
        """The outcome attainment rate; None without patients."""
        return None if not self.of else Decimal(self.met) / self.of

    def missing_to(self, threshold: Decimal) -> int:
        """How many more patients have to meet their targets to reach the threshold."""
        needed = (threshold * self.of).to_integral_value(ROUND_CEILING)
        return max(int(needed) - self.met, 0)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """The share that is taken off: the larger of both, not both. `spend` is None where its rate is not known."""

    clinical: Decimal
    spend: Decimal | None

    @property
    def share(self) -> Decimal:
        return max(self.clinical, self.spend or NOTHING)

    @property
    def because(self) -> Literal["nothing", "clinical", "spend"]:
        if not self.share:
            return "nothing"
        return "clinical" if self.clinical == self.share else "spend"


@dataclass(frozen=True, slots=True)
class Earned:
    """USD of many track years after outcomes.

    The adjustment is a share of all that Medicare pays. It is at most what was withheld, so nothing is paid back.
    """

    payment: YearPayment
    adjustment: Adjustment
    lost: Decimal

    @property
    def total(self) -> Decimal:
        return self.payment.medicare - self.lost

    @property
    def released(self) -> Decimal:
        """What is paid of the withheld part once outcomes are known."""
        return self.payment.withheld - self.lost


def year_payment(payments: Payments, year: PaidYear, beside: Iterable[PaidYear] = ()) -> YearPayment:
    """The money of one track year before outcomes; `beside` are all other years of the same patient."""
    allowed = payments.allowed(year.track, period=year.period, is_rural=year.is_rural)
    months = payments.months_paid(year.aligned_on, year.ended_on)
    counted = months - payments.second_track.share * months_discounted(payments, year, beside)
    allowed = cents(allowed * counted / payments.months_of_year)
    medicare = cents(allowed * payments.medicare.share)
    return YearPayment(allowed, medicare, cents(medicare * payments.withhold.share))


def months_discounted(payments: Payments, year: PaidYear, beside: Iterable[PaidYear]) -> int:
    """In how many of its paid months a year is the cheaper one of a patient's tracks (secondary: 5% off that one).

    A month counts in which both years ran on the same day. The later of two equally dear ones is the cheaper one; where
    three or more run together one is discounted, the cheapest: the rule speaks of two.
    """
    others = [each for each in beside if _may_run_together(year, each)]
    if not others:
        return 0
    starts = payments.month_starts(year.aligned_on)
    months = starts[: payments.months_paid(year.aligned_on, year.ended_on)]
    return sum(_is_cheapest_in(payments, year, others, *month) for month in zip(months, starts[1:], strict=False))


def _may_run_together(year: PaidYear, other: PaidYear) -> bool:
    tracks = {year.track, other.track}
    return len(tracks) == 2 and tracks != _ONE_OF_TWO


def _is_cheapest_in(
    payments: Payments, year: PaidYear, others: Iterable[PaidYear], opens_on: date, closes_before: date
) -> bool:
    """Whether in a month of a year others run beside it, each dearer."""
    first, last = opens_on, min(closes_before - timedelta(days=1), _last_day(payments, year))
    running = [each for each in others if each.aligned_on <= last and _last_day(payments, each) >= first]
    return bool(running) and all(_price(payments, year) < _price(payments, each) for each in running)


def _last_day(payments: Payments, year: PaidYear) -> date:
    end = payments.month_starts(year.aligned_on)[-1] - timedelta(days=1)
    return end if year.ended_on is None else min(end, year.ended_on)


def _price(payments: Payments, year: PaidYear) -> tuple[Decimal, int, str]:
    """What a whole year costs; of two equal ones the later is the cheaper."""
    allowed = payments.allowed(year.track, period=year.period, is_rural=year.is_rural)
    return allowed, -year.aligned_on.toordinal(), year.track


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def adjustment(payments: Payments, rate: Decimal | None, substitute_spend: Decimal | None = None) -> Adjustment:
    """What an attainment rate and a substitute-spend rate take off; without patients nothing does."""
    return Adjustment(
        NOTHING if rate is None else payments.clinical.share(rate),
        None if substitute_spend is None else payments.spend.share(substitute_spend),
    )


def together(paid: Iterable[YearPayment]) -> YearPayment:
    """The sum of track years."""
    allowed = medicare = withheld = NOTHING
    for each in paid:
        allowed, medicare, withheld = allowed + each.allowed, medicare + each.medicare, withheld + each.withheld
    return YearPayment(allowed, medicare, withheld)


def earned(payment: YearPayment, taken_off: Adjustment) -> Earned:
    """What is left of a payment; never less than what was paid at once."""
    lost = min(cents(payment.medicare * taken_off.share), payment.withheld)
    return Earned(payment, taken_off, lost)


def cents(amount: Decimal) -> Decimal:
    """USD rounded to cents, half to even."""
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
