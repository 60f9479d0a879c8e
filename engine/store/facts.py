"""Facts: what is known about a patient, each value with when it was true and how it was learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    String,
    and_,
    bindparam,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
)

from engine.feel import kind_of, shown
from engine.store.prepared import Prepared
from engine.store.tables import cases, fact_kinds, fact_names, fact_values
from engine.store.tables import facts as table

# What is kept of when a fact was learnt is nothing where that was when it was true, as mostly.
LEARNT_AT: ColumnElement[datetime] = func.coalesce(table.c.recorded_at, table.c.effective_at)
COLUMNS = [LEARNT_AT.label("recorded_at") if each.name == "recorded_at" else each for each in table.c]

# Asked in every command, some several times.
_ADD = Prepared(insert(table))
_OTHER_CASES = Prepared(
    select(cases.c.id)
    .where(cases.c.patient_id == bindparam("patient"), cases.c.id != bindparam("case"))
    .order_by(cases.c.id)
)
_SERIES = Prepared(
    select(*COLUMNS)
    .where(table.c.case_id == bindparam("case"), table.c.name == bindparam("fact"))
    .order_by(table.c.effective_at, table.c.seq)
)


def _latest() -> Prepared:
    """The last row of a stretch of the primary key, found before anything is joined to it."""
    number = select(cases.c.number).where(cases.c.id == bindparam("case")).scalar_subquery()
    mark = select(fact_names.c.mark).where(fact_names.c.name == bindparam("fact")).scalar_subquery()
    of_name = and_(fact_values.c.case_number == number, fact_values.c.name_mark == mark)
    order = (fact_values.c.effective_at.desc(), fact_values.c.seq.desc())
    last = select(fact_values).where(of_name).order_by(*order).limit(1).subquery("last")
    words: dict[str, ColumnElement[Any]] = {
        "case_id": bindparam("case", type_=String),
        "name": bindparam("fact", type_=String),
        "recorded_at": func.coalesce(last.c.recorded_at, last.c.effective_at),
        "type": fact_kinds.c.type,
        "source": fact_kinds.c.source,
        "unit": func.nullif(fact_kinds.c.unit, ""),
    }
    columns = [words[each.name].label(each.name) if each.name in words else last.c[each.name] for each in table.c]
    return Prepared(select(*columns).join_from(last, fact_kinds, fact_kinds.c.mark == last.c.kind_mark))


_LATEST = _latest()


@dataclass(frozen=True, slots=True)
class Reach:
    """Facts of the patient's other cases that a case reads: a name, or all that begin so, true since an instant."""

    name: str
    is_prefix: bool
    since: datetime

    def condition(self) -> ColumnElement[bool]:
        named = table.c.name.startswith(self.name, autoescape=True) if self.is_prefix else table.c.name == self.name
        return and_(named, table.c.effective_at >= self.since)


@dataclass(frozen=True, slots=True, order=True)
class Recorded:
    """A place in the order in which facts were recorded, across cases."""

    at: datetime
    case_id: str
    seq: int


def facts(
    connection: Connection, case_id: str, name: str | None = None, after: int = 0, limit: int | None = None
) -> Sequence[RowMapping]:
    """The facts of a case in the order they were recorded, or those of one name. By primary key."""
    query = (
        select(*COLUMNS)
        .where(table.c.case_id == case_id, table.c.seq > after)
        .order_by(table.c.seq)
        .limit(limit)
    )
    if name is not None:
        query = query.where(table.c.name == name)
    return connection.execute(query).mappings().all()


def latest(connection: Connection, case_id: str, name: str) -> dict[str, Any] | None:
    """The value of a fact that was true last. By primary key."""
    return _LATEST.first(connection, {"case": case_id, "fact": name})


def series(connection: Connection, case_id: str, name: str) -> list[dict[str, Any]]:
    """All values of a fact in the order they were true. By primary key."""
    return _SERIES.rows(connection, {"case": case_id, "fact": name})


def when(row: Mapping[str, Any]) -> tuple[datetime, datetime, str, int]:
    """What orders values of several cases: when they were true, then when they were learnt, then a fixed order.

    Within one case it is the order of `series`; between two it is the same whoever asks, and however often.
    """
    return row["effective_at"], row["recorded_at"], row["case_id"], row["seq"]


def other_cases(connection: Connection, patient_id: str, case_id: str) -> Sequence[str]:
    """The patient's other cases, open or closed. Index ix_cases_patient."""
    return [row["id"] for row in _OTHER_CASES.rows(connection, {"patient": patient_id, "case": case_id})]


def series_beside(
    connection: Connection, case_ids: Sequence[str], name: str, since: datetime
) -> Sequence[RowMapping]:
    """The values of a fact in several cases that were true since an instant. By primary key."""
    query = (
        select(*COLUMNS)
        .where(table.c.case_id.in_(case_ids), table.c.name == name, table.c.effective_at >= since)
        .order_by(table.c.effective_at, LEARNT_AT, table.c.case_id, table.c.seq)
    )
    return connection.execute(query).mappings().all()


def facts_seen(
    connection: Connection,
    case_id: str,
    others: Sequence[str],
    reaches: Sequence[Reach],
    *,
    name: str | None = None,
    after: Recorded | None = None,
    limit: int | None = None,
) -> Sequence[RowMapping]:
    """A case's facts and what it reads of others, in the order they were recorded. By primary key."""
    order = (LEARNT_AT, table.c.case_id, table.c.seq)
    seen: ColumnElement[bool] = table.c.case_id == case_id
    if others and reaches:
        seen = or_(seen, and_(table.c.case_id.in_(others), or_(*(each.condition() for each in reaches))))
    query = select(*COLUMNS).where(seen).order_by(*order).limit(limit)
    if name is not None:
        query = query.where(table.c.name == name)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*_place(after)))
    return connection.execute(query).mappings().all()


def _place(after: Recorded) -> tuple[ColumnElement[Any], ...]:
    return (
        literal(after.at, table.c.recorded_at.type),
        literal(after.case_id, table.c.case_id.type),
        literal(after.seq, table.c.seq.type),
    )


def add_facts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        _ADD.run_each(connection, [_kept(row) for row in rows])


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "recorded_at": None} if row["recorded_at"] == row["effective_at"] else dict(row)


def encoded(value: Any) -> tuple[str, Any]:
    """A fact's type and its JSON value."""
    if value is None:
        return "null", None
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        return "number", int(number) if number == number.to_integral_value() else float(number)
    if isinstance(value, datetime):
        return "instant", value.isoformat()
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, str):
        return "string", value
    if isinstance(value, list | tuple):
        return "list", [encoded(item)[1] for item in value]
    raise TypeError(f"a fact cannot hold a {kind_of(value)}: {shown(value)}")


def decoded(row: Mapping[str, Any]) -> Any:
    """A fact's value as expressions see it."""
    kind, value = row["type"], row["value"]
    if kind == "number":
        return Decimal(str(value))
    if kind == "instant":
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "list":
        return [
            Decimal(str(v)) if isinstance(v, int | float) and not isinstance(v, bool) else v for v in value
        ]
    return value
