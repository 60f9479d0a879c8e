"""What is measured of the whole database: how much waits, how late it is, what stands still.

Prometheus asks every few seconds, for years: each query reads an index that holds only what is open, so that it costs
no more when the record has grown. The two that cannot are asked once a minute (`engine.telemetry.gauges`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, literal, select, text

from engine.store.tables import cases, checkpoints, outbox, tasks

# In the index's own words: SQLite uses a partial index only where it finds its condition in the query.
_ENDED_OTHERWISE = text("outbox.status IN ('failed', 'dropped')")


@dataclass(frozen=True, slots=True)
class Queue:
    """Outgoing work of one operation that is not done: in which status, how much, how much is due, since when."""

    operation: str
    status: str
    count: int
    due: int
    oldest: datetime
    due_since: datetime | None  # the earliest next attempt, of what waits


def waiting_work(connection: Connection, now: datetime) -> list[Queue]:
    """What waits, by operation. Index ix_outbox_waiting, which holds nothing else."""
    at = outbox.c.next_attempt_at
    is_due = case((at.is_(None), 1), (at <= now, 1), else_=0)
    first = func.min(func.coalesce(at, outbox.c.created_at), type_=at.type)
    query = select(outbox.c.operation, func.count(), func.sum(is_due), func.min(outbox.c.created_at), first)
    query = query.where(outbox.c.status == "waiting").group_by(outbox.c.operation)
    return [Queue(row[0], "waiting", row[1], int(row[2]), row[3], row[4]) for row in connection.execute(query)]


def failed_work(connection: Connection) -> list[Queue]:
    """What was given up, by operation. Index ix_outbox_ended_otherwise."""
    query = select(outbox.c.operation, func.count(), func.min(outbox.c.created_at))
    query = query.where(_ENDED_OTHERWISE, outbox.c.status == "failed").group_by(outbox.c.operation)
    return [Queue(name, "failed", count, 0, oldest, None) for name, count, oldest in connection.execute(query)]


def last_checkpoint_at(connection: Connection) -> datetime | None:
    """When the newest checkpoint was written. By primary key."""
    query = select(checkpoints.c.at).order_by(checkpoints.c.number.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def cases_by_status(connection: Connection) -> list[tuple[str, str, int]]:
    """How many cases there are in each status of each track. Reads the table of cases, one row a patient-period."""
    query = select(cases.c.status, cases.c.track, func.count()).group_by(cases.c.status, cases.c.track)
    return [(status, track, int(count)) for status, track, count in connection.execute(query)]


def open_tasks(connection: Connection) -> int:
    """How many tasks are open. A partial index of open tasks, all of it."""
    return int(connection.execute(select(func.count()).where(tasks.c.status == "open")).scalar_one())


def answers(connection: Connection) -> bool:
    """Whether the database answers at all: nothing is read."""
    return bool(connection.execute(select(literal(1))).scalar_one())


def server_connections(connection: Connection) -> tuple[int, int]:
    """How many connections a PostgreSQL server has open for clients, and how many it takes."""
    used = connection.execute(text("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"))
    most = connection.execute(text("SELECT current_setting('max_connections')::int"))
    return int(used.scalar_one()), int(most.scalar_one())


def server_time(connection: Connection) -> datetime:
    """What time it is by the clock of a PostgreSQL server's host."""
    found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def queue_version(connection: Connection) -> str:
    """Which procrastinate made the queue's tables on PostgreSQL, as its revision noted: `procrastinate 3.10`."""
    found = connection.execute(text("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')"))
    return str(found.scalar_one() or "unknown")


def live_workers(connection: Connection) -> int:
    """How many workers of the queue gave a sign of life in the last minute of PostgreSQL's clock."""
    found = connection.execute(
        text("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'")
    )
    return int(found.scalar_one())
