"""One line, one measurement and one span for every command: what it was, how it ended, how long it took."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.clock import stopwatch
from engine.errors import Busy, InvalidInput, NotFound, OutcomeUnknown, Refused
from engine.telemetry import tracing
from engine.telemetry.context import about
from engine.telemetry.happenings import CommandEnded, tell
from engine.telemetry.logs import COMMANDS

if TYPE_CHECKING:
    from engine.commands import Actor, AnyCommand, Outcome

log = logging.getLogger(COMMANDS)

# done; parked: a process whose diagram fails now stands still; replayed: its key had been seen; refused: the call was
# wrong or came at the wrong moment; busy: others were in the way, or the connection broke; idle: somebody else was
# first; failed: a fault of the program or of a pathway.
OUTCOMES = ("done", "parked", "replayed", "refused", "busy", "idle", "failed")
_LEVELS = {"failed": logging.ERROR, "busy": logging.WARNING, "parked": logging.WARNING, "idle": logging.DEBUG}


@dataclass(slots=True)
class Observation:
    """A command that is being carried out: what is known of it so far. Ids only."""

    kind: str
    actor: str
    case_id: str | None
    task_id: str | None
    outcome: str = "idle"
    command_id: int | None = None
    error: str | None = None
    is_told: bool = True
    is_held: bool = False  # until the transaction is committed that it shares with others: `tell_held`
    seconds: float = 0.0

    def returned(self, outcome: Outcome) -> Outcome:
        """The command came to an outcome."""
        self.case_id = outcome.case_id
        if outcome.replayed:
            self.outcome = "replayed"
        return outcome

    def failed(self, error: BaseException) -> None:
        """The command ended by an error."""
        self.outcome, self.error = outcome_of(error), type(error).__name__


_CURRENT: ContextVar[Observation | None] = ContextVar("throughline_command", default=None)


@contextmanager
def observed(command: AnyCommand, actor: Actor) -> Iterator[Observation]:
    """Watch a command being carried out; what it raises goes on."""
    case_id, task_id = getattr(command, "case_id", None), getattr(command, "task_id", None)
    with _observed(Observation(type(command).__name__, kind_of_actor(actor.id), case_id or None, task_id)) as seen:
        yield seen


@contextmanager
def observed_act(kind: str, actor: Actor) -> Iterator[Observation]:
    """Watch what is noted like a command and is about no case: a patient is added, for one."""
    with _observed(Observation(kind, kind_of_actor(actor.id), None, None, outcome="done")) as seen:
        yield seen


@contextmanager
def _observed(seen: Observation) -> Iterator[Observation]:
    token, elapsed = _CURRENT.set(seen), stopwatch()
    try:
        with tracing.span("command") as span, about(kind=seen.kind, case_id=seen.case_id, task_id=seen.task_id):
            try:
                yield seen
            except BaseException as error:
                seen.failed(error)
                raise
            finally:
                tracing.describe(span, _attributes(seen), failed=seen.outcome == "failed")
    finally:
        _CURRENT.reset(token)
        seen.seconds = elapsed()
        if seen.is_told and not seen.is_held:
            _tell(seen)


@contextmanager
def unobserved() -> Iterator[Observation]:
    """For commands on a database that is thrown away: nobody hears of them."""
    token = _CURRENT.set(None)
    try:
        yield Observation("", "", None, None, is_told=False)
    finally:
        _CURRENT.reset(token)


def tell_held(seen: Sequence[Observation], seconds: float) -> None:
    """Commands that shared a transaction are done; each took its part of the ``seconds`` of what they shared."""
    for each in seen:
        each.seconds += seconds / len(seen)
        if each.is_told:
            _tell(each)


def note_written(command_id: int, outcome: Outcome) -> None:
    """The command that is being carried out has its row, and is done when that is committed."""
    seen = _CURRENT.get()
    if seen is not None:
        seen.command_id, seen.case_id = command_id, outcome.case_id
        seen.outcome = "parked" if outcome.parked or outcome.kept else "done"


def outcome_of(error: BaseException) -> str:
    """Which of OUTCOMES an error stands for."""
    if isinstance(error, Busy | OutcomeUnknown):
        return "busy"
    return "refused" if isinstance(error, Refused | InvalidInput | NotFound) else "failed"


def kind_of_actor(actor: str) -> str:
    """`system:worker` and `import:fhir` as they are; of a person only that it was one: the command's row says who."""
    return actor if actor.startswith(("system:", "import:")) else "user"


def _tell(seen: Observation) -> None:
    tell(CommandEnded(seen.kind, seen.outcome, seen.seconds))
    fields = {
        "kind": seen.kind,
        "outcome": seen.outcome,
        "actor": seen.actor,
        "case_id": seen.case_id,
        "task_id": seen.task_id,
        "command_id": seen.command_id,
        "error": seen.error,
        "ms": round(seen.seconds * 1000, 1),
    }
    known = {name: value for name, value in fields.items() if value is not None}
    log.log(_LEVELS.get(seen.outcome, logging.INFO), "command", extra=known)


def _attributes(seen: Observation) -> dict[str, str | int | None]:
    return {
        "throughline.command.kind": seen.kind,
        "throughline.command.outcome": seen.outcome,
        "throughline.command.id": seen.command_id,
        "throughline.case.id": seen.case_id,
        "throughline.task.id": seen.task_id,
        "error.type": seen.error,
    }
