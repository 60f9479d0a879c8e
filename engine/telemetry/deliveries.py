"""One line, one measurement and one span for every attempt at a piece of outgoing work."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from engine.clock import stopwatch
from engine.telemetry import tracing
from engine.telemetry.context import about
from engine.telemetry.happenings import DeliveryEnded, tell

log = logging.getLogger("throughline.outgoing")

# delivered; retried: tried again later; failed: given up, a dead letter; later: its time has not come;
# stuck: the effect is there, its case cannot note it yet; broken: the attempt itself met what nobody foresaw.
OUTCOMES = ("delivered", "retried", "failed", "later", "stuck", "broken")
_LEVELS = {"retried": logging.WARNING, "failed": logging.ERROR, "stuck": logging.ERROR, "broken": logging.ERROR}


@dataclass(slots=True)
class Attempt:
    """An attempt that is being made; whoever makes it says how it ended."""

    outcome: str = "broken"


@contextmanager
def tried(row: Mapping[str, Any]) -> Iterator[Attempt]:
    """Watch an attempt at a row of the outbox. What the other side said stands in that row, not in the log."""
    attempt, elapsed = Attempt(), stopwatch()
    fields = {"outgoing_id": row["id"], "operation": row["operation"]}
    if row["case_id"] is not None:
        fields["case_id"] = row["case_id"]
    try:
        with tracing.span("delivery", tracing.carried(row)) as span, about(**fields):
            try:
                yield attempt
            finally:
                named = {f"throughline.{name.replace('_', '.')}": value for name, value in fields.items()}
                told = {**named, "throughline.outcome": attempt.outcome}
                tracing.describe(span, told, failed=attempt.outcome in ("failed", "broken"))
    finally:
        seconds = elapsed()
        tell(DeliveryEnded(row["operation"], attempt.outcome, seconds))
        more = {"attempt": row["attempts"], "outcome": attempt.outcome, "ms": round(seconds * 1000, 1)}
        log.log(_LEVELS.get(attempt.outcome, logging.INFO), "delivery", extra={**fields, **more})
