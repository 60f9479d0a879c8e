"""The patient leaves: the diagram decides what that ends and what is still owed."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import WithdrawPatient
from engine.handlers.deliver_event import happen
from engine.handlers.handler import Handler, Result, case_of_command


def handle(work: Casework, command: WithdrawPatient) -> Result:
    payload = {"reason": command.reason} if command.reason else {}
    return Result(matched=happen(work, "patient.withdrew", payload, work.now))


HANDLER = Handler("withdraw_patient", case_of_command, handle)
