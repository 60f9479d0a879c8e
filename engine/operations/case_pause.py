"""case.pause: the timers of the case's other processes stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    work.pause(keep=process_id)
    return "The programme is paused"


OPERATION = Operation("case.pause", "Stop the timers of the case's other processes.", frozenset(), _run)
