"""case.conclude: the programme is over for this patient; everything else that runs is ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import InvalidInput
from engine.feel import shown
from engine.operations.operation import Operation
from engine.statuses import FINAL

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    status = parameters.get("status")
    if status not in FINAL:
        raise InvalidInput({"status": f"case.conclude takes one of {', '.join(FINAL)}, not {shown(status)}"})
    work.conclude(status, keep=process_id)
    return f"The case is concluded: {status}"


OPERATION = Operation(
    "case.conclude", "Set the case's final status and end its other processes.", frozenset({"status"}), _run
)
