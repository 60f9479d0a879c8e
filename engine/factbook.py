"""The facts of one case during a command: read on demand, what the command records included."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from care.calendars import local_date
from engine.store import facts as store


class FactBook:
    """Latest values and series by name; `record` adds to both and to what will be written."""

    def __init__(self, connection: Connection, case: dict[str, Any], now: datetime, zone: ZoneInfo) -> None:
        self._connection, self._case, self._now, self._zone = connection, case, now, zone
        self._series: dict[str, list[dict[str, Any]]] = {}
        self._values: dict[str, Any] = {}
        self.written: list[dict[str, Any]] = []

    def value(self, name: str) -> Any:
        """The value that was true last, None when nothing is known."""
        if name not in self._values:
            row = store.latest(self._connection, self._case["id"], name)
            self._values[name] = None if row is None else store.decoded(dict(row))
        return self._values[name]

    def series(self, name: str) -> list[dict[str, Any]]:
        """All values, oldest first, each with the local day it was true: {"on": date, "value": value}."""
        return [
            {"on": local_date(row["effective_at"], self._zone), "value": store.decoded(dict(row))}
            for row in self._rows(name)
        ]

    def record(self, name: str, value: Any, unit: str | None, effective_at: datetime, source: str) -> None:
        """Learn a value that was true at ``effective_at``."""
        self._case["fact_count"] += 1
        kind, plain = store.encoded(value)
        row = {
            "case_id": self._case["id"],
            "seq": self._case["fact_count"],
            "name": name,
            "type": kind,
            "value": plain,
            "unit": unit,
            "effective_at": effective_at,
            "recorded_at": self._now,
            "source": source,
            "command": self._case["command_count"],
        }
        rows = self._rows(name)
        rows.append(row)
        rows.sort(key=lambda each: (each["effective_at"], each["seq"]))
        # What a command has just been told decides what it does next, though a later value may stand beside it.
        self._values[name] = store.decoded(row)
        self.written.append(row)

    def _rows(self, name: str) -> list[dict[str, Any]]:
        if name not in self._series:
            self._series[name] = [dict(row) for row in store.series(self._connection, self._case["id"], name)]
        return self._series[name]


def summary_of(facts: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Recorded facts as the record shows them: name to value."""
    return {fact["name"]: fact["value"] for fact in facts}
