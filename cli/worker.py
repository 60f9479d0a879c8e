"""`throughline worker`: the background process that runs what is due, and delivers what waits, when it is due."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import click
from sqlalchemy.exc import DBAPIError

from cli.answers import Answer, AnsweringCommand
from cli.installation import current_database
from cli.telemetry import as_service, show_metrics
from engine.application import Engine
from engine.errors import Busy, OutcomeUnknown
from engine.outgoing.carrier import AT_A_TIME, Carrier, carrier_of, sleep_for
from engine.outgoing.outgoing import Channels
from engine.outgoing.periodic import Periodic
from engine.outgoing.sweep import Sweep
from engine.store.cases import next_due
from engine.telemetry.metrics import worker_looked

log = logging.getLogger("throughline.worker")

# How long to leave alone a database that did not answer, and a case that could not go on.
AFTER_FAILURE = 5.0
# How long to leave what is due and in somebody else's hands: a command of another process holds the case.
WHILE_HELD = 0.1


@dataclass(slots=True)
class Worked:
    """How many commands ran, and how much was delivered."""

    commands: int = 0
    delivered: int = 0


@click.command(cls=AnsweringCommand)
@click.option(
    "--at-a-time",
    default=AT_A_TIME,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Pieces of background work in hand at once, on PostgreSQL.",
)
def worker(at_a_time: int) -> Answer:
    """Run what is due and do the work that waits, until SIGINT or SIGTERM. Any number may run at once.

    A signal lets it finish what it has in hand, and begin nothing more.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopping(stop))
    with current_database() as installation:
        as_service(os.environ)
        show_metrics(installation.settings)
        engine, channels = installation.engine(), installation.channels()
        log.info("worker started")
        done = work(engine, stop, channels, at_a_time)
        log.info("worker stopped")
    return Answer(
        {"commands": done.commands, "delivered": done.delivered},
        f"stopped after {done.commands} commands and {done.delivered} deliveries",
    )


def work(engine: Engine, stop: threading.Event, channels: Channels, at_a_time: int = AT_A_TIME) -> Worked:
    """Fire timers until ``stop``, while a carrier does the background work beside; returns what was done."""
    carrier = carrier_of(engine, channels, at_a_time)
    carrier.start()
    try:
        commands = _watch_timers(engine, stop, channels, carrier)
    finally:
        carrier.finish()
    return Worked(commands, len(carrier.done.delivered))


def _watch_timers(engine: Engine, stop: threading.Event, channels: Channels, carrier: Carrier) -> int:
    """Tick when something is due, then sleep until something is; returns how many commands ran.

    A look is one read of an index, once a second. Waiting for a NOTIFY of each command that makes something due earlier
    would cost each of them more than all the looks, and be noticed by nobody: due instants are days, seldom minutes.
    Without its carrier it ends, so that whatever watches processes starts another.
    """
    commands, periodic, sweep = 0, Periodic(engine), Sweep(engine, channels)
    while not stop.is_set():
        if not carrier.is_at_work():
            raise RuntimeError("the thread that does background work has ended; what it said last stands above")
        try:
            worker_looked()
            now = engine.clock.now()
            sweep.ensure(now)
            with engine.db.reading() as connection:
                due = next_due(connection)
            if due is None or due > now:
                periodic.ensure(now)  # after the day's work, so that the checkpoint holds it
                stop.wait(sleep_for(due, now))
                continue
            ticked = engine.tick()
            commands += ticked.commands
            if ticked.failed:  # it is due still, and would be at once again
                periodic.ensure(now)
                stop.wait(AFTER_FAILURE)
            elif not ticked.commands:
                stop.wait(WHILE_HELD)
        except (DBAPIError, Busy, OutcomeUnknown) as error:
            log.error("the database does not answer, trying again in %s s: %s", AFTER_FAILURE, error)
            stop.wait(AFTER_FAILURE)
    return commands


def _stopping(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handler(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handler
