"""A person ends a case by hand, with its final status and the reason."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import CloseCase
from engine.errors import InvalidInput
from engine.handlers.handler import Handler, Result, case_of_command
from engine.statuses import FINAL


def handle(work: Casework, command: CloseCase) -> Result:
    work.refuse_closed()
    errors = {}
    if command.status not in FINAL:
        errors["status"] = f"choose one of {', '.join(FINAL)}"
    if not command.reason.strip():
        errors["reason"] = "say why the case is closed by hand"
    if errors:
        raise InvalidInput(errors)
    work.conclude(command.status, keep=None, reason=command.reason)
    return Result()


HANDLER = Handler("close_case", case_of_command, handle)
