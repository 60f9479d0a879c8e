"""case.follow_on: the patient's next period of care is asked for; it starts on its own day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import InvalidInput
from engine.operations.operation import Operation

if TYPE_CHECKING:
    from engine.casework import Casework


def _run(work: Casework, process_id: str, parameters: Mapping[str, Any]) -> str:
    case = work.case
    follow_on = work.rules.follow_on
    starts_on = follow_on.starts_on(case["track"], case["aligned_on"])
    if starts_on is None:
        tracks = ", ".join(follow_on.tracks)
        raise InvalidInput({"track": f"case.follow_on is for {tracks}: '{case['track']}' has no follow-on period"})
    payload = {
        "patient_id": case["patient_id"],
        "track": case["track"],
        "aligned_on": starts_on.isoformat(),
        "period": case["period"] + 1,
        "follows": case["id"],
        "assignee": case["assignee"],
    }
    work.enqueue("case.follow_on", payload)
    return f"Period {payload['period']} is to begin on {starts_on.isoformat()}"


OPERATION = Operation("case.follow_on", "Start the patient's next period of care.", frozenset(), _run)
