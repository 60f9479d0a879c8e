"""A director lets a parked process go on, as its diagram is now."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import RetryIncident
from engine.handlers.handler import Handler, Result, case_of_command
from engine.incidents.settling import go_on, open_incident


def handle(work: Casework, command: RetryIncident) -> Result:
    return go_on(work, open_incident(work, command.incident_id), command.reason)


HANDLER = Handler("retry_incident", case_of_command, handle)
