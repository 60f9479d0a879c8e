"""The outcomes of a performance year: the few values that decide are found among all, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from care.outcomes import Reading, outcome_by
from care.payment import PaidYear
from engine.store.database import Database
from engine.store.tables import facts
from tests.worklists.many_years import ALIGNED, GOOD, TODAY, Years, judgement
from worklists.outcomes import YearOutcome, outcomes_of_patient, outcomes_of_year, performance_years

CLOSED = datetime(2027, 5, 20, 15, tzinfo=UTC)  # day 431


def found_in(db: Database, year: int = 2026, today: date = TODAY) -> list[YearOutcome]:
    with db.reading() as connection:
        return outcomes_of_year(connection, judgement(today), year, organisation=None)


def test_a_case_is_judged_by_its_own_facts(db: Database) -> None:
    """Two patients, two tracks; each by the measures of its track."""
    years = Years(db)
    years.add("Bea Short", "bh", {"phq9.score": [(0, 14), (90, 9)], "pf6b.score": [(0, 30)]})
    years.add("Ada Long", "msk", GOOD)
    found = found_in(db)
    assert [(each.patient_name, each.track, each.outcome.state) for each in found] == [
        ("Ada Long", "msk", "met"),
        ("Bea Short", "bh", "met"),
    ]
    assert [each.measure for each in found[1].outcome.measures] == ["phq9"]


@pytest.mark.parametrize("hour", [0, 10, 23])
@pytest.mark.parametrize(
    ("day", "reported", "cuff_from"), [(200, None, 1), (200, None, 61), (430, 300, 2), (430, 372, 90), (430, None, 1)]
)
def test_the_few_values_decide_as_all_would(
    db: Database, day: int, reported: int | None, cuff_from: int, hour: int
) -> None:
    """A daily cuff, typed-in values between, old laboratory values: what is left out changes nothing.

    Whenever the report was made, and at whatever local hour the values were true.
    """
    pressure = [
        (n, 150 - n / 20, "form" if n % 7 == 0 or n < cuff_from else "device") for n in range(-20, min(day, 428) - 2)
    ]
    lab = [(-700, 9.5, "lab"), (-366, 9.0, "lab"), (-365, 8.4, "lab"), (-10, 8.0, "lab"), (180, 7.4, "lab")]
    Years(db, hour=hour).add("Ada Long", "ckm", {"bp.systolic": pressure, "hba1c.value": lab}, reported=reported)
    today = ALIGNED + timedelta(days=day)
    (found,) = found_in(db, today=today)
    told = judgement(today)
    series = {
        name: [Reading(Decimal(str(value)), ALIGNED + timedelta(days=day), source) for day, value, source in values]
        for name, values in (("systolic", pressure), ("hba1c", lab))
    }
    whole = outcome_by(
        told.rules(2026),
        told.targets(2026),
        "ckm",
        series,
        aligned_on=ALIGNED,
        today=today,
        reported_on=None if reported is None else ALIGNED + timedelta(days=reported),
    )
    assert found.outcome == whole
    systolic, hba1c = whole.measures
    assert systolic.baseline is not None
    first = cuff_from if 0 < cuff_from <= 60 else -15  # the first that the cuff sent in time, or the first of all
    assert (systolic.baseline.on - ALIGNED).days == first
    assert hba1c.baseline is not None
    assert hba1c.baseline.value == Decimal("8.4")


@pytest.mark.parametrize(("hour", "baseline"), [(3, 40), (5, 39)])
def test_days_are_the_organisations(db: Database, hour: int, baseline: int) -> None:
    """Three in the morning UTC is still the day before in New York, sixteen days before alignment."""
    case_id = Years(db).add("Ada Long", "msk", {"pf6b.score": [(0, 40)]})
    with db.writing() as connection:
        at = datetime(ALIGNED.year, ALIGNED.month, ALIGNED.day, hour, tzinfo=UTC) - timedelta(days=15)
        row = {"case_id": case_id, "seq": 99, "name": "pf6b.score", "type": "number", "value": 39, "unit": None}
        row |= {"effective_at": at, "recorded_at": at, "source": "form", "command": 1}
        connection.execute(insert(facts), [row])
    (found,) = found_in(db)
    assert found.outcome.measures[0].baseline is not None
    assert found.outcome.measures[0].baseline.value == baseline


def test_the_latest_taken_value_of_the_report_decides(db: Database) -> None:
    """What was typed in later, or measured after the report, does not undo it; without a report nothing is met."""
    values = [(0, 150, "device"), (400, 128, "device"), (405, 160, "form"), (420, 170, "device")]
    years = Years(db)
    years.add("Ada Long", "eckm", {"bp.systolic": values}, reported=410)
    years.add("Bea Short", "eckm", {"bp.systolic": values[:2]})
    years.add("Cy Young", "eckm", {"bp.systolic": values[:2]}, reported=400, status="completed", closed_at=CLOSED)
    found = found_in(db, today=ALIGNED + timedelta(days=500))
    assert [each.outcome.all_met for each in found] == [True, False, True]
    assert found[1].outcome.sentence == "0 of 1 targets met: no end-of-period report was made in its window."


def test_a_closed_case_ended_on_its_local_day(db: Database) -> None:
    """Closed at one in the morning UTC is closed the evening before; concluded but still open, it ended today."""
    years = Years(db)
    years.add("Ada Long", "msk", GOOD, status="lost", closed_at=datetime(2026, 9, 2, 1, tzinfo=UTC))
    years.add("Bea Short", "msk", GOOD, status="withdrawn")
    years.add("Cy Young", "msk", GOOD)
    found = found_in(db)
    assert [each.ended_on for each in found] == [date(2026, 9, 1), TODAY, None]
    assert [each.outcome.state for each in found] == ["missed", "missed", "met"]


def test_a_patient_has_the_outcomes_of_all_their_cases(db: Database) -> None:
    """The latest first, each with what it is judged by."""
    years = Years(db)
    case_id = years.add("Ada Long", "msk", GOOD)
    years.add("Ada Long", "bh", aligned_on=ALIGNED + timedelta(days=30))
    years.add("Bea Short", "msk")
    with db.reading() as connection:
        found = outcomes_of_patient(connection, judgement(), "p1000")
    assert [each.track for each in found] == ["bh", "msk"]
    assert found[1].case_id == case_id


def test_what_is_about_the_person_counts_in_every_case(db: Database) -> None:
    """A PHQ-9 that MSK asked is BH's baseline too, unless it was too old at BH's alignment; a region's score is not."""
    years = Years(db)
    asked = {"phq9.score": [(80, 20), (95, 14)], "pf6b.score": [(95, 40)]}
    years.add("Ada Long", "msk", asked)
    later = ALIGNED + timedelta(days=110)
    years.add("Ada Long", "bh", {"phq9.score": [(70, 9)]}, aligned_on=later)
    years.add("Bea Short", "bh", aligned_on=later)
    bh = {each.patient_name: each.outcome for each in found_in(db) if each.track == "bh"}
    (measure,) = bh["Ada Long"].measures
    assert measure.baseline is not None
    assert (measure.baseline.value, measure.baseline.on) == (14, ALIGNED + timedelta(days=95))
    assert bh["Ada Long"].all_met
    assert bh["Bea Short"].measures == ()


def test_a_year_is_the_calendar_year_of_alignment(db: Database) -> None:
    """The latest first."""
    years = Years(db)
    years.add("Ada Long", "msk", aligned_on=date(2025, 12, 31))
    years.add("Bea Short", "msk", aligned_on=date(2026, 1, 1))
    with db.reading() as connection:
        assert performance_years(connection, organisation=None) == [2026, 2025]
    assert [each.patient_name for each in found_in(db, 2025)] == ["Ada Long"]
    assert [each.patient_name for each in found_in(db)] == ["Bea Short"]


def test_a_patients_other_years_are_told_whenever_they_began(db: Database) -> None:
    """Money asks which tracks ran together, and does not stop at the end of a calendar year."""
    years = Years(db)
    later = date(2027, 1, 20)
    years.add("Ada Long", "msk")
    years.add("Ada Long", "bh", aligned_on=later, status="lost", closed_at=datetime(2027, 3, 1, 15, tzinfo=UTC))
    years.add("Bea Short", "msk")
    found = found_in(db, today=date(2027, 4, 1))
    assert [(each.patient_name, each.beside) for each in found] == [
        ("Ada Long", (PaidYear("bh", later, ended_on=date(2027, 3, 1)),)),
        ("Bea Short", ()),
    ]
    (bh,) = found_in(db, 2027, today=date(2027, 4, 1))
    assert bh.beside == (PaidYear("msk", ALIGNED),)


def test_a_year_takes_two_queries_however_many_patients_it_has(db: Database) -> None:
    """No patient is loaded one by one."""
    Years(db).many([(f"Patient {number}", "msk", GOOD, {}) for number in range(20)])
    statements: list[str] = []
    with db.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        assert len(outcomes_of_year(connection, judgement(), 2026, organisation=None)) == 20
    assert len([each for each in statements if each.lstrip().startswith(("SELECT", "WITH"))]) == 2


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_year_is_judged_without_reading_all_facts(db: Database) -> None:
    """With statistics, as a database has that is in use: each value is found by the key of its case and name."""
    cuff = {"bp.systolic": [(day, 150, "device") for day in range(60)]}
    Years(db).many([(f"Patient {number}", "ckm", cuff, {}) for number in range(40)])
    asked: list[tuple[str, Any]] = []
    with db.writing() as connection:
        connection.execute(text("ANALYZE"))
    with db.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _k, said, given, *_: asked.append((said, given)))
        assert len(outcomes_of_year(connection, judgement(), 2026, organisation=None)) == 40
        plans = [
            row[3]
            for said, given in list(asked)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given)
        ]
    assert any("fact_values USING PRIMARY KEY" in each for each in plans)
    assert not [each for each in plans if each.startswith(("SCAN v", "SCAN fact_values"))]
