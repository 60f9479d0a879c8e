"""The hash chain of a case's history: each entry holds the hash of the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from engine.feel import Budget, kind_of, to_string

FIRST = "0" * 64  # what the first entry of a case follows

# Everything an entry says; its own hash covers all of it and the hash before.
HASHED = (
    "case_id",
    "seq",
    "at",
    "actor",
    "kind",
    "command",
    "task_id",
    "process_id",
    "element_id",
    "element_name",
    "version",
    "summary",
    "detail",
    "prev_hash",
)


def entry_hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over an entry's canonical JSON."""
    content = {name: entry[name] for name in HASHED}
    content["at"] = entry["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no blanks: the same content has one text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | frozenset | set):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    # A duration, a time or a range as FEEL writes it: P7D, 09:30:00, [1..3].
    return to_string(value, Budget()) if kind_of(value) != "unknown" else str(value)
