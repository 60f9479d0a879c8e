"""How every track year of a performance year stands, read with one query for all of their facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, extract, select, true

from care.access import AccessRules
from care.calendars import local_date
from care.outcomes import CaseOutcome, outcome_by
from care.payment import PaidYear
from care.targets import Targets
from engine.shared_facts import SharedFacts, shared_facts_in
from engine.statuses import RUNNING
from engine.store.organisations import cared_for_by
from engine.store.tables import cases, patients
from engine.years import access_rules_in, targets_in
from worklists.outcome_readings import deciding_readings, report_days


@dataclass(frozen=True, slots=True)
class YearOutcome:
    """A case with its patient and its outcome.

    ``ended_on`` is the local day on which it ended, if it has; ``beside`` are the patient's other years, of whichever
    performance year: money counts which tracks ran together.
    """

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
    beside: tuple[PaidYear, ...] = ()

    @property
    def paid(self) -> PaidYear:
        """The year as money sees it."""
        return _paid_year(self.track, self.aligned_on, self.period, self.is_rural, self.status, self.ended_on)


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


def performance_years(connection: Connection, *, organisation: str | None) -> list[int]:
    """The years in which cases of an organisation's patients were aligned, the latest first. Reads all cases."""
    year = extract("year", cases.c.aligned_on)
    query = select(year).where(_of(organisation)).distinct().order_by(year.desc())
    return [int(each) for each in connection.execute(query).scalars()]


def outcomes_of_year(
    connection: Connection, judgement: Judgement, year: int, *, organisation: str | None
) -> list[YearOutcome]:
    """The outcomes of all cases of an organisation's patients, open and closed, that were aligned in a calendar year.

    By patient's name.

    Two queries: the cases (all are read) with the other ones of their patients, and of their facts the few that decide.
    """
    return _outcomes(connection, judgement, year, and_(_in_year(year), _of(organisation)))


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


def _of(organisation: str | None) -> ColumnElement[bool]:
    """The cases of an organisation's patients; all for None."""
    theirs = cared_for_by(organisation)
    return cases.c.patient_id.in_(select(patients.c.id).where(*theirs)) if theirs else true()


def _in_year(year: int) -> ColumnElement[bool]:
    return and_(cases.c.aligned_on >= date(year, 1, 1), cases.c.aligned_on <= date(year, 12, 31))


def _outcomes(connection: Connection, judgement: Judgement, year: int, which: ColumnElement[bool]) -> list[YearOutcome]:
    rows = connection.execute(_cases(which)).mappings().all()
    paid = _paid_by_patient(rows, judgement)
    rules, targets = judgement.rules(year), judgement.targets(year)
    readings = deciding_readings(connection, rules, targets, judgement.shared(), judgement.zone, which)
    found = []
    for row in rows:
        if not row["is_judged"]:
            continue
        ended_on = _ended_on(row, judgement)
        outcome = outcome_by(
            rules,
            targets,
            row["track"],
            readings.get(row["id"], {}),
            aligned_on=row["aligned_on"],
            today=judgement.today,
            ended_on=ended_on,
            reported_on=None if row["reported_on"] is None else date.fromisoformat(row["reported_on"]),
        )
        beside = tuple(year for case_id, year in paid[row["patient_id"]].items() if case_id != row["id"])
        found.append(_year_outcome(row, ended_on, outcome, beside))
    return found


def _cases(which: ColumnElement[bool]) -> Select[Any]:
    """The cases to judge (``is_judged``), and beside them all other ones of their patients. Index ix_cases_patient."""
    reports = report_days(which)
    judged = case((which, 1), else_=0).label("is_judged")
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
            reports.c.day.label("reported_on"),
            judged,
        )
        .join(patients, patients.c.id == cases.c.patient_id)
        .outerjoin(reports, reports.c.case_id == cases.c.id)
        .where(cases.c.patient_id.in_(select(cases.c.patient_id).where(which)))
        .order_by(patients.c.name, cases.c.id)
    )


def _paid_by_patient(rows: Sequence[RowMapping], judgement: Judgement) -> dict[str, dict[str, PaidYear]]:
    """All years of each patient by case, as money sees them."""
    found: dict[str, dict[str, PaidYear]] = {}
    for row in rows:
        of_patient = found.setdefault(row["patient_id"], {})
        of_patient[row["id"]] = _paid_year(
            row["track"], row["aligned_on"], row["period"], _is_rural(row), row["status"], _ended_on(row, judgement)
        )
    return found


def _paid_year(
    track: str, aligned_on: date, period: int, is_rural: bool, status: str, ended_on: date | None
) -> PaidYear:
    """An open year counts as a whole one: it is what the programme earns if nothing ends early from now on."""
    return PaidYear(track, aligned_on, period, is_rural, None if status == "completed" else ended_on)


def _is_rural(row: RowMapping) -> bool:
    return (row["equity"] or {}).get("rural") is True


def _year_outcome(
    row: RowMapping, ended_on: date | None, outcome: CaseOutcome, beside: tuple[PaidYear, ...]
) -> YearOutcome:
    return YearOutcome(
        case_id=row["id"],
        patient_id=row["patient_id"],
        patient_name=row["name"],
        track=row["track"],
        status=row["status"],
        period=row["period"],
        aligned_on=row["aligned_on"],
        ended_on=ended_on,
        is_rural=_is_rural(row),
        outcome=outcome,
        beside=beside,
    )


def _ended_on(row: RowMapping, judgement: Judgement) -> date | None:
    """The day of closing; today for a case that is concluded while its last tasks are still open."""
    if row["closed_at"] is not None:
        return local_date(row["closed_at"], judgement.zone)
    return None if row["status"] in RUNNING else judgement.today
