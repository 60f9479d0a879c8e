"""case.resume: paused processes go on; what repeats skips the pause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    work.resume()
    return "The programme goes on"


OPERATION = Operation("case.resume", "Let paused processes go on.", frozenset(), _run)
