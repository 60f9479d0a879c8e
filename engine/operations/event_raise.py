"""event.raise: make something known to the case's other processes, as an event of the engine's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import InvalidInput
from engine.events import INTERNAL
from engine.feel import shown
from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    type_ = parameters.get("type")
    if not isinstance(type_, str) or type_ not in INTERNAL:
        raise InvalidInput({"type": f"event.raise takes one of {', '.join(sorted(INTERNAL))}, not {shown(type_)}"})
    work.raise_later(type_, {"reason": parameters.get("reason")})
    return INTERNAL[type_]


OPERATION = Operation(
    "event.raise", "Start what waits for an event of the engine's own.", frozenset({"type", "reason"}), _run
)
