"""What is done every local day, by whichever worker is first: a row of the outbox with the day in its key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from care.calendars import local_date
from engine.application import Engine
from engine.store.outbox import add_once

DAILY = ("checkpoint.write",)


@dataclass(slots=True)
class Periodic:
    """Remembers the day that is done, so that the database is asked once a day and not once a second."""

    engine: Engine
    done: date | None = None

    def ensure(self, now: datetime) -> None:
        """See that the day's work is written down."""
        day = local_date(now, self.engine.zone)
        if day != self.done:
            for operation in DAILY:
                schedule(self.engine, operation, day, now)
            self.done = day


def schedule(engine: Engine, operation: str, day: date, now: datetime) -> int | None:
    """Write down the day's work of a kind; None where another worker has. One key, so one row of any number."""
    row = {
        "operation": operation,
        "key": f"{operation}:{day.isoformat()}",
        "payload": {"day": day.isoformat()},
        "status": "waiting",
        "created_at": now,
    }
    with engine.db.writing() as connection:
        return add_once(connection, row)
