"""care_update.send: an update to the PCP goes to the outbox, to be delivered outside the transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    reason = str(parameters.get("reason") or "start")
    work.enqueue("care_update.send", {"reason": reason, "pcp": work.patient["pcp"]})
    return f"An update to {work.patient['pcp'] or 'the PCP'} is written and waits to be sent ({reason})"


OPERATION = Operation("care_update.send", "Send an update to the PCP.", frozenset({"reason"}), _run)
