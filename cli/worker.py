"""`throughline worker`: the background process that runs what is due when it is due."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

import click
from sqlalchemy.exc import OperationalError

from cli.answers import Answer, AnsweringCommand
from cli.installation import current_database
from engine.application import Engine
from engine.store.cases import next_due

log = logging.getLogger("throughline.worker")

# A command of another process may make something due earlier than all before: the longest time until it is
# noticed. One look is one read of an index.
LONGEST_SLEEP = 1.0
# How long to leave alone a database that did not answer, and a case that could not go on.
AFTER_FAILURE = 5.0


@click.command(cls=AnsweringCommand)
def worker() -> Answer:
    """Run what is due, when it is due, until SIGINT or SIGTERM. Any number may run at once."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopping(stop))
    with current_database() as installation:
        log.info("worker started")
        commands = work(installation.engine(), stop)
        log.info("worker stopped")
    return Answer({"commands": commands}, f"stopped after {commands} commands")


def work(engine: Engine, stop: threading.Event) -> int:
    """Tick, then sleep until the next due time, a new command or ``stop``; returns how many commands ran."""
    commands = 0
    while not stop.is_set():
        try:
            now = engine.clock.now()
            with engine.db.reading() as connection:
                due = next_due(connection)
            if due is None or due > now:
                stop.wait(sleep_for(due, now))
                continue
            done = engine.tick()
            commands += done.commands
            if done.failed:  # it is due still, and would be at once again
                stop.wait(AFTER_FAILURE)
        except OperationalError as error:
            log.error("the database does not answer, trying again in %s s: %s", AFTER_FAILURE, error.orig)
            stop.wait(AFTER_FAILURE)
    return commands


def sleep_for(due: datetime | None, now: datetime) -> float:
    """Seconds to sleep before looking again: until ``due``, but no longer than a new command may wait."""
    return LONGEST_SLEEP if due is None else min((due - now).total_seconds(), LONGEST_SLEEP)


def _stopping(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def handler(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return handler
