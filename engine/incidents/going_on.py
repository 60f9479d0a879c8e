"""A command that met a diagram which fails is carried out again without that process: it is parked first.

The attempt that failed was rolled back whole. In one further transaction, if the case still is as it was, the process
is parked and the command does what it can do without it: the case's other processes go on, events are kept, an answer
is kept. A crash between the two leaves nothing but a case that fails at the next tick, and is parked then.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from engine.commands import Actor, AnyCommand, MigrateProcess, Outcome, StartCase
from engine.errors import ProcessParked
from engine.incidents.fault import FAULTS_OF_A_DIAGRAM, Fault, fault_in

if TYPE_CHECKING:
    from engine.application import Engine

log = logging.getLogger("throughline.engine")

MOST_PARKED = 10  # processes by one command


def go_on_parked(engine: Engine, command: AnyCommand, actor: Actor, key: str | None, error: Exception) -> Outcome:
    """What the command comes to once what fails is parked; raises ``error`` where it is no diagram's fault.

    Raises ProcessParked when what was asked is itself kept for later.
    """
    doomed: dict[str, Fault] = {}
    for _ in range(MOST_PARKED):
        fault = fault_in(error)
        if fault is None or _is_refused(command, fault) or fault.process_id in doomed:
            break
        same = {each.process_id: each for each in doomed.values() if each.seen == fault.seen}
        doomed = {**same, fault.process_id: fault}
        try:
            outcome = engine.attempt(command, actor=actor, key=key, doomed=doomed)
        except FAULTS_OF_A_DIAGRAM as again:
            error = again
            continue
        _tell(outcome, error)
        if outcome.kept is not None:
            raise ProcessParked(_title(engine, doomed, outcome), outcome.kept, is_kept=True)
        return outcome
    raise error


def _is_refused(command: AnyCommand, fault: Fault) -> bool:
    """Whether nothing is to be parked: a case that cannot begin is not begun, a move that fails is not made."""
    return isinstance(command, StartCase) or (isinstance(command, MigrateProcess) and not fault.catching_up)


def _tell(outcome: Outcome, error: Exception) -> None:
    """Into the log, without the error's words: they may tell what is known about the patient."""
    if outcome.parked:
        for incident in outcome.parked:
            log.error("parked", extra={"incident_id": incident, "case_id": outcome.case_id}, exc_info=error)


def _title(engine: Engine, doomed: dict[str, Fault], outcome: Outcome) -> str:
    with engine.db.reading() as connection:
        fault = next(each for each in doomed.values() if (outcome.kept or "").startswith(f"{each.process_id}-i"))
        return engine.library.definition(connection, fault.version).settings.title
