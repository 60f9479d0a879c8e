"""Delivering what waits in the outbox, when the clock says so; the case notes what is done and what is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.application import Engine
from engine.commands import WORKER, RecordDelivery
from engine.outgoing import OUTGOING
from engine.outgoing.attempt import FAULTS_OF_A_PIECE, kept_error, kept_evidence
from engine.outgoing.outgoing import Channels, Evidence, Later, NotDelivered, Undeliverable
from engine.store import outbox

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
    for row_id, attempts in due:
        if is_over():
            break
        claimed_at = max(now, engine.clock.now())  # those before may have taken their time
        again_at = claimed_at + WAITS[min(attempts, len(WAITS) - 1)]
        with engine.db.writing() as connection:
            row = outbox.claim(connection, row_id, claimed_at, again_at)
        if row is not None:
            _attempt(engine, channels, dict(row), claimed_at, round_)
    return round_


def _attempt(engine: Engine, channels: Channels, row: Mapping[str, Any], now: datetime, round_: Deliveries) -> None:
    try:
        evidence = _evidence(engine, channels, row, now)
    except Later as later:
        with engine.db.writing() as connection:
            outbox.postpone(connection, row["id"], row["attempts"], later.until, kept_error(later))
    except Undeliverable as error:
        _give_up(engine, row, kept_error(error), round_)
    except NotDelivered as error:
        _try_again(engine, row, kept_error(error), round_)
    except FAULTS_OF_A_PIECE as error:
        log.error("outgoing work %s of case %s failed", row["id"], row["case_id"], exc_info=True)
        _try_again(engine, row, kept_error(f"{type(error).__name__}: {error}"), round_)
    else:
        if _recorded(engine, row, RecordDelivery(row["case_id"], row["id"], kept_evidence(evidence)), round_):
            round_.delivered.append(row["id"])


def _evidence(engine: Engine, channels: Channels, row: Mapping[str, Any], now: datetime) -> Evidence:
    if row["result"] is not None:  # the effect is there, only its note is not
        kept: Evidence = row["result"]
        return kept
    if row["attempts"] > MOST_ATTEMPTS:  # whoever made the last attempt did not live to say how it went
        raise Undeliverable(row["error"] or "the last attempt did not come back")
    return OUTGOING[row["operation"]].deliver(engine, row, channels.get(row["operation"]), now)


def _try_again(engine: Engine, row: Mapping[str, Any], error: str, round_: Deliveries) -> None:
    if row["attempts"] >= MOST_ATTEMPTS:
        _give_up(engine, row, f"{error} (attempt {row['attempts']})", round_)
        return
    log.warning("outgoing work %s of case %s: %s", row["id"], row["case_id"], error)
    with engine.db.writing() as connection:
        outbox.note_error(connection, row["id"], row["attempts"], error)
    round_.retried.append(row["id"])


def _give_up(engine: Engine, row: Mapping[str, Any], error: str, round_: Deliveries) -> None:
    log.error("outgoing work %s of case %s is given up: %s", row["id"], row["case_id"], error)
    command = RecordDelivery(row["case_id"], row["id"], {"attempt": row["attempts"]}, error)
    if _recorded(engine, row, command, round_):
        round_.failed.append(row["id"])


def _recorded(engine: Engine, row: Mapping[str, Any], command: RecordDelivery, round_: Deliveries) -> bool:
    """Note it in the case; where the case's own trouble forbids that, keep what is known and come back."""
    try:
        engine.execute(command, actor=WORKER)
    except FAULTS_OF_A_PIECE as error:
        log.error("outgoing work %s: its case cannot note it: %s", row["id"], error)
        with engine.db.writing() as connection:
            if command.error is None:
                outbox.keep_evidence(connection, row["id"], command.evidence)
            else:
                outbox.note_error(connection, row["id"], row["attempts"], command.error)
        round_.stuck.append(row["id"])
        return False
    return True
