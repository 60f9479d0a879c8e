"""What time it is: passed in everywhere, so that a year can be walked in a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

from engine.errors import NaiveInstant


class Clock(Protocol):
    """Tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock: the only place that asks it."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def stopwatch() -> Callable[[], float]:
    """Tells the seconds that have passed since: for how long work takes, never for when something is."""
    begun = monotonic()
    return lambda: monotonic() - begun


@dataclass(slots=True)
class SetClock:
    """A clock that stands where it was set: for tests, and for walking a demo patient through a year."""

    instant: datetime

    def __post_init__(self) -> None:
        if self.instant.tzinfo is None:
            raise NaiveInstant(self.instant)

    def now(self) -> datetime:
        return self.instant.astimezone(UTC)
