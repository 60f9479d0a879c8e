"""report.collected: the end-of-period report is in; its day is kept, and what waits for a quarter's report ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from care.calendars import local_date
from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework

SETTLED = "report.settled"


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    today = local_date(work.as_of, work.zone)
    work.facts.record("closure.reported", True, None, work.as_of, "rule")
    # CMS judges the values of this day: what is measured later changes nothing (ACCESS IG 0.9.8, end of period).
    work.facts.record("report.end_on", today, None, work.as_of, "rule")
    work.raise_later(SETTLED, {})
    return f"The end-of-period report was collected on {today.isoformat()}"


OPERATION = Operation("report.collected", "Note that the end-of-period report is in.", frozenset(), _run)
