"""`throughline worker`: the background process that runs what is due, and delivers what waits, when it is due."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import FrameType

import click
from sqlalchemy.exc import OperationalError

from cli.answers import Answer, AnsweringCommand
from cli.installation import current_database
from engine.application import Engine
from engine.outgoing.delivery import deliver_outgoing, operations_with
from engine.outgoing.outgoing import Channels
from engine.proof.daily import Daily
from engine.store.cases import next_due
from engine.store.outbox import next_attempt

log = logging.getLogger("throughline.worker")

# A command of another process may make something due earlier than all before: the longest time until it is
# noticed. One look is one read of an index.
LONGEST_SLEEP = 1.0
# How long to leave alone a database that did not answer, and a case that could not go on.
AFTER_FAILURE = 5.0
# Deliveries between two looks at the clock, and the seconds after which none of them is begun any more: a slow
# receiver must not keep timers waiting for long.
AT_ONCE = 10
LONGEST_ROUND = 3.0


@dataclass(slots=True)
class Worked:
    """How many commands ran, and how much was delivered."""

    commands: int = 0
    delivered: int = 0


@click.command(cls=AnsweringCommand)
def worker() -> Answer:
    """Run what is due and deliver what waits, until SIGINT or SIGTERM. Any number may run at once."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopping(stop))
    with current_database() as installation:
        engine, channels = installation.engine(), installation.channels()
        log.info("worker started")
        done = work(engine, stop, channels)
        log.info("worker stopped")
    return Answer(
        {"commands": done.commands, "delivered": done.delivered},
        f"stopped after {done.commands} commands and {done.delivered} deliveries",
    )


def work(engine: Engine, stop: threading.Event, channels: Channels) -> Worked:
    """Tick and deliver, then sleep until something is due, a new command or ``stop``; returns what was done."""
    done, daily = Worked(), Daily(engine.db, engine.settings)
    while not stop.is_set():
        try:
            now = engine.clock.now()
            with engine.db.reading() as connection:
                due = next_due(connection)
                waiting = next_attempt(connection, operations_with(channels))
            first = min((each for each in (due, waiting) if each is not None), default=None)
            if first is None or first > now:
                daily.ensure(now)  # after the day's work, so that the checkpoint holds it
                stop.wait(sleep_for(first, now))
                continue
            ticked = engine.tick()
            done.commands += ticked.commands
            sent = deliver_outgoing(engine, channels, now, AT_ONCE, _round_of(LONGEST_ROUND, stop))
            done.delivered += len(sent.delivered)
            if ticked.failed:  # it is due still, and would be at once again
                daily.ensure(now)
                stop.wait(AFTER_FAILURE)
        except OperationalError as error:
            log.error("the database does not answer, trying again in %s s: %s", AFTER_FAILURE, error.orig)
            stop.wait(AFTER_FAILURE)
    return done


def sleep_for(due: datetime | None, now: datetime) -> float:
    """Seconds to sleep before looking again: until ``due``, but no longer than a new command may wait."""
    return LONGEST_SLEEP if due is None else min((due - now).total_seconds(), LONGEST_SLEEP)


def _round_of(seconds: float, stop: threading.Event) -> Callable[[], bool]:
    """Whether a round that begins now is over: its seconds have passed, or the worker is asked to stop."""
    end = time.monotonic() + seconds
    return lambda: stop.is_set() or time.monotonic() >= end


def _stopping(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handler(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handler
