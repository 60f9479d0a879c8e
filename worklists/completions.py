"""What the record says of a task that was done: its answers, the day and the reason, as they were sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.store.history import completions


@dataclass(frozen=True, slots=True)
class Completion:
    """The answers by field; ``occurred_on`` is None for what happened when it was recorded."""

    data: Mapping[str, Any]
    occurred_on: date | None
    late_reason: str | None


def completion(connection: Connection, case_id: str, task_id: str) -> Completion | None:
    """How a task of a case was completed, None when it was not. The history by its primary key."""
    found = completions(connection, [case_id], [task_id])
    if not found:
        return None
    detail = json.loads(found[0]["detail"])
    on = detail.get("occurred_on")
    return Completion(detail["data"], date.fromisoformat(on) if on else None, detail.get("late_reason"))
