"""Facts: what is known about a patient, each value with when it was true and how it was learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from engine.store.tables import facts as table


def facts(
    connection: Connection, case_id: str, name: str | None = None, after: int = 0, limit: int | None = None
) -> Sequence[RowMapping]:
    """The facts of a case in the order they were recorded, or those of one name. Primary key, or ix_facts_name."""
    query = (
        select(table)
        .where(table.c.case_id == case_id, table.c.seq > after)
        .order_by(table.c.seq)
        .limit(limit)
    )
    if name is not None:
        query = query.where(table.c.name == name)
    return connection.execute(query).mappings().all()


def latest(connection: Connection, case_id: str, name: str) -> RowMapping | None:
    """The value of a fact that was true last. Index ix_facts_name."""
    query = (
        select(table)
        .where(table.c.case_id == case_id, table.c.name == name)
        .order_by(table.c.effective_at.desc(), table.c.seq.desc())
        .limit(1)
    )
    return connection.execute(query).mappings().first()


def series(connection: Connection, case_id: str, name: str) -> Sequence[RowMapping]:
    """All values of a fact in the order they were true. Index ix_facts_name."""
    query = (
        select(table)
        .where(table.c.case_id == case_id, table.c.name == name)
        .order_by(table.c.effective_at, table.c.seq)
    )
    return connection.execute(query).mappings().all()


def add_facts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), [dict(row) for row in rows])


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
    raise TypeError(f"a fact cannot hold a {type(value).__name__}: {value!r}")


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
