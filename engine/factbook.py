"""The facts of one case during a command: read on demand, what the command records included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from care.calendars import local_date
from engine.shared_facts import SharedFacts
from engine.store import facts as store


class FactBook:
    """Latest values and series by name; `record` adds to both and to what will be written.

    What is about the person and not about the track (`engine.shared_facts`) is read from the patient's other cases
    too, unless ``is_alone`` says that there are none. ``as_of`` is the instant that diagrams run as of: what another
    case learnt after it is not known yet, so that a timer which fires late finds what it would have found in time.
    """

    def __init__(
        self,
        connection: Connection,
        case: dict[str, Any],
        now: datetime,
        zone: ZoneInfo,
        shared: SharedFacts,
        *,
        is_alone: bool = False,
    ) -> None:
        self._connection, self._case, self._now, self._zone = connection, case, now, zone
        self._shared = shared
        self._others: Sequence[str] | None = () if is_alone else None
        self._latest: dict[str, dict[str, Any] | None] = {}
        self._series: dict[str, list[dict[str, Any]]] = {}
        self._unread: dict[str, list[dict[str, Any]]] = {}  # recorded now; the earlier values nobody asked for yet
        self._beside: dict[str, list[dict[str, Any]]] = {}
        self._told: dict[str, Any] = {}
        self._shared_since: dict[str, datetime | None] = {}
        self.as_of = now
        self.written: list[dict[str, Any]] = []

    def value(self, name: str) -> Any:
        """The value that was true last, None when nothing is known."""
        if name in self._told:
            return self._told[name]
        if name not in self._latest:
            self._latest[name] = store.latest(self._connection, self._case["id"], name)
        own = self._latest[name]
        last = max([*self._seen_beside(name), *([] if own is None else [own])], key=store.when, default=None)
        return None if last is None else store.decoded(last)

    def series(self, name: str) -> list[dict[str, Any]]:
        """All values, oldest first, each with the local day it was true: {"on": date, "value": value}.

        Of a measure, those of this period: a laboratory value of two years ago is on record, and no baseline.
        """
        rows = self._all(name)
        return [{"on": local_date(row["effective_at"], self._zone), "value": store.decoded(row)} for row in rows]

    def readings(self, name: str) -> list[tuple[Any, date, str]]:
        """All values of a measure, oldest first: the value, the local day it was true, how it was learnt."""
        rows = self._all(name)
        return [(store.decoded(row), local_date(row["effective_at"], self._zone), row["source"]) for row in rows]

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
        (self._series if name in self._series else self._unread).setdefault(name, []).append(row)
        # What a command has just been told decides what it does next, though a later value may stand beside it.
        self._told[name] = store.decoded(row)
        self.written.append(row)

    def recall(self, name: str, value: Any) -> None:
        """Let a value that was recorded before be what the command has just been told."""
        kind, plain = store.encoded(value)
        self._told[name] = store.decoded({"type": kind, "value": plain})

    def _rows(self, name: str) -> list[dict[str, Any]]:
        """The case's own values, those of this command included."""
        if name not in self._series:
            kept = store.series(self._connection, self._case["id"], name)
            self._series[name] = kept + self._unread.pop(name, [])
        return self._series[name]

    def _all(self, name: str) -> list[dict[str, Any]]:
        """What a series holds: the own values and those of the patient's other cases, from when on they count."""
        since = self._since(name)
        own = [row for row in self._rows(name) if since is None or row["effective_at"] >= since]
        return sorted([*own, *self._seen_beside(name)], key=store.when)

    def _seen_beside(self, name: str) -> list[dict[str, Any]]:
        """The values in the patient's other cases, as far as they were known at ``as_of``."""
        if name not in self._beside:
            self._beside[name] = self._read_beside(name)
        return [row for row in self._beside[name] if row["recorded_at"] <= self.as_of]

    def _read_beside(self, name: str) -> list[dict[str, Any]]:
        since = self._since(name)
        if since is None:
            return []
        if self._others is None:
            self._others = store.other_cases(self._connection, self._case["patient_id"], self._case["id"])
        if not self._others:
            return []
        return [dict(row) for row in store.series_beside(self._connection, self._others, name, since)]

    def _since(self, name: str) -> datetime | None:
        """From when on the patient's other cases are read, None for what is not shared; asked several times a name."""
        if name not in self._shared_since:
            self._shared_since[name] = self._shared.since(name, self._case["aligned_on"], self._zone)
        return self._shared_since[name]
