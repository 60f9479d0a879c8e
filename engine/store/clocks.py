"""The clock of a sandbox: it stands in the database, and a person may move it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, insert, select, update

from care.calendars import BusinessCalendar, add_period
from care.periods import Period
from engine.clock import Clock, SystemClock
from engine.errors import InvalidInput, NaiveInstant, NotASandbox
from engine.store.database import Database
from engine.store.tables import history, patients, sandbox_clock, users


@dataclass(frozen=True, slots=True)
class SandboxClock:
    """The instant that a sandbox database holds. Raises NotASandbox when the database holds none."""

    db: Database

    def now(self) -> datetime:
        with self.db.reading() as connection:
            return _held(connection)

    def set(self, instant: datetime) -> datetime:
        """Moves the clock to an instant and returns it, in UTC.

        Raises InvalidInput when the record holds something later: what has happened stays in the past.
        """
        if instant.tzinfo is None:
            raise NaiveInstant(instant)
        with self.db.writing() as connection:
            _held(connection)
            return _move(connection, instant)

    def advance(self, period: Period, zone: ZoneInfo | None = None) -> datetime:
        """Moves the clock forward by a period, whose days are those of ``zone`` (UTC when absent)."""
        with self.db.writing() as connection:
            later = add_period(_held(connection), period, zone or ZoneInfo("UTC"), BusinessCalendar())
            return _move(connection, later)


def clock_of(db: Database) -> Clock:
    """The clock to use with a database: its own when it is a sandbox, else the machine's."""
    return SandboxClock(db) if is_sandbox(db) else SystemClock()


def is_sandbox(db: Database) -> bool:
    """Whether the database has its own clock, so that time may be moved."""
    with db.reading() as connection:
        return connection.execute(select(sandbox_clock.c.id)).first() is not None


def make_sandbox(db: Database, instant: datetime) -> None:
    """Gives a database its own clock. Raises InvalidInput when something has happened in it on real time."""
    if instant.tzinfo is None:
        raise NaiveInstant(instant)
    with db.writing() as connection:
        if connection.execute(select(sandbox_clock.c.id)).first() is not None:
            raise InvalidInput({"sandbox": "this is a sandbox already; move its clock with 'clock set'"})
        for table, held in ((history, "cases"), (patients, "patients"), (users, "users")):
            if connection.execute(select(table).limit(1)).first() is not None:
                raise InvalidInput({"sandbox": f"this database holds live {held}; use an empty one"})
        connection.execute(insert(sandbox_clock).values(id=1, now=instant))


def _held(connection: Connection) -> datetime:
    now: datetime | None = connection.execute(select(sandbox_clock.c.now)).scalar_one_or_none()
    if now is None:
        raise NotASandbox
    return now


def _move(connection: Connection, instant: datetime) -> datetime:
    latest = connection.execute(select(func.max(history.c.at))).scalar_one()
    if latest is not None and instant < latest:
        raise InvalidInput(
            {"now": f"{instant.isoformat()} is before the latest entry of the record, {latest.isoformat()}"}
        )
    instant = instant.astimezone(UTC)
    connection.execute(update(sandbox_clock).values(now=instant))
    return instant
