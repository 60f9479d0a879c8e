"""A POST with an Idempotency-Key has one effect however often it is sent, and answers as the first time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from engine.application import Engine
from engine.commands import Actor
from engine.errors import InvalidInput, KeyReused
from engine.store.commands import add_command, command_with_key
from engine.telemetry.commands import observed_act

HEADER = "Idempotency-Key"
MOST_SIGNS = 200
_SHAPE = re.compile(r"[\x21-\x7e]+")
_COLUMN = 300  # commands.key holds the actor as well

Work = Callable[[Connection], Mapping[str, Any]]


def checked_key() -> str | None:
    """The request's key as it was sent; raises InvalidInput where it cannot be kept."""
    key = request.headers.get(HEADER)
    if key is not None and (len(key) > MOST_SIGNS or not _SHAPE.fullmatch(key)):
        raise InvalidInput({HEADER: f"send 1 to {MOST_SIGNS} visible ASCII characters without blanks, such as a UUID"})
    return key


def scoped_key(actor: Actor) -> str | None:
    """The key within its sender's own, so that two people's keys never meet; None when there is none."""
    key = checked_key()
    if key is None:
        return None
    scoped = f"{actor.id}:{key}"
    if len(scoped) > _COLUMN:
        raise InvalidInput({HEADER: f"send at most {_COLUMN - len(actor.id) - 1} characters"})
    return scoped


def once(engine: Engine, kind: str, body: Mapping[str, Any], *, actor: Actor, work: Work) -> Mapping[str, Any]:
    """Does what is no case's command, in one transaction with the note that it was done; returns its outcome.

    `body` is what was asked, as JSON; `work` does it and returns a JSON outcome, which is what the same key
    gets again. Raises KeyReused for another body under the same key.
    """
    with observed_act(kind, actor):
        return _once(engine, kind, body, actor, work)


def _once(engine: Engine, kind: str, body: Mapping[str, Any], actor: Actor, work: Work) -> Mapping[str, Any]:
    key = scoped_key(actor)
    asked = _fingerprint(kind, body)
    note = {"key": key, "fingerprint": asked, "kind": kind, "actor": actor.id, "at": engine.clock.now()}
    try:
        return _attempt(engine, note, work)
    except IntegrityError:
        # On PostgreSQL two of the same key may run side by side: uq_commands_key stops the second when the
        # first commits, and then there is an outcome to find.
        with engine.db.reading() as connection:
            first = _first_outcome(connection, key, asked)
        if first is None:
            raise
        return first


def _attempt(engine: Engine, note: dict[str, Any], work: Work) -> Mapping[str, Any]:
    with engine.db.writing() as connection:
        first = _first_outcome(connection, note["key"], note["fingerprint"])
        if first is not None:
            return first
        outcome = dict(work(connection))
        add_command(connection, {**note, "outcome": outcome})
    return outcome


def _first_outcome(connection: Connection, key: str | None, asked: str) -> Mapping[str, Any] | None:
    row = command_with_key(connection, key) if key is not None else None
    if row is None:
        return None
    if row["fingerprint"] != asked:
        raise KeyReused(str(key).partition(":")[2])
    outcome: Mapping[str, Any] = row["outcome"]
    return outcome


def _fingerprint(kind: str, body: Mapping[str, Any]) -> str:
    canonical = json.dumps([kind, body], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()
