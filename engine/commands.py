"""Everything that can happen to a case, as values; `engine.handlers` says what each does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user's email, or "system:worker", "import:fhir"; with the name that history shows."""

    id: str
    name: str


WORKER = Actor("system:worker", "the clock")
OPERATOR = Actor("system:cli", "the command line")


@dataclass(frozen=True, slots=True)
class Command:
    """Something that happens to one case."""

    case_id: str


@dataclass(frozen=True, slots=True)
class StartCase:
    """Enrol a patient in a track. ``aligned_on`` is the alignment day (day 0), today when absent.

    ``period`` 1 is the initial period, 2 and above are follow-on periods, of the case that it ``follows``.
    """

    patient_id: str
    track: str
    aligned_on: date | None = None
    assignee: str | None = None
    period: int = 1
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class CompleteTask:
    """Answer a task's form. ``occurred_on`` is the true local day when it was done before it is recorded."""

    task_id: str
    data: Mapping[str, Any]
    occurred_on: date | None = None
    late_reason: str | None = None


@dataclass(frozen=True, slots=True)
class DeliverEvent(Command):
    """Something happened to the patient: an event type of `engine.events` with its payload."""

    type: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FireTimers(Command):
    """Run the earliest due instant of a case's timers, as of that instant."""


@dataclass(frozen=True, slots=True)
class PauseCase(Command):
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ResumeCase(Command):
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawPatient(Command):
    """The patient leaves the programme: the event patient.withdrew, with the reason given."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CloseCase(Command):
    """End a case by hand with a final status: completed, unaligned, withdrawn, lost, deceased or switched."""

    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class AssignTask:
    """Give a task to a user (their email), or to nobody."""

    task_id: str
    assignee: str | None


@dataclass(frozen=True, slots=True)
class ClaimTask:
    """Take a task that nobody has taken; one that somebody has is refused, with who."""

    task_id: str


@dataclass(frozen=True, slots=True)
class SnoozeTask:
    """Take a task out of sight until a day, with the reason; it stays due when it was due."""

    task_id: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class LogAttempt:
    """An attempt to reach the patient: channel (phone, sms, ...) and outcome (reached, no_answer, ...)."""

    task_id: str
    channel: str
    outcome: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RecordDelivery(Command):
    """Outgoing work, a row of the outbox, has arrived (``evidence`` shows it) or was given up (``error`` says why)."""

    outgoing_id: int
    evidence: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True, slots=True)
class RetryOutgoing(Command):
    """Let outgoing work of the case that was given up be tried again, under the same key."""

    outgoing_id: int


@dataclass(frozen=True, slots=True)
class DropOutgoing(Command):
    """Let outgoing work of the case that was given up be, for a reason: nobody tries it again."""

    outgoing_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class MigrateProcess(Command):
    """Let a running process of the case go on in another version of its diagram, named by its hash.

    ``moves`` names the element that takes an old one's place, where the ids differ; ``batch`` is the batch of moves it
    belongs to. ``back`` is what the process was on that version (`engine.migration.moving.Before`): it is put back
    exactly so where nothing has happened to it since.
    """

    process_id: str
    to: str
    moves: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    batch: int | None = None
    back: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class RetryIncident(Command):
    """Let a parked process go on: with its timers as of their own instants and all that was kept for it, in order."""

    incident_id: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SkipIncident(Command):
    """Let a parked process go past the element that failed, which is treated as done without its effect.

    ``element`` is where it stood and ``failures`` how often it had failed when the director looked at it. ``to`` is the
    element that the flow to take leads to, where a gateway failed that has no default flow; ``at`` the instant at which
    a timer that failed fires: at once when absent, and one that repeats does not fire any more.
    """

    incident_id: str
    element: str | None
    failures: int
    reason: str
    to: str | None = None
    at: datetime | None = None


AnyCommand = (
    StartCase
    | CompleteTask
    | DeliverEvent
    | FireTimers
    | PauseCase
    | ResumeCase
    | WithdrawPatient
    | CloseCase
    | AssignTask
    | ClaimTask
    | SnoozeTask
    | LogAttempt
    | RecordDelivery
    | RetryOutgoing
    | DropOutgoing
    | MigrateProcess
    | RetryIncident
    | SkipIncident
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did.

    ``tasks`` are the ids of the tasks it opened, ``cancelled`` of those it ended, ``processes`` the ids of the
    processes it started; ``matched`` is false when an event found nothing that waits for it, and when an incident
    failed again. ``parked`` are the ids of the incidents it opened, ``kept`` is the one with which it waits to be
    carried out.
    """

    case_id: str
    task_id: str | None = None
    matched: bool = True
    tasks: tuple[str, ...] = ()
    cancelled: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    status: str = "active"
    parked: tuple[str, ...] = ()
    kept: str | None = None
    unfinished: bool = False  # a process that goes on has missed more than one transaction takes: retry it again
    replayed: bool = False  # the command was seen before: this is its first outcome
