"""The engine as its callers see it: one door for commands, one for the clock, and what a case looks like."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from care.calendars import local_date
from engine import views
from engine.casework import MOST_INSTANTS, Casework
from engine.chain import canonical
from engine.clock import Clock
from engine.commands import WORKER, Actor, AnyCommand, CloseCase, FireTimers, Outcome, StartCase
from engine.errors import KeyReused, Refused, ThroughlineError
from engine.handlers import HANDLERS
from engine.handlers.deliver_event import deliver_raised
from engine.handlers.handler import Result
from engine.handlers.start_case import start
from engine.library import Library
from engine.observer import Observer
from engine.processes import ProcessFault
from engine.settings import Settings
from engine.storable import refuse_unstorable
from engine.store import commands as command_store
from engine.store import history as history_store
from engine.store.cases import due_cases, locked_case
from engine.store.database import Database

log = logging.getLogger("throughline.engine")

# What one case's diagram, table or facts can make go wrong. A database that is away is not among them: it stops all.
FAULTS_OF_A_CASE = (
    ThroughlineError,
    ProcessFault,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    DataError,
    IntegrityError,
)


@dataclass(frozen=True, slots=True)
class TickResult:
    """What a tick did: cases that had something due, commands that ran, cases whose diagram failed."""

    cases: int
    commands: int
    failed: tuple[str, ...]


class Engine:
    """Commands in, outcomes out; each command is one transaction on one case."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        library: Library | None = None,
        observer: Observer | None = None,
    ) -> None:
        self.db, self.clock, self.settings, self.observer = db, clock, settings, observer
        self.zone = settings.zone
        self.library = library or Library(settings.pathways_dir)

    # -- commands -----------------------------------------------------------------------------------------------------
    def execute(self, command: AnyCommand, *, actor: Actor, key: str | None = None) -> Outcome:
        """Carry out a command in one transaction. With ``key``, one seen before returns its first outcome.

        Raises the errors of `engine.errors`; then nothing has happened.
        """
        refuse_unstorable(command)
        try:
            return self._execute(command, actor, key)
        except (IntegrityError, Refused):
            # A twin with the same key may have been first while this one waited for the lock.
            first = None if key is None else self._seen(command, key)
            if first is None:
                raise
            return first

    def rehearse(self, command: AnyCommand, *, actor: Actor) -> Outcome:
        """What a command would do, done on the real database in a transaction that is rolled back: no row stays.

        Raises what `execute` would raise.
        """
        refuse_unstorable(command)
        with self.db.rolled_back() as connection:
            return self._carry_out(connection, command, actor, None)

    def carry_out(self, connection: Connection, command: AnyCommand, *, actor: Actor) -> Outcome:
        """What `execute` does, within a transaction of the caller's, who ends it."""
        return self._carry_out(connection, command, actor, None)

    def _execute(self, command: AnyCommand, actor: Actor, key: str | None) -> Outcome:
        with self.db.writing() as connection:
            if key is not None and (first := _first_outcome(connection, command, key)) is not None:
                return first
            return self._carry_out(connection, command, actor, key)

    def _carry_out(self, connection: Connection, command: AnyCommand, actor: Actor, key: str | None) -> Outcome:
        if isinstance(command, StartCase):
            work = start(
                connection,
                command,
                actor=actor,
                clock=self.clock,
                zone=self.zone,
                library=self.library,
                observer=self.observer,
            )
            result = Result()
        else:
            handler = HANDLERS[type(command)]
            case = locked_case(connection, handler.case_of(connection, command))
            now = self._now(connection, case)
            sender = self.settings.sender
            work = Casework(connection, case, actor, now, self.zone, self.library, self.observer, sender)
            if isinstance(command, FireTimers) and not work.is_due():
                return Outcome(case["id"], status=case["status"])  # another worker was first: nothing to write
            # A case whose diagram cannot go on can still be closed by hand.
            ran = 0 if isinstance(command, CloseCase) else work.catch_up(deliver_raised)
            if ran == MOST_INSTANTS and not isinstance(command, FireTimers):
                raise Refused(f"case '{case['id']}' is too far behind its clock; run 'throughline tick' first")
            result = handler.handle(work, command)
        return _finish(work, command, result, key)

    def _now(self, connection: Connection, case: Mapping[str, Any]) -> datetime:
        """The present, read after the case is locked and never before its last entry: hosts' clocks may differ."""
        last = history_store.last_instant(connection, case["id"], case["history_length"])
        now = self.clock.now()
        return now if last is None else max(now, last)

    def _seen(self, command: AnyCommand, key: str) -> Outcome | None:
        with self.db.reading() as connection:
            return _first_outcome(connection, command, key)

    # -- the clock ----------------------------------------------------------------------------------------------------
    def today(self) -> date:
        """The organisation's local day."""
        return local_date(self.clock.now(), self.zone)

    def tick(self) -> TickResult:
        """Run everything that is due now. Safe to run anywhere, any number at once: a case is locked while it runs."""
        seen: set[str] = set()
        failed: list[str] = []
        commands = 0
        while due := [case for case in self._due(len(failed)) if case not in failed]:
            for case_id in due:
                seen.add(case_id)
                try:
                    self.execute(FireTimers(case_id), actor=WORKER)
                    commands += 1
                except FAULTS_OF_A_CASE as error:
                    log.error("case %s could not go on: %s", case_id, error, exc_info=True)
                    failed.append(case_id)
        return TickResult(len(seen), commands, tuple(failed))

    def _due(self, besides: int) -> list[str]:
        with self.db.reading() as connection:
            return due_cases(connection, self.clock.now(), limit=100 + besides)

    # -- what is seen -------------------------------------------------------------------------------------------------
    def task_schema(self, connection: Connection, task: Mapping[str, Any]) -> dict[str, Any]:
        """The form of a task as JSON Schema 2020-12."""
        return views.task_schema(self, connection, task)

    def case_view(self, connection: Connection, case_id: str) -> views.CaseView:
        """A case with its day, its active elements and its open tasks; raises NotFound."""
        return views.case_view(self, connection, case_id)

    def diagram(self, connection: Connection, case_id: str) -> dict[str, Any]:
        """The BPMN in force for a case."""
        return views.diagram(self, connection, case_id)


def _finish(work: Casework, command: AnyCommand, result: Result, key: str | None) -> Outcome:
    """Deliver what the processes raised, write all rows and note the command."""
    deliver_raised(work)
    work.flush()
    before = 0 if isinstance(command, FireTimers) else work.caught_up
    outcome = Outcome(
        case_id=work.case["id"],
        task_id=result.task_id,
        matched=result.matched,
        tasks=tuple(row["id"] for row in work.opened[before:] if row["status"] == "open"),
        cancelled=tuple(work.cancelled),
        processes=tuple(work.begun),
        status=work.case["status"],
    )
    command_store.add_command(
        work.connection,
        {
            "key": key,
            "fingerprint": fingerprint(command),
            "kind": type(command).__name__,
            "case_id": work.case["id"],
            "actor": work.actor.id,
            "at": work.now,
            "outcome": asdict(outcome),
        },
    )
    return outcome


def _first_outcome(connection: Connection, command: AnyCommand, key: str) -> Outcome | None:
    row = command_store.command_with_key(connection, key)
    if row is None:
        return None
    if row["fingerprint"] != fingerprint(command):
        raise KeyReused(key.partition(":")[2] or key)
    kept: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in row["outcome"].items()}
    return replace(Outcome(**kept), replayed=True)


def fingerprint(command: object) -> str:
    """What was asked, as a hash: the same key with another is refused."""
    asked = {"kind": type(command).__name__, **asdict(command)}  # type: ignore[call-overload]
    return hashlib.sha256(canonical(asked).encode()).hexdigest()
