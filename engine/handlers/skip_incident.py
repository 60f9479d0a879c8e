"""A director lets a parked process go past the element that failed, with the reason."""

from __future__ import annotations

from engine.casework import Casework
from engine.commands import SkipIncident
from engine.handlers.handler import Handler, Result, case_of_command
from engine.incidents.settling import go_on, open_incident
from engine.incidents.skipping import skip_of


def handle(work: Casework, command: SkipIncident) -> Result:
    incident = open_incident(work, command.incident_id)
    loaded = work.process(incident["process_id"])
    skip = skip_of(loaded.definition, incident, command)
    return go_on(work, incident, command.reason.strip(), skip)


HANDLER = Handler("skip_incident", case_of_command, handle)
