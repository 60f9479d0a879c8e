"""Delivering what waits in the outbox, when the clock says so; the case notes what is done and what is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from engine.application import Engine
from engine.clock import SystemClock
from engine.commands import WORKER, RecordDelivery
from engine.outgoing import OUTGOING
from engine.outgoing.attempt import FAULTS_OF_A_PIECE, kept_error, kept_evidence
from engine.outgoing.outgoing import Channels, Evidence, Later, NotDelivered, Undeliverable
from engine.store import outbox
from engine.telemetry.deliveries import tried

log = logging.getLogger("throughline.outgoing")

# How long an attempt has a piece of work to itself, and so how long after a failed one it is tried again. No attempt
# takes as long as the first of them: engine.outgoing.attempt.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
MOST_ATTEMPTS = len(WAITS) + 1
DEFAULT_LIMIT = 1_000


@dataclass(slots=True)
class Deliveries:
    """What a round did, by the ids of the outbox: delivered, to be tried again, given up, and not noted in its case."""

    delivered: list[int] = field(default_factory=list)
    retried: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)

    def add(self, other: Deliveries) -> None:
        """Count another round to this one."""
        self.delivered += other.delivered
        self.retried += other.retried
        self.failed += other.failed
        self.stuck += other.stuck


def operations_with(channels: Channels) -> tuple[str, ...]:
    """The operations whose work can be done with these channels."""
    return tuple(name for name, each in OUTGOING.items() if name in channels or not each.needs_channel)


def deliver_outgoing(
    engine: Engine,
    channels: Channels,
    now: datetime,
    limit: int = DEFAULT_LIMIT,
    is_over: Callable[[], bool] = lambda: False,
) -> Deliveries:
    """Try what is due by ``now``, at most ``limit`` pieces, each once. Safe to run anywhere, any number at once.

    Once ``is_over()`` no further piece is begun; the rest stays due.
    """
    with engine.db.reading() as connection:
        due = outbox.due_outgoing(connection, now, operations_with(channels), limit)
    round_ = Deliveries()
    for row_id in due:
        if is_over():
            break
        deliver_one(engine, channels, row_id, round_, now)
    return round_


def deliver_one(
    engine: Engine, channels: Channels, row_id: int, round_: Deliveries, not_before: datetime | None = None
) -> None:
    """Try one piece of work, if it waits, is due and nobody has it in hand; what comes of it goes into ``round_``.

    The one door for all who carry work: the queue of PostgreSQL, the thread of SQLite, `tick` and the command line.
    """
    now = engine.clock.now()
    if not_before is not None:
        now = max(now, not_before)  # those before may have taken their time
    row = _claimed(engine, channels, row_id, now)
    if row is not None:
        with tried(row) as attempt:
            attempt.outcome = _attempt(engine, channels, row, now, round_)


def _claimed(engine: Engine, channels: Channels, row_id: int, now: datetime) -> dict[str, Any] | None:
    row = _readable(engine, row_id)
    if row["status"] != "waiting" or row["operation"] not in operations_with(channels):
        return None
    takes = OUTGOING[row["operation"]].takes
    again_at = now + max(takes, WAITS[min(tries_of(row), len(WAITS) - 1)])
    with engine.db.writing() as connection:
        claimed = outbox.claim(connection, row_id, now, again_at)
    return None if claimed is None else dict(claimed)


def _readable(engine: Engine, row_id: int) -> dict[str, Any]:
    """A row as it stands; one that was changed from outside so that it is no JSON must not stop those behind it."""
    try:
        with engine.db.reading() as connection:
            row = dict(outbox.outgoing(connection, row_id))
        if isinstance(row["payload"], dict):
            return row
    except ValueError:
        pass  # SQLite keeps the text that it was given; it is read here for the first time
    with engine.db.writing() as connection:
        outbox.keep_as_text(connection, row_id)
        return dict(outbox.outgoing(connection, row_id))


def tries_of(row: Mapping[str, Any]) -> int:
    """How often work was tried since it was written, or since somebody let it start anew."""
    return int(row["attempts"] - row["tried_before"])


def _attempt(engine: Engine, channels: Channels, row: Mapping[str, Any], now: datetime, round_: Deliveries) -> str:
    """Try a piece of work; returns how that ended, one of `engine.telemetry.deliveries.OUTCOMES`."""
    try:
        evidence = _evidence(engine, channels, row, now)
    except Later as later:
        with engine.db.writing() as connection:
            outbox.postpone(connection, row["id"], row["attempts"], later.until, kept_error(later))
            _call_again(engine, connection, row["id"], later.until)
        return "later"
    except Undeliverable as error:
        return _give_up(engine, row, kept_error(error), round_)
    except NotDelivered as error:
        return _try_again(engine, row, kept_error(error), round_)
    except FAULTS_OF_A_PIECE as error:
        log.error("outgoing work %s of case %s failed", row["id"], row["case_id"], exc_info=True)
        return _try_again(engine, row, kept_error(f"{type(error).__name__}: {error}"), round_)
    if not _recorded(engine, row, RecordDelivery(row["case_id"], row["id"], kept_evidence(evidence)), round_):
        return "stuck"
    round_.delivered.append(row["id"])
    return "delivered"


def _evidence(engine: Engine, channels: Channels, row: Mapping[str, Any], now: datetime) -> Evidence:
    if row["result"] is not None:  # the effect is there, only its note is not
        kept: Evidence = row["result"]
        return kept
    if outbox.UNREADABLE in row["payload"]:
        raise Undeliverable("what it carries is no JSON object: its row was changed from outside of the program")
    if tries_of(row) > MOST_ATTEMPTS:  # whoever made the last attempt did not live to say how it went
        raise Undeliverable(row["error"] or "the last attempt did not come back")
    return OUTGOING[row["operation"]].deliver(engine, row, channels.get(row["operation"]), now)


def _try_again(engine: Engine, row: Mapping[str, Any], error: str, round_: Deliveries) -> str:
    if tries_of(row) >= MOST_ATTEMPTS:
        return _give_up(engine, row, f"{error} (attempt {tries_of(row)})", round_)
    with engine.db.writing() as connection:
        outbox.note_error(connection, row["id"], row["attempts"], engine.clock.now(), error)
        _call_again(engine, connection, row["id"], row["next_attempt_at"])
    round_.retried.append(row["id"])
    return "retried"


def _give_up(engine: Engine, row: Mapping[str, Any], error: str, round_: Deliveries) -> str:
    command = RecordDelivery(row["case_id"], row["id"], {"attempt": row["attempts"]}, error)
    if not _recorded(engine, row, command, round_):
        return "stuck"
    round_.failed.append(row["id"])
    return "failed"


def _recorded(engine: Engine, row: Mapping[str, Any], command: RecordDelivery, round_: Deliveries) -> bool:
    """Note it in the case; where the case's own trouble forbids that, keep what is known and come back."""
    if row["case_id"] is None:
        _end(engine, row["id"], command)
        return True
    try:
        engine.execute(command, actor=WORKER)
    except FAULTS_OF_A_PIECE as error:
        log.error("outgoing work %s: its case cannot note it: %s", row["id"], error)
        with engine.db.writing() as connection:
            if command.error is None:
                outbox.keep_evidence(connection, row["id"], command.evidence)
            else:
                outbox.note_error(connection, row["id"], row["attempts"], engine.clock.now(), command.error)
            _call_again(engine, connection, row["id"], row["next_attempt_at"])
        round_.stuck.append(row["id"])
        return False
    return True


def _end(engine: Engine, row_id: int, command: RecordDelivery) -> None:
    """Work about no case has no history: its row says all."""
    with engine.db.writing() as connection:
        now = engine.clock.now()
        if command.error is None:
            outbox.finish(connection, row_id, now, command.evidence)
        else:
            outbox.give_up(connection, row_id, command.evidence["attempt"], now, command.error)


def _call_again(engine: Engine, connection: Connection, row_id: int, at: datetime) -> None:
    """Have a worker called for the next attempt. The queue knows real time only: elsewhere the sweep looks after it."""
    if isinstance(engine.clock, SystemClock):
        outbox.call_again(connection, row_id, at)
