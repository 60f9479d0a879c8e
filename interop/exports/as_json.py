"""A case's record as one JSON document: complete, and with all that is needed to verify it without us."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from interop.exports.case_record import CaseRecord, Row

FORMAT = "throughline-case-record/1"
# Who the record is about, and no more: no phone, no address, nothing of the equity questions.
PATIENT = ("id", "name", "birth_date", "sex", "mbi", "language", "pcp", "conditions")
CASE = (
    "id",
    "patient_id",
    "track",
    "status",
    "version",
    "aligned_on",
    "period",
    "follows",
    "assignee",
    "started_at",
    "closed_at",
    "paused_at",
    "history_length",
    "history_head",
)
# Not the state: where tokens stand is ours, and stands in the history as `process.moved`.
PROCESS = ("id", "definition", "title", "version", "status", "paused", "event", "started_at", "ended_at")
VERSION = ("hash", "process_id", "number", "title", "note", "published_at", "published_by", "sources")


def as_json(record: CaseRecord) -> bytes:
    """The document, UTF-8; instants in UTC with microseconds, as they are hashed."""
    text = json.dumps(document(record), ensure_ascii=False, indent=1, default=_plain)
    return f"{text}\n".encode()


def document(record: CaseRecord) -> dict[str, Any]:
    """What the document says. An entry's ``detail`` is the text that was hashed."""
    return {
        "format": FORMAT,
        "exported_at": record.exported_at,
        "exported_by": record.exported_by,
        "case": _only(record.case, CASE),
        "patient": _only(record.patient, PATIENT),
        "people": record.names,
        "processes": [_only(row, PROCESS) for row in record.processes],
        "tasks": list(record.tasks),
        "attempts": list(record.attempts),
        "facts": list(record.facts),
        "history": list(record.history),
        "versions": [_only(row, VERSION) for row in record.versions],
        "checkpoint": record.proof,
    }


def _only(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
