"""What a person does with background work that was given up: let it be tried again, or let it be."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from engine.application import Engine
from engine.commands import Actor, DropOutgoing, RetryOutgoing
from engine.errors import InvalidInput, Refused
from engine.store import outbox

LONGEST_REASON = 500


def retry(engine: Engine, row_id: int, actor: Actor, key: str | None = None) -> None:
    """Let it wait again, due at once, with all attempts before it. Raises NotFound; Refused if it was not given up."""
    case_id = _case_of(engine, row_id)
    if case_id is not None:
        engine.execute(RetryOutgoing(case_id, row_id), actor=actor, key=key)
        return
    with engine.db.writing() as connection:
        retry_alone(connection, row_id, engine.clock.now(), actor)


def drop(engine: Engine, row_id: int, reason: str, actor: Actor, key: str | None = None) -> None:
    """Let it be. Raises NotFound; Refused for what was not given up; InvalidInput without a reason."""
    reason = checked_reason(reason)
    case_id = _case_of(engine, row_id)
    if case_id is not None:
        engine.execute(DropOutgoing(case_id, row_id, reason), actor=actor, key=key)
        return
    with engine.db.writing() as connection:
        drop_alone(connection, row_id, engine.clock.now(), reason, actor)


def retry_alone(connection: Connection, row_id: int, now: datetime, actor: Actor) -> None:
    """Let work about no case wait again, in the caller's transaction; the row says who let it."""
    if not outbox.start_anew(connection, row_id):
        raise Refused(f"work {row_id} was not given up")
    outbox.note_retried(connection, row_id, now, actor.id)


def drop_alone(connection: Connection, row_id: int, now: datetime, reason: str, actor: Actor) -> None:
    """Let work about no case be, in the caller's transaction."""
    if not outbox.drop(connection, row_id, now, actor.id, reason):
        raise Refused(f"work {row_id} was not given up")


def checked_reason(reason: str) -> str:
    """A reason without blanks around it; raises InvalidInput where nothing is left, or too much."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput({"reason": f"say why, in 1 to {LONGEST_REASON} characters"})
    return reason


def _case_of(engine: Engine, row_id: int) -> str | None:
    with engine.db.reading() as connection:
        case_id: str | None = outbox.outgoing(connection, row_id)["case_id"]
    return case_id
