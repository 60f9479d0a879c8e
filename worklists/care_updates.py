"""The updates to the PCP that a case has sent or will send: when, why, how each stands, what shows that it arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from care.care_update import OCCASIONS
from engine.store.outbox import outgoing_of_case

Tone = Literal["good", "late", "urgent"]
_CHANNELS = {"folder": "left in the outgoing folder", "fhir": "FHIR", "direct": "Direct message"}
_TONES: Mapping[str, Tone] = {"done": "good", "waiting": "late", "failed": "urgent"}


@dataclass(frozen=True, slots=True)
class SentUpdate:
    """One update. ``evidence`` is the channel's receipt, ``problem`` what the last attempt said."""

    id: int
    title: str
    created_at: datetime
    words: str
    tone: Tone
    arrived_at: datetime | None
    evidence: str | None
    problem: str | None
    has_content: bool


def sent_updates(connection: Connection, case_id: str) -> list[SentUpdate]:
    """The updates of a case, the newest first."""
    return [_sent(dict(row)) for row in reversed(outgoing_of_case(connection, case_id, "care_update.send"))]


def _sent(row: Mapping[str, Any]) -> SentUpdate:
    result = row["result"] or {}
    reason = str(row["payload"].get("reason"))
    return SentUpdate(
        id=row["id"],
        title=OCCASIONS.get(reason, reason),
        created_at=row["created_at"],
        words=_words(row, result),
        tone=_TONES[row["status"]],
        arrived_at=row["done_at"] if row["status"] == "done" else None,
        evidence=result.get("receipt") and f"receipt {result['receipt']}",
        problem=row["error"],
        has_content="document" in row["payload"],
    )


def _words(row: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    if row["status"] == "failed":
        return "not delivered"
    if row["status"] == "waiting":
        return "waits to be sent" if not row["attempts"] else f"tried {row['attempts']}×, to be tried again"
    channel = str(result.get("channel"))
    to = f" to {result['recipient']}" if result.get("recipient") else ""
    return f"delivered, {_CHANNELS.get(channel, channel)}{to}"
