"""Of all that was measured in some cases, the few values that decide their outcomes, with one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    String,
    and_,
    column,
    or_,
    select,
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
from engine.store.tables import cases, facts

_holders = cases.alias("holders")  # the cases of the same patient, whose facts may count
_ANY_DAY = date(2026, 7, 5)  # whether a fact is shared does not depend on the day

Readings = Mapping[str, Sequence[Reading]]
"""Values by measure."""


class DaysLater(FunctionElement[date]):
    """The day some days after another, or before it with a number below 0, in the words of either database."""

    type = Date()
    inherit_cache = True


@compiles(DaysLater, "sqlite")
def _in_sqlite(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    day, count = (compiler.process(each, **given) for each in element.clauses)
    return f"date({day}, ({count}) || ' days')"


@compiles(DaysLater, "postgresql")
def _in_postgresql(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    day, count = (compiler.process(each, **given) for each in element.clauses)
    return f"({day} + ({count}))"


def deciding_readings(
    connection: Connection,
    rules: AccessRules,
    targets: Targets,
    shared: SharedFacts,
    zone: ZoneInfo,
    which: ColumnElement[bool],
) -> dict[str, dict[str, list[Reading]]]:
    """By case and measure: the first value that counts, the latest, and the latest of a source that CMS takes.

    A year may hold hundreds of values (a cuff sends one a day); each of these is one search in ix_facts_name, in the
    case and, of facts that are about the person, in the patient's other cases. The first is asked for from the day that
    counts and from the next one: days are UTC's here, and the one who judges goes by the organisation's.
    """
    wanted = _wanted(rules, targets, shared, zone)
    first_day = facts.c.effective_at >= DaysLater(cases.c.aligned_on, wanted.c.first_day)
    next_day = facts.c.effective_at >= DaysLater(cases.c.aligned_on, wanted.c.first_day + 1)
    in_time = facts.c.effective_at < DaysLater(cases.c.aligned_on, wanted.c.end_day)
    is_taken = or_(wanted.c.sources == "", wanted.c.sources.contains(facts.c.source))
    picked = union(
        _picked(wanted, which, first_day, is_latest=False),
        _picked(wanted, which, next_day, is_latest=False),
        _picked(wanted, which, in_time, is_latest=True),
        _picked(wanted, which, and_(in_time, is_taken), is_latest=True),
    ).cte("picked")
    query = (
        select(picked.c.id, picked.c.measure, facts.c.value, facts.c.effective_at, facts.c.source)
        .join_from(picked, facts, and_(facts.c.case_id == picked.c.holder, facts.c.seq == picked.c.seq))
        .order_by(facts.c.effective_at, facts.c.recorded_at, facts.c.case_id, facts.c.seq)
    )
    readings: dict[str, dict[str, list[Reading]]] = {}
    for case_id, measure, value, at, source in connection.execute(query):
        reading = Reading(Decimal(str(value)), local_date(at, zone), source)
        readings.setdefault(case_id, {}).setdefault(measure, []).append(reading)
    return readings


def _wanted(rules: AccessRules, targets: Targets, shared: SharedFacts, zone: ZoneInfo) -> CTE:
    """Which facts a track looks at: from which day of the year, before which, and from which sources CMS takes them."""
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
    return values(*columns, name="wanted").data(rows).cte("wanted")


def _picked(wanted: CTE, which: ColumnElement[bool], when: ColumnElement[bool], *, is_latest: bool) -> Select[Any]:
    """The first or the latest number of each fact that is wanted of each case. Index ix_facts_name."""
    order = (facts.c.effective_at, facts.c.seq)
    one = (
        select(facts.c.seq)
        .where(facts.c.case_id == _holders.c.id, facts.c.name == wanted.c.fact, facts.c.type == "number", when)
        .order_by(*(each.desc() if is_latest else each for each in order))
        .limit(1)
        .correlate(cases, wanted, _holders)
        .scalar_subquery()
    )
    columns = (cases.c.id, wanted.c.measure, _holders.c.id.label("holder"), one.label("seq"))
    holds = or_(_holders.c.id == cases.c.id, wanted.c.is_shared == 1)
    return (
        select(*columns)
        .join_from(cases, wanted, wanted.c.track == cases.c.track)
        .join(_holders, and_(_holders.c.patient_id == cases.c.patient_id, holds))
        .where(which)
    )
