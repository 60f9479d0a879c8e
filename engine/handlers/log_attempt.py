"""An attempt to reach the patient: counted, and made known to the diagrams when nobody answered.

CMS accepts loss of contact after three or more attempts over 30 or more days (ACCESS IG 0.9.8, unalignment reasons);
the rule itself stands in the pathway, here attempts are counted since the patient was last reached.
"""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import LogAttempt
from engine.contact import attempt_was_unanswered, patient_was_reached
from engine.errors import InvalidInput
from engine.handlers.deliver_event import happen
from engine.handlers.handler import Handler, Result, case_of_task, open_task
from engine.store.tasks import add_attempt, change_open_task

CHANNELS = ("phone", "sms", "email", "portal", "letter", "visit")
ANSWERED = ("reached", "declined")
UNANSWERED = ("no_answer", "left_message", "wrong_number")
_WORDS = {
    "reached": "reached",
    "declined": "reached, declined to talk",
    "no_answer": "no answer",
    "left_message": "left a message",
    "wrong_number": "wrong number",
}


def handle(work: Casework, command: LogAttempt) -> Result:
    errors = {}
    if command.channel not in CHANNELS:
        errors["channel"] = f"choose one of {', '.join(CHANNELS)}"
    if command.outcome not in ANSWERED + UNANSWERED:
        errors["outcome"] = f"choose one of {', '.join(ANSWERED + UNANSWERED)}"
    if errors:
        raise InvalidInput(errors)
    row = open_task(work, command.task_id)
    number = row["attempts"] + 1
    add_attempt(
        work.connection,
        {
            "task_id": row["id"],
            "number": number,
            "case_id": work.case["id"],
            "at": work.now,
            "actor": work.actor.id,
            "channel": command.channel,
            "outcome": command.outcome,
            "note": command.note,
        },
    )
    change_open_task(work.connection, row["id"], {"attempts": number})
    work.note(
        "contact.attempted",
        f"Tried to reach the patient by {command.channel}: {_WORDS[command.outcome]}",
        task_id=row["id"],
        process_id=row["process_id"],
        element_id=row["element_id"],
        element_name=row["element_name"],
        version=row["version"],
        detail={
            "channel": command.channel,
            "outcome": command.outcome,
            "note": command.note,
            "number": number,
        },
    )
    if command.outcome in ANSWERED:
        patient_was_reached(work)
    else:
        attempt_was_unanswered(work)
        happen(work, "contact.unanswered", {}, work.now)
    return Result(task_id=row["id"])


HANDLER = Handler("log_attempt", case_of_task, handle)
