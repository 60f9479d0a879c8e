"""Which process's diagram failed, at which element and as of when: attached to the error that tells of it.

The error goes its way as before; whoever catches it may ask `fault_in` and park the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from care.errors import CareError
from engine.case_faults import FAULTS_OF_A_CASE
from engine.dmn import DmnError
from engine.feel import FeelError

# What a diagram, its tables or the facts it reads can make go wrong. A database that is away is not among them.
FAULTS_OF_A_DIAGRAM = (CareError, DmnError, FeelError, *FAULTS_OF_A_CASE)
_ATTRIBUTE = "fault_of_a_diagram"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a process cannot go on. ``message`` is for people and says nothing about the patient.

    ``seen`` is how long the case's record was before the command: what is parked stands as it stood then. A fault
    while the case caught up with its timers (``catching_up``) is one of the instant ``as_of``, whoever asked for what.
    """

    case_id: str
    process_id: str
    definition: str
    version: str
    diagram: str | None
    element_id: str | None
    element_name: str | None
    code: str
    message: str
    as_of: datetime
    catching_up: bool
    seen: int


Doomed = Mapping[str, Fault]
"""The faults of processes, by their id, that an attempt at a command has met."""


def attach(error: BaseException, fault: Fault) -> None:
    """Let an error tell whose fault it is; the first to say so is right, being nearest to it."""
    if fault_in(error) is None:
        setattr(error, _ATTRIBUTE, fault)


def fault_in(error: BaseException) -> Fault | None:
    """What an error tells of a diagram; None where it is no diagram's fault."""
    found = getattr(error, _ATTRIBUTE, None)
    return found if isinstance(found, Fault) else None
