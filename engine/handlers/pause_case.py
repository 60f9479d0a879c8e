"""A person pauses a case: its timers stop."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import PauseCase
from engine.handlers.deliver_event import happen
from engine.handlers.handler import Handler, Result, case_of_command


def handle(work: Casework, command: PauseCase) -> Result:
    return Result(
        matched=happen(work, "case.paused", {"reason": command.reason} if command.reason else {}, work.now)
    )


HANDLER = Handler("pause_case", case_of_command, handle)
