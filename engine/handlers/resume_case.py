"""A person resumes a paused case."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import ResumeCase
from engine.handlers.deliver_event import happen
from engine.handlers.handler import Handler, Result, case_of_command


def handle(work: Casework, command: ResumeCase) -> Result:
    return Result(
        matched=happen(work, "case.resumed", {"reason": command.reason} if command.reason else {}, work.now)
    )


HANDLER = Handler("resume_case", case_of_command, handle)
