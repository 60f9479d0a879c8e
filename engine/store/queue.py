"""On PostgreSQL a job of procrastinate wakes a worker for each row of the outbox; the row alone says what to do.

A job is written in the transaction that writes its row and vanishes with it. It carries nothing but the row's id. One
that is lost, or comes twice, costs time and nothing else: `engine.outgoing.delivery.deliver_one` asks the row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

QUEUE = "throughline"
TASK = "throughline.work"

# Never opened: each job is written over the connection of the transaction that decides it.
_JOBS = JobManager(SyncPsycopgConnector())

# Rows that are due and that no job will wake anybody for. Index ix_outbox_waiting, and the queue's own unique index on
# the lock of what waits. A row in hand is not due: its next attempt is in the future.
_UNCALLED = text(
    """SELECT o.id FROM outbox o
    WHERE o.status = 'waiting' AND (o.next_attempt_at IS NULL OR o.next_attempt_at <= :now)
      AND o.operation = ANY(:operations)
      AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs j WHERE j.status = 'todo' AND j.queueing_lock = 'outbox:' || o.id)
    ORDER BY o.id LIMIT :most"""
)


def call_for(connection: Connection, rows: Sequence[int], at: datetime | None = None) -> None:
    """Wake a worker for rows that have just been written, when the transaction commits, or at an instant."""
    if not rows:
        return
    try:
        _JOBS.batch_defer_jobs([_job(row, at) for row in rows], connection=_driver(connection))
    except ConnectorException as error:
        # The library hides what the database said; whoever tries again must hear it as from any other statement.
        if isinstance(error.__cause__, psycopg.Error):
            raise DBAPIError.instance(None, None, error.__cause__, psycopg.Error, hide_parameters=True) from error
        raise


def call_again(connection: Connection, row_id: int, at: datetime | None = None) -> bool:
    """Wake a worker for a row that has waited before; False where a job for it waits already."""
    with connection.begin_nested() as savepoint:
        try:
            call_for(connection, [row_id], at)
        except AlreadyEnqueued:
            savepoint.rollback()
            return False
    return True


def uncalled(connection: Connection, now: datetime, operations: Sequence[str], most: int) -> list[int]:
    """The ids of rows that are due and have no job that waits, oldest first."""
    given = {"now": now, "operations": list(operations), "most": most}
    return list(connection.execute(_UNCALLED, given).scalars())


def _job(row_id: int, at: datetime | None) -> Job:
    return Job(
        queue=QUEUE,
        task_name=TASK,
        lock=None,
        queueing_lock=f"outbox:{row_id}",
        task_kwargs={"row_id": row_id},
        scheduled_at=at,
    )


def _driver(connection: Connection) -> Any:
    """psycopg's own connection, which is in the same transaction."""
    return connection.connection.driver_connection
