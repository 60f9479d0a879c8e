"""Calling workers again for rows that are due and nobody is called for: a lost job, a killed worker, a moved clock.

The queue of PostgreSQL knows real time alone. The row says when it is due, by the database's own clock; the sweep
brings both together, every minute of either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.application import Engine
from engine.clock import stopwatch
from engine.outgoing.delivery import operations_with
from engine.outgoing.outgoing import Channels

EVERY = timedelta(minutes=1)
MOST = 1_000


@dataclass(slots=True)
class Sweep:
    """Remembers when it was last done, so that the queue is looked over once a minute and not once a second."""

    engine: Engine
    channels: Channels
    last: datetime | None = None
    elapsed: Callable[[], float] = field(default_factory=stopwatch)

    def ensure(self, now: datetime) -> int:
        """Sweep if a minute has passed, by the database's clock or by the machine's; returns how many were called."""
        passed = self.last is None or abs(now - self.last) >= EVERY or self.elapsed() >= EVERY.total_seconds()
        if not passed or self.engine.db.dialect != "postgresql":
            return 0
        self.last, self.elapsed = now, stopwatch()
        return sweep(self.engine, self.channels, now)


def sweep(engine: Engine, channels: Channels, now: datetime) -> int:
    """Call workers for what is due and has no job that waits; returns for how many rows."""
    from engine.store.queue import call_again, uncalled

    with engine.db.reading() as connection:
        rows = uncalled(connection, now, operations_with(channels), MOST)
    if not rows:
        return 0
    with engine.db.writing() as connection:
        return sum(call_again(connection, row) for row in rows)
