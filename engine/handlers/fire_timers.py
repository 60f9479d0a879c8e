"""Timers of a case are due: catching up, which every command begins with, is all there is to do."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import FireTimers
from engine.handlers.handler import Handler, Result, case_of_command


def handle(work: Casework, command: FireTimers) -> Result:
    return Result()


HANDLER = Handler("fire_timers", case_of_command, handle)
