"""Of all that was measured in some cases, the few values that decide their outcomes, with one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    and_,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    true,
    union,
    values,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from care.access import AccessRules
from care.calendars import local_date
from care.outcomes import Reading
from care.targets import Targets
from engine.shared_facts import SharedFacts
from engine.store.columns import Instant
from engine.store.tables import cases, fact_kinds, fact_names, fact_values, facts

REPORTED_ON = "report.end_on"  # the fact that says on which day the end-of-period report was made
_holders = cases.alias("holders")  # the cases of the same patient, whose facts may count
_ANY_DAY = date(2026, 7, 5)  # whether a fact is shared does not depend on the day

Readings = Mapping[str, Sequence[Reading]]
"""Values by measure."""


class StartOf(FunctionElement[datetime]):
    """The instant at which a day begins that comes some days after another, in a zone so many minutes behind UTC."""

    type = Instant()
    inherit_cache = True


@compiles(StartOf, "sqlite")
def _in_sqlite(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    day, count, minutes = (compiler.process(each, **given) for each in element.clauses)
    return f"strftime('%Y-%m-%d %H:%M:%S', {day}, ({count}) || ' days', ({minutes}) || ' minutes')"


@compiles(StartOf, "postgresql")
def _in_postgresql(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    day, count, minutes = (compiler.process(each, **given) for each in element.clauses)
    return f"((CAST({day} AS date) + ({count}) + ({minutes}) * interval '1 minute') AT TIME ZONE 'UTC')"


def report_days(which: ColumnElement[bool]) -> CTE:
    """The day of each case's end-of-period report, as a text; nothing where none was made. Primary key of facts."""
    day = func.substr(cast(facts.c.value, String), 2, 10)  # a date is kept as a JSON text, in quotes
    of_these = facts.c.case_id.in_(select(cases.c.id).where(which))
    query = select(facts.c.case_id, func.max(day).label("day")).where(of_these, facts.c.name == REPORTED_ON)
    return query.where(facts.c.type == "date").group_by(facts.c.case_id).cte("reports")


def deciding_readings(
    connection: Connection,
    rules: AccessRules,
    targets: Targets,
    shared: SharedFacts,
    zone: ZoneInfo,
    which: ColumnElement[bool],
) -> dict[str, dict[str, list[Reading]]]:
    """By case and measure: the first value that counts and the latest, and both of a source that CMS takes.

    A year may hold hundreds of values (a cuff sends one a day); each of these is one search in the primary key of
    facts, in the case and, of facts that are about the person, in the patient's other cases. Days are the
    organisation's: each is looked for by both times of the year at which one may begin there, and the one who judges
    leaves out what is beyond.
    The latest is that of the report's day where the year is reported, or of the closing.
    """
    wanted, reports = _wanted(rules, targets, shared, zone), report_days(which)
    picks = []
    for minutes in _behind_utc(rules.performance_year, zone):
        behind: ColumnElement[int] = literal_column(str(minutes))
        begun = fact_values.c.effective_at >= StartOf(cases.c.aligned_on, wanted.c.first_day, behind)
        closes = StartOf(cases.c.aligned_on, wanted.c.end_day, behind)
        before = func.coalesce(StartOf(reports.c.day, literal_column("1"), behind), closes)
        # another case of the patient may go on: its values are not of a case that closed without a report
        was_open = or_(
            cases.c.closed_at.is_(None), reports.c.day.is_not(None), fact_values.c.effective_at <= cases.c.closed_at
        )
        in_time = and_(fact_values.c.effective_at < before, was_open)
        picks += [
            _picked(wanted, reports, and_(which, source), when, taken, is_latest=is_latest)
            for source, taken in (
                (true(), true()),
                (wanted.c.sources != "", wanted.c.sources.contains(fact_kinds.c.source)),
            )
            for when, is_latest in ((begun, False), (in_time, True))
        ]
    picked = union(*picks).cte("picked")
    # As far as the key is known. Sums, so that SQLite does not read all facts and look for each among those picked.
    there = and_(
        fact_values.c.case_number == picked.c.number + 0,
        fact_values.c.name_mark == picked.c.mark + 0,
        fact_values.c.seq == picked.c.seq + 0,
    )
    learnt_at = func.coalesce(fact_values.c.recorded_at, fact_values.c.effective_at)
    query = (
        select(picked.c.id, picked.c.measure, fact_values.c.value, fact_values.c.effective_at, fact_kinds.c.source)
        .join_from(picked, fact_values, there)
        .join(fact_kinds, fact_kinds.c.mark == fact_values.c.kind_mark)
        .order_by(fact_values.c.effective_at, learnt_at, picked.c.holder, fact_values.c.seq)
    )
    readings: dict[str, dict[str, list[Reading]]] = {}
    for case_id, measure, value, at, source in connection.execute(query):
        reading = Reading(Decimal(str(value)), local_date(at, zone), source)
        readings.setdefault(case_id, {}).setdefault(measure, []).append(reading)
    return readings


def _wanted(rules: AccessRules, targets: Targets, shared: SharedFacts, zone: ZoneInfo) -> CTE:
    """Which facts a track looks at: from which day of the year, before which, and from which sources CMS takes them.

    Those of a name that nobody has are left out.
    """
    rows = [
        (
            track,
            target.measure,
            target.fact,
            -rules.freshness[target.fresh].days,
            rules.end_of_period[track].closes + 1,
            " ".join(target.reported_from),
            int(shared.since(target.fact, _ANY_DAY, zone) is not None),
        )
        for track in targets.attainment
        for target in targets.for_track(track)
    ]
    columns = (
        column("track", String),
        column("measure", String),
        column("fact", String),
        column("first_day", Integer),
        column("end_day", Integer),
        column("sources", String),
        column("is_shared", Integer),
    )
    told = values(*columns, name="told").data(rows).cte("told")
    return select(told, fact_names.c.mark).join(fact_names, fact_names.c.name == told.c.fact).cte("wanted")


def _behind_utc(year: int, zone: ZoneInfo) -> list[int]:
    """By how many minutes a zone's days begin after UTC's, in winter and in summer."""
    instants = [datetime(year, month, 1, tzinfo=UTC).astimezone(zone) for month in range(1, 13)]
    return sorted({-int((each.utcoffset() or timedelta()).total_seconds() // 60) for each in instants})


def _picked(
    wanted: CTE,
    reports: CTE,
    which: ColumnElement[bool],
    when: ColumnElement[bool],
    taken: ColumnElement[bool],
    *,
    is_latest: bool,
) -> Select[Any]:
    """The first or the latest number of each fact that is wanted of each case. Facts by their primary key."""
    order = (fact_values.c.effective_at, fact_values.c.seq)
    one = (
        select(fact_values.c.seq)
        .join(fact_kinds, fact_kinds.c.mark == fact_values.c.kind_mark)
        .where(
            fact_values.c.case_number == _holders.c.number,
            fact_values.c.name_mark == wanted.c.mark,
            fact_kinds.c.type == "number",
            when,
            taken,
        )
        .order_by(*(each.desc() if is_latest else each for each in order))
        .limit(1)
        .correlate(cases, wanted, _holders, reports)
        .scalar_subquery()
    )
    holder = (_holders.c.id.label("holder"), _holders.c.number)
    columns = (cases.c.id, wanted.c.measure, *holder, wanted.c.mark, one.label("seq"))
    holds = or_(_holders.c.id == cases.c.id, wanted.c.is_shared == 1)
    return (
        select(*columns)
        .join_from(cases, wanted, wanted.c.track == cases.c.track)
        .join(_holders, and_(_holders.c.patient_id == cases.c.patient_id, holds))
        .outerjoin(reports, reports.c.case_id == cases.c.id)
        .where(which)
    )
