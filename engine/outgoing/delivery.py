"""Delivering what waits in the outbox, when the clock says so; the case notes what is done and what is given up."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.application import FAULTS_OF_A_CASE, Engine
from engine.commands import WORKER, RecordDelivery
from engine.outgoing import OUTGOING
from engine.outgoing.outgoing import Channels, Evidence, Later, NotDelivered, Undeliverable
from engine.store import outbox

log = logging.getLogger("throughline.outgoing")

# How long an attempt has a piece of work to itself, and so how long after a failed one it is tried again. A channel
# must answer within the first of them.
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
    engine: Engine, channels: Channels, now: datetime, limit: int = DEFAULT_LIMIT
) -> Deliveries:
    """Try what is due by ``now``, at most ``limit`` pieces, each once. Safe to run anywhere, any number at once."""
    with engine.db.reading() as connection:
        due = outbox.due_outgoing(connection, now, operations_with(channels), limit)
    round_ = Deliveries()
    for row_id, attempts in due:
        again_at = now + WAITS[min(attempts, len(WAITS) - 1)]
        with engine.db.writing() as connection:
            row = outbox.claim(connection, row_id, now, again_at)
        if row is not None:
            _attempt(engine, channels, dict(row), now, round_)
    return round_


def _attempt(engine: Engine, channels: Channels, row: Mapping[str, Any], now: datetime, round_: Deliveries) -> None:
    try:
        evidence = _evidence(engine, channels, row, now)
    except Later as later:
        with engine.db.writing() as connection:
            outbox.postpone(connection, row["id"], later.until, str(later))
    except Undeliverable as error:
        _give_up(engine, row, str(error), round_)
    except NotDelivered as error:
        if row["attempts"] >= MOST_ATTEMPTS:
            _give_up(engine, row, f"{error} (attempt {row['attempts']})", round_)
        else:
            log.warning("outgoing work %s of case %s: %s", row["id"], row["case_id"], error)
            with engine.db.writing() as connection:
                outbox.note_error(connection, row["id"], str(error))
            round_.retried.append(row["id"])
    else:
        if _recorded(engine, RecordDelivery(row["case_id"], row["id"], evidence), round_):
            round_.delivered.append(row["id"])


def _evidence(engine: Engine, channels: Channels, row: Mapping[str, Any], now: datetime) -> Evidence:
    if row["result"] is not None:  # the effect is there, only its note is not
        kept: Evidence = row["result"]
        return kept
    if row["attempts"] > MOST_ATTEMPTS:  # whoever made the last attempt did not live to say how it went
        raise Undeliverable(row["error"] or "the last attempt did not come back")
    return OUTGOING[row["operation"]].deliver(engine, row, channels.get(row["operation"]), now)


def _give_up(engine: Engine, row: Mapping[str, Any], error: str, round_: Deliveries) -> None:
    log.error("outgoing work %s of case %s is given up: %s", row["id"], row["case_id"], error)
    if _recorded(engine, RecordDelivery(row["case_id"], row["id"], error=error), round_):
        round_.failed.append(row["id"])


def _recorded(engine: Engine, command: RecordDelivery, round_: Deliveries) -> bool:
    """Note it in the case; where the case's own trouble forbids that, keep what is known and come back."""
    try:
        engine.execute(command, actor=WORKER)
    except FAULTS_OF_A_CASE as error:
        log.error("outgoing work %s: its case cannot note it: %s", command.outgoing_id, error)
        with engine.db.writing() as connection:
            if command.error is None:
                outbox.keep_evidence(connection, command.outgoing_id, command.evidence)
            else:
                outbox.note_error(connection, command.outgoing_id, command.error)
        round_.stuck.append(command.outgoing_id)
        return False
    return True
