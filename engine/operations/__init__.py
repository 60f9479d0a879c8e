"""What a service task can do: a registry, one operation a file."""

from __future__ import annotations

from engine.operations import (
    care_update_send,
    case_conclude,
    case_follow_on,
    case_pause,
    case_resume,
    deadline_missed,
    event_raise,
    fact_record,
    report_collected,
)
from engine.operations.operation import Operation

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        care_update_send.OPERATION,
        case_conclude.OPERATION,
        case_follow_on.OPERATION,
        case_pause.OPERATION,
        case_resume.OPERATION,
        deadline_missed.OPERATION,
        event_raise.OPERATION,
        fact_record.OPERATION,
        report_collected.OPERATION,
    )
}
