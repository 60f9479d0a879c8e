"""Outgoing work, written in the transaction that decides it; a row's id is the idempotency key of its effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from engine.store.tables import outbox as table


def add_outgoing(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), [dict(row) for row in rows])


def waiting(connection: Connection, limit: int = 100) -> Sequence[RowMapping]:
    """Work that waits, oldest first. Index ix_outbox_waiting."""
    query = select(table).where(table.c.status == "waiting").order_by(table.c.id).limit(limit)
    return connection.execute(query).mappings().all()


def finish(connection: Connection, row_id: int, now: datetime, result: Mapping[str, Any]) -> bool:
    """Mark waiting work as done; False when somebody else has."""
    query = update(table).where(table.c.id == row_id, table.c.status == "waiting")
    return bool(connection.execute(query.values(status="done", done_at=now, result=dict(result))).rowcount)


def outgoing_of_case(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """What a case has sent or will send, in order."""
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.id)
    return connection.execute(query).mappings().all()
