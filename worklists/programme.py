"""Are our patients getting better: attainment by track, what it means in money, and the patients behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from care.outcomes import State
from care.payment import (
    Attainment,
    Earned,
    Payments,
    YearPayment,
    adjustment,
    earned,
    together,
    year_payment,
)
from care.payment_documents import payments_from
from engine.years import by_year, document, of_year
from worklists.outcomes import YearOutcome

PAGE = 50
STATES: tuple[State, ...] = ("met", "on course", "at risk", "missed", "not measured")
Group = Literal["all", "met", "on course", "at risk", "missed", "not measured", "nearest"]
GROUPS: tuple[Group, ...] = ("all", "met", "on course", "at risk", "missed", "not measured", "nearest")


@dataclass(frozen=True, slots=True)
class TrackStanding:
    """A track's patients by state, its rate, and what that earns: now, and if those on course arrive.

    ``missing`` is how many more patients have to meet their targets to reach the threshold.
    """

    track: str
    total: int
    counts: dict[State, int]
    attainment: Attainment
    if_arrived: Attainment
    missing: int
    now: Earned
    then: Earned

    @property
    def is_within_reach(self) -> bool:
        """Whether as many patients as are missing could still meet their targets."""
        return self.missing <= self.attainment.of - self.attainment.met - self.counts["missed"]


@dataclass(frozen=True, slots=True)
class Programme:
    """All tracks of a performance year, and their sum; ``substitute_spend`` is None where the rate is not known."""

    tracks: tuple[TrackStanding, ...]
    payments: Payments
    substitute_spend: Decimal | None

    @property
    def total(self) -> int:
        return sum(each.total for each in self.tracks)

    def count(self, state: State) -> int:
        return sum(each.counts[state] for each in self.tracks)

    @property
    def medicare(self) -> Decimal:
        """USD that Medicare pays for these years before outcomes."""
        return sum((each.now.payment.medicare for each in self.tracks), Decimal(0))

    @property
    def now(self) -> Decimal:
        """USD earned with the rates of today."""
        return sum((each.now.total for each in self.tracks), Decimal(0))

    @property
    def then(self) -> Decimal:
        """USD earned if those on course arrive."""
        return sum((each.then.total for each in self.tracks), Decimal(0))


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of the patients of a group. ``page`` counts from 1; ``pages`` is at least 1."""

    items: tuple[YearOutcome, ...]
    total: int
    page: int
    pages: int


def programme(years: Sequence[YearOutcome], payments: Payments, substitute_spend: Decimal | None = None) -> Programme:
    """How a performance year stands, in the order of the payment file's tracks; tracks without patients are left out.

    The rate is taken of a track's patients whatever became of them, but for the statuses that the configuration leaves
    out.
    """
    paid = {each.case_id: year_payment(payments, each.paid, each.beside) for each in years}
    tracks = [track for track in payments.tracks if any(year.track == track for year in years)]
    standings = (
        _standing(track, [year for year in years if year.track == track], paid, payments, substitute_spend)
        for track in tracks
    )
    return Programme(tuple(standings), payments, substitute_spend)


def in_group(years: Iterable[YearOutcome], payments: Payments, group: Group, track: str | None) -> list[YearOutcome]:
    """The patients behind a number; the nearest are those who can still arrive, the least way to go first."""
    counted = [each for each in years if each.status not in payments.left_out and track in (None, each.track)]
    if group == "all":
        return counted
    if group == "nearest":
        open_ones = [each for each in counted if each.outcome.state not in ("met", "missed")]
        return sorted(open_ones, key=lambda each: (each.outcome.remaining, each.patient_name, each.case_id))
    return [each for each in counted if each.outcome.state == group]


def page_of(found: Sequence[YearOutcome], page: int, size: int = PAGE) -> Listed:
    """A page of patients; a number beyond the last page gives the last one."""
    pages = max(-(-len(found) // size), 1)
    page = min(max(page, 1), pages)
    return Listed(tuple(found[(page - 1) * size : page * size]), len(found), page, pages)


def _standing(
    track: str,
    years: Sequence[YearOutcome],
    paid: dict[str, YearPayment],
    payments: Payments,
    substitute_spend: Decimal | None,
) -> TrackStanding:
    counted = in_group(years, payments, "all", track)
    counts = {state: sum(each.outcome.state == state for each in counted) for state in STATES}
    now = Attainment(counts["met"], len(counted))
    then = Attainment(counts["met"] + counts["on course"], len(counted))
    payment = together(paid[each.case_id] for each in years)
    return TrackStanding(
        track=track,
        total=len(counted),
        counts=counts,
        attainment=now,
        if_arrived=then,
        missing=now.missing_to(payments.clinical.threshold),
        now=earned(payment, adjustment(payments, now.rate, substitute_spend)),
        then=earned(payment, adjustment(payments, then.rate, substitute_spend)),
    )


def payments_in(folder: Path, year: int | None = None) -> Payments:
    """The payments of a performance year, or of the newest; before a year's are published those of the year before.

    Raises ConfigurationError for a wrong file.
    """
    return of_year(_payments_by_year(folder), year)


@cache
def _payments_by_year(folder: Path) -> dict[int, Payments]:
    return by_year(folder, "payments-*.yaml", lambda path: payments_from(document(path)))
