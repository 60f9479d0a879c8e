"""How every track year of a performance year stands, read with one query for all of their facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, extract, select

from care.access import AccessRules
from care.calendars import local_date
from care.outcomes import CaseOutcome, outcome_by
from care.targets import Targets
from engine.shared_facts import SharedFacts, shared_facts_in
from engine.store.tables import cases, patients
from engine.years import access_rules_in, targets_in
from worklists.outcome_readings import deciding_readings

RUNNING = ("active", "paused")


@dataclass(frozen=True, slots=True)
class YearOutcome:
    """A case with its patient and its outcome; ``ended_on`` is the local day on which it ended, if it has."""

    case_id: str
    patient_id: str
    patient_name: str
    track: str
    status: str
    period: int
    aligned_on: date
    ended_on: date | None
    is_rural: bool
    outcome: CaseOutcome


@dataclass(frozen=True, slots=True)
class Judgement:
    """By what outcomes are judged: the folder that holds each performance year's rules, a day, and the days' zone.

    A case goes by the rules of the calendar year in which its period began.
    """

    folder: Path
    today: date
    zone: ZoneInfo

    def rules(self, year: int) -> AccessRules:
        return access_rules_in(self.folder, date(year, 1, 1))

    def targets(self, year: int) -> Targets:
        return targets_in(self.folder, date(year, 1, 1))

    def shared(self) -> SharedFacts:
        """Which facts are about the person, so that all of a patient's cases are judged by them."""
        return shared_facts_in(self.folder)


def performance_years(connection: Connection) -> list[int]:
    """The years in which cases were aligned, the latest first. Reads all cases."""
    year = extract("year", cases.c.aligned_on)
    return [int(each) for each in connection.execute(select(year).distinct().order_by(year.desc())).scalars()]


def outcomes_of_year(connection: Connection, judgement: Judgement, year: int) -> list[YearOutcome]:
    """The outcomes of all cases, open and closed, that were aligned in a calendar year, by patient's name.

    Two queries: the cases (all are read), and of their facts the few that decide.
    """
    return _outcomes(connection, judgement, year, _in_year(year))


def outcomes_of_patient(connection: Connection, judgement: Judgement, patient_id: str) -> list[YearOutcome]:
    """The outcomes of a patient's cases, the latest first. Index ix_cases_patient."""
    theirs = cases.c.patient_id == patient_id
    days = connection.execute(select(cases.c.aligned_on).where(theirs)).scalars()
    found = [
        each
        for year in {day.year for day in days}
        for each in _outcomes(connection, judgement, year, and_(theirs, _in_year(year)))
    ]
    return sorted(found, key=lambda each: (each.aligned_on, each.case_id), reverse=True)


def _in_year(year: int) -> ColumnElement[bool]:
    return and_(cases.c.aligned_on >= date(year, 1, 1), cases.c.aligned_on <= date(year, 12, 31))


def _outcomes(connection: Connection, judgement: Judgement, year: int, which: ColumnElement[bool]) -> list[YearOutcome]:
    rows = connection.execute(_cases(which)).mappings().all()
    rules, targets = judgement.rules(year), judgement.targets(year)
    readings = deciding_readings(connection, rules, targets, judgement.shared(), judgement.zone, which)
    found = []
    for row in rows:
        ended_on = _ended_on(row, judgement)
        outcome = outcome_by(
            rules,
            targets,
            row["track"],
            readings.get(row["id"], {}),
            aligned_on=row["aligned_on"],
            today=judgement.today,
            ended_on=ended_on,
        )
        found.append(_year_outcome(row, ended_on, outcome))
    return found


def _cases(which: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            cases.c.id,
            cases.c.patient_id,
            cases.c.track,
            cases.c.status,
            cases.c.period,
            cases.c.aligned_on,
            cases.c.closed_at,
            patients.c.name,
            patients.c.equity,
        )
        .join(patients, patients.c.id == cases.c.patient_id)
        .where(which)
        .order_by(patients.c.name, cases.c.id)
    )


def _year_outcome(row: RowMapping, ended_on: date | None, outcome: CaseOutcome) -> YearOutcome:
    return YearOutcome(
        case_id=row["id"],
        patient_id=row["patient_id"],
        patient_name=row["name"],
        track=row["track"],
        status=row["status"],
        period=row["period"],
        aligned_on=row["aligned_on"],
        ended_on=ended_on,
        is_rural=(row["equity"] or {}).get("rural") is True,
        outcome=outcome,
    )


def _ended_on(row: RowMapping, judgement: Judgement) -> date | None:
    """The day of closing; today for a case that is concluded while its last tasks are still open."""
    if row["closed_at"] is not None:
        return local_date(row["closed_at"], judgement.zone)
    return None if row["status"] in RUNNING else judgement.today
