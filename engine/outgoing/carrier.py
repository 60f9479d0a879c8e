"""Who does the background work of a worker, beside its timers: the queue of PostgreSQL, or one thread on SQLite."""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from engine.application import Engine
from engine.errors import Busy, OutcomeUnknown
from engine.outgoing.delivery import Deliveries, deliver_outgoing, operations_with
from engine.outgoing.outgoing import Channels
from engine.store.outbox import due_outgoing, next_attempt

log = logging.getLogger("throughline.worker")

# New work of another process on SQLite is noticed after this long at the latest: one read of an index a look.
LONGEST_SLEEP = 1.0
# How long to leave alone a database that did not answer.
AFTER_FAILURE = 5.0
AT_ONCE = 10  # pieces between two looks at the clock
AT_A_TIME = 4  # pieces that a worker on PostgreSQL has in hand; most of each is waiting for the other side


class Carrier(Protocol):
    """Does what waits until it is finished; ``done`` is what came of it."""

    done: Deliveries

    def start(self) -> None: ...

    def is_at_work(self) -> bool:
        """Whether it goes on: a fault that none of its lists of faults has may have ended it."""

    def finish(self) -> None:
        """Begin nothing more, and come back when what is in hand is done."""


def carrier_of(engine: Engine, channels: Channels, at_a_time: int = AT_A_TIME) -> Carrier:
    """The carrier for the engine's database."""
    if engine.db.dialect == "postgresql":
        from engine.outgoing.queue_carrier import QueueCarrier  # the queue's library, which SQLite needs nothing of

        return QueueCarrier(engine, channels, at_a_time)
    return ThreadCarrier(engine, channels)


class ThreadCarrier:
    """One thread that takes what is due, piece by piece: SQLite has one writer at a time anyway."""

    def __init__(self, engine: Engine, channels: Channels) -> None:
        self.done = Deliveries()
        self._engine, self._channels = engine, channels
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="throughline-carrier")

    def start(self) -> None:
        self._thread.start()

    def is_at_work(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
            except (DBAPIError, Busy, OutcomeUnknown) as error:
                log.error("background work waits %s s for the database: %s", AFTER_FAILURE, error)
                self._stop.wait(AFTER_FAILURE)

    def _look(self) -> None:
        now, operations = self._engine.clock.now(), operations_with(self._channels)
        with self._engine.db.reading() as connection:
            is_due = bool(due_outgoing(connection, now, operations, 1))
            first = next_attempt(connection, operations)
        if not is_due:
            self._stop.wait(sleep_for(first, now))
            return
        sent = deliver_outgoing(self._engine, self._channels, now, AT_ONCE, self._stop.is_set)
        self.done.add(sent)


def sleep_for(due: datetime | None, now: datetime) -> float:
    """Seconds to sleep before looking again: until ``due``, but no longer than new work may wait."""
    return LONGEST_SLEEP if due is None else min((due - now).total_seconds(), LONGEST_SLEEP)
