"""What the database says when Prometheus asks: what waits, how late it is, what stands still.

Asked for at each scrape and kept for a few seconds, so that many who ask cost no more than one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from engine.store import measured
from engine.store.cases import next_due
from engine.store.incidents import open_incidents

if TYPE_CHECKING:
    from engine.application import Engine

T = TypeVar("T")

KEPT = 5.0  # seconds; a scrape comes every 15 or so
KEPT_COUNTS = 60.0  # seconds: what grows with the patients is counted once a minute

# name, labels, help: docs/observability.md has the same.
GAUGES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("throughline_timers_late_seconds", (), "How long the earliest due timer has been waiting; 0 when none is."),
    ("throughline_work", ("operation", "status"), "Outgoing work that waits or was given up."),
    ("throughline_work_due", ("operation",), "Waiting outgoing work whose next attempt has come."),
    ("throughline_work_late_seconds", ("operation",), "How long the earliest of it has been due; 0 when none is."),
    ("throughline_work_oldest_seconds", ("operation", "status"), "The age of the oldest of it."),
    ("throughline_incidents_open", (), "Processes that stand still because their diagram failed."),
    ("throughline_checkpoint_age_seconds", (), "How old the newest checkpoint is; absent before the first."),
    ("throughline_tasks_open", (), "Tasks that wait for somebody."),
    ("throughline_cases", ("status", "track"), "Cases by status and track."),
    ("throughline_cases_active", (), "Cases that go on."),
    ("throughline_database_connections", ("state",), "Connections of this process: in use, and at rest."),
)


@dataclass(frozen=True, slots=True)
class _Pressing:
    """What is asked often: all of it stands in indexes of what is open."""

    now: datetime
    next_due: datetime | None
    work: list[measured.Queue]
    incidents: int
    checkpoint: datetime | None


@dataclass(frozen=True, slots=True)
class _Counts:
    tasks: int
    cases: list[tuple[str, str, int]]


@dataclass(slots=True)
class _Kept:
    """An answer of the database that serves for a while."""

    ask: Callable[[], Any]
    seconds: float
    elapsed: Callable[[], float]
    at: float | None = None
    answer: Any = None

    def get(self) -> Any:
        if self.at is None or self.elapsed() - self.at >= self.seconds:
            self.answer, self.at = self.ask(), self.elapsed()
        return self.answer


@dataclass(eq=False)  # a registry tells collectors apart by themselves
class Gauges(Collector):
    """The gauges of one engine's database."""

    engine: Engine
    elapsed: Callable[[], float] = monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._pressing = _Kept(self._ask_pressing, KEPT, self.elapsed)
        self._counts = _Kept(self._ask_counts, KEPT_COUNTS, self.elapsed)

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Asked when it is registered: without the database."""
        return [GaugeMetricFamily(name, told, labels=labels) for name, labels, told in GAUGES]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._lock:  # one asks, the others take what it found
            pressing, counts = self._pressing.get(), self._counts.get()
        samples = {**_of_pressing(pressing), **_of_counts(counts), **self._of_pool()}
        for name, labels, told in GAUGES:
            family = GaugeMetricFamily(name, told, labels=labels)
            for values, value in samples[name]:
                family.add_metric(values, value)
            yield family

    def _ask_pressing(self) -> _Pressing:
        now = self.engine.clock.now()
        with self.engine.db.reading() as connection:
            return _Pressing(
                now,
                next_due(connection),
                [*measured.waiting_work(connection, now), *measured.failed_work(connection)],
                open_incidents(connection),
                measured.last_checkpoint_at(connection),
            )

    def _ask_counts(self) -> _Counts:
        with self.engine.db.reading() as connection:
            return _Counts(measured.open_tasks(connection), measured.cases_by_status(connection))

    def _of_pool(self) -> dict[str, _Samples]:
        used, resting = self.engine.db.pool_in_use()
        return {"throughline_database_connections": [(("used",), used), (("resting",), resting)]}


_Samples = list[tuple[tuple[str, ...], float]]


def _of_pressing(found: _Pressing) -> dict[str, _Samples]:
    work = [((each.operation, each.status), each) for each in found.work]
    age = _age(found.checkpoint, found.now)
    return {
        "throughline_timers_late_seconds": [((), _age(found.next_due, found.now) or 0.0)],
        "throughline_work": [(labels, each.count) for labels, each in work],
        "throughline_work_due": [((each.operation,), each.due) for each in found.work if each.status == "waiting"],
        "throughline_work_late_seconds": [
            ((each.operation,), _age(each.due_since, found.now) or 0.0) for each in found.work if each.due_since
        ],
        "throughline_work_oldest_seconds": [(labels, _age(each.oldest, found.now) or 0.0) for labels, each in work],
        "throughline_incidents_open": [((), found.incidents)],
        "throughline_checkpoint_age_seconds": [] if age is None else [((), age)],
    }


def _of_counts(found: _Counts) -> dict[str, _Samples]:
    active = sum(count for status, _, count in found.cases if status == "active")
    return {
        "throughline_tasks_open": [((), found.tasks)],
        "throughline_cases": [((status, track), count) for status, track, count in sorted(found.cases)],
        "throughline_cases_active": [((), active)],
    }


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max(0.0, (now - since).total_seconds())
