"""Attainment by track and what it earns, from the outcomes of a year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from engine.settings import SHIPPED_PATHWAYS
from engine.store.database import Database
from tests.worklists.a_year import on_sqlite
from tests.worklists.many_years import BAD, GOOD, NEARLY, Years, judgement
from worklists.outcomes import YearOutcome, outcomes_of_year
from worklists.programme import Programme, in_group, page_of, payments_in, programme

CLOSED = datetime(2026, 9, 1, 15, tzinfo=UTC)
PAYMENTS = payments_in(SHIPPED_PATHWAYS)


def outcomes(db: Database) -> list[YearOutcome]:
    with db.reading() as connection:
        return outcomes_of_year(connection, judgement(), 2026, organisation=None)


def standing(db: Database, **given: Decimal) -> Programme:
    return programme(outcomes(db), PAYMENTS, **given)


@on_sqlite
def test_patients_lost_stay_in_the_denominator(db: Database) -> None:
    """One met, one lost early: the rate is a half, and the lost one's year is paid by the months that had begun."""
    years = Years(db)
    years.add("Ada Long", "msk", GOOD)
    years.add("Bea Short", "msk", GOOD, status="lost", closed_at=datetime(2026, 5, 1, 15, tzinfo=UTC))
    (msk,) = standing(db).tracks
    assert (msk.total, msk.counts["met"], msk.counts["missed"]) == (2, 1, 1)
    assert msk.attainment.rate == Decimal("0.5")
    assert (msk.missing, msk.now.lost) == (0, 0)
    # aligned on 15 March, closed on 1 May: two of twelve months
    assert msk.now.payment.allowed == Decimal(180) + Decimal(30)


@on_sqlite
def test_those_on_course_would_earn_more(db: Database) -> None:
    """At a quarter half is lost; with the one on course the threshold is reached and nothing is."""
    years = Years(db)
    for name, facts in (("Ada Long", GOOD), ("Bea Short", NEARLY), ("Cy Young", BAD), ("Di Old", BAD)):
        years.add(name, "msk", facts)
    (msk,) = standing(db).tracks
    assert (msk.attainment.rate, msk.if_arrived.rate) == (Decimal("0.25"), Decimal("0.5"))
    assert (msk.now.total, msk.then.total) == (Decimal("288.00"), Decimal("576.00"))
    assert (msk.missing, msk.is_within_reach) == (1, True)


@on_sqlite
def test_what_cannot_be_reached_any_more_is_said(db: Database) -> None:
    """Three of four closed early: with one left half of them cannot be reached."""
    years = Years(db)
    years.add("Ada Long", "msk", GOOD)
    for name in ("Bea Short", "Cy Young", "Di Old"):
        years.add(name, "msk", GOOD, status="lost", closed_at=datetime(2026, 5, 1, 15, tzinfo=UTC))
    (msk,) = standing(db).tracks
    assert (msk.missing, msk.is_within_reach) == (1, False)


@on_sqlite
def test_a_patients_second_track_is_discounted_and_a_rural_one_earns_more(db: Database) -> None:
    """CKM 420 and 15 for a rural place, MSK 180 less 5%; follow-on periods at their own amounts."""
    years = Years(db)
    years.add("Ada Long", "ckm", equity={"rural": True})
    years.add("Ada Long", "msk")
    years.add("Bea Short", "bh", period=2)
    found = {each.track: each.now.payment.allowed for each in standing(db).tracks}
    assert found == {"ckm": Decimal("435.00"), "msk": Decimal("171.00"), "bh": Decimal("90.00")}


@on_sqlite
def test_years_that_follow_each_other_are_not_discounted(db: Database) -> None:
    """Five per cent is off the months in which both ran: here two of BH's, then none."""
    years = Years(db)
    years.add("Ada Long", "ckm", status="lost", closed_at=datetime(2026, 5, 20, 15, tzinfo=UTC))
    years.add("Ada Long", "bh", aligned_on=date(2026, 4, 1))
    years.add("Bea Short", "ckm", status="lost", closed_at=datetime(2026, 4, 10, 15, tzinfo=UTC))
    years.add("Bea Short", "bh", aligned_on=date(2026, 5, 1))
    (_, bh) = standing(db).tracks
    assert bh.now.payment.allowed == Decimal("178.50") + Decimal("180.00")


@on_sqlite
def test_a_known_substitute_spend_rate_counts_where_it_takes_more(db: Database) -> None:
    """The larger of both, and the sum of the tracks is the programme's."""
    Years(db).add("Ada Long", "msk", GOOD)
    Years(db, {"Ada Long": 1000, "x": 1001}).add("Bea Short", "bh", {"phq9.score": [(0, 14), (190, 13)]})
    found = standing(db, substitute_spend=Decimal("0.72"))
    assert {each.track: each.now.adjustment.because for each in found.tracks} == {"msk": "spend", "bh": "clinical"}
    assert (found.medicare, found.now) == (Decimal("288.00"), Decimal("115.20") + Decimal("72.00"))


@on_sqlite
def test_the_groups_hold_everybody_once(db: Database) -> None:
    """Each state's patients together are all; the nearest leave out who has met and who has missed."""
    years = Years(db)
    for name, facts in (("Ada Long", GOOD), ("Bea Short", NEARLY), ("Cy Young", BAD), ("Di Old", {})):
        years.add(name, "msk", facts)
    years.add("Ed Lost", "msk", GOOD, status="lost", closed_at=datetime(2026, 5, 1, 15, tzinfo=UTC))
    found = outcomes(db)
    states = ("met", "on course", "at risk", "missed", "not measured")
    named = [each.patient_name for state in states for each in in_group(found, PAYMENTS, state, "msk")]
    assert named == ["Ada Long", "Bea Short", "Cy Young", "Ed Lost", "Di Old"]
    assert [each.patient_name for each in in_group(found, PAYMENTS, "nearest", None)] == [
        "Bea Short", "Cy Young", "Di Old",
    ]  # fmt: skip
    assert in_group(found, PAYMENTS, "all", "bh") == []


@on_sqlite
def test_pages_hold_everybody_once(db: Database) -> None:
    """The last page has what is left; no page is empty but of an empty list."""
    Years(db).many([(f"Patient {number}", "msk", {}, {}) for number in range(5)])
    found = outcomes(db)
    pages = [page_of(found, page, size=2) for page in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [2, 2, 1]
    assert [item for page in pages for item in page.items] == found
    assert page_of(found, 9, size=2) == pages[2]
    assert page_of([], 1).pages == 1
