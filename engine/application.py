"""The engine as its callers see it: one door for commands, one for the clock, and what a case looks like."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import fields, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from care.calendars import local_date
from engine import views
from engine.case_faults import FAULTS_OF_A_CASE
from engine.casework import MOST_INSTANTS, Casework
from engine.clock import Clock
from engine.commands import Actor, AnyCommand, CloseCase, FireTimers, Outcome, StartCase
from engine.errors import KeyReused, Refused
from engine.fingerprints import fingerprint
from engine.handlers import HANDLERS
from engine.handlers.deliver_event import deliver_raised
from engine.handlers.handler import Result
from engine.handlers.start_case import start
from engine.incidents.fault import FAULTS_OF_A_DIAGRAM, Doomed
from engine.incidents.going_on import go_on_parked
from engine.incidents.parking import park_doomed
from engine.library import Library
from engine.notices import add_notices
from engine.notifier import Notifier
from engine.observer import Observer
from engine.patience import Patience
from engine.settings import Settings
from engine.storable import refuse_unstorable
from engine.store import commands as command_store
from engine.store import history as history_store
from engine.store.cases import locked_case
from engine.store.database import Database
from engine.telemetry.commands import Observation, note_written, observed, unobserved
from engine.ticking import Tick, TickResult

__all__ = ["FAULTS_OF_A_CASE", "Engine", "ScratchEngine", "TickResult", "fingerprint"]

class Engine:
    """Commands in, outcomes out; each command is one transaction on one case."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        library: Library | None = None,
        observer: Observer | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.db, self.clock, self.settings, self.observer = db, clock, settings, observer
        self.patience = patience or Patience()
        self.zone = settings.zone
        self.library = library or Library(settings.pathways_dir)

    # -- commands -----------------------------------------------------------------------------------------------------
    def execute(self, command: AnyCommand, *, actor: Actor, key: str | None = None) -> Outcome:
        """Carry out a command in one transaction. With ``key``, one seen before returns its first outcome.

        Raises the errors of `engine.errors`; then nothing has happened.
        """
        with self.watch(command, actor) as seen:
            refuse_unstorable(command)
            try:
                return seen.returned(self.attempt(command, actor=actor, key=key))
            except FAULTS_OF_A_DIAGRAM as error:
                return seen.returned(self.go_on(command, actor, key, error))

    def watch(self, command: AnyCommand, actor: Actor) -> AbstractContextManager[Observation]:
        """Tell what comes of a command: as a line of the log, a measurement, a span."""
        return observed(command, actor)

    def go_on(self, command: AnyCommand, actor: Actor, key: str | None, error: Exception) -> Outcome:
        """What a command comes to that met ``error``: a process whose diagram fails is parked, and all else goes on."""
        return go_on_parked(self, command, actor, key, error)

    def attempt(
        self, command: AnyCommand, *, actor: Actor, key: str | None = None, doomed: Doomed | None = None
    ) -> Outcome:
        """Carry out a command in one transaction as `execute` does, but for what fails: that is raised as it is.

        ``doomed`` are processes that an attempt before has found to fail, and which are parked.
        """
        try:
            # With a key, a commit of which nobody knows is asked for again: it is found, or done now.
            again_is_safe = key is not None or isinstance(command, FireTimers)
            once = partial(self._execute, command, actor, key, doomed)
            return self.patience.outlast(once, again_is_safe=again_is_safe)
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
        return self.patience.outlast(lambda: self._rehearse(command, actor), again_is_safe=True)

    def _rehearse(self, command: AnyCommand, actor: Actor) -> Outcome:
        with self.db.rolled_back() as connection:
            return self._carry_out(connection, command, actor, None)

    def carry_out(
        self, connection: Connection, command: AnyCommand, *, actor: Actor, claimed: dict[str, Any] | None = None
    ) -> Outcome:
        """What `execute` does, within a transaction of the caller's, who ends it.

        ``claimed`` is the case of the command, where the caller has locked it.
        """
        return self._carry_out(connection, command, actor, None, claimed)

    def _execute(
        self, command: AnyCommand, actor: Actor, key: str | None, doomed: Doomed | None = None
    ) -> Outcome:
        with self.db.writing() as connection:
            if key is not None and (first := _first_outcome(connection, command, key)) is not None:
                return first
            return self._carry_out(connection, command, actor, key, doomed=doomed)

    def _carry_out(
        self,
        connection: Connection,
        command: AnyCommand,
        actor: Actor,
        key: str | None,
        claimed: dict[str, Any] | None = None,
        doomed: Doomed | None = None,
    ) -> Outcome:
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
            case = claimed or locked_case(connection, handler.case_of(connection, command))
            now = self._now(connection, case, case.pop("last_entry_at"))
            sender = self.settings.sender
            work = Casework(connection, case, actor, now, self.zone, self.library, self.observer, sender, key=key)
            work.expect(doomed or {})
            if isinstance(command, FireTimers) and not work.is_due():
                return Outcome(case["id"], status=case["status"])  # another worker was first: nothing to write
            # A case whose diagram cannot go on can still be closed by hand.
            ran = 0 if isinstance(command, CloseCase) else work.catch_up(deliver_raised)
            if ran == MOST_INSTANTS and not isinstance(command, FireTimers):
                raise Refused(f"case '{case['id']}' is too far behind its clock; run 'throughline tick' first")
            park_doomed(work)
            result = handler.handle(work, command)
        return _finish(work, command, result, key, self.settings.notifier)

    def _now(self, connection: Connection, case: Mapping[str, Any], last: datetime | None) -> datetime:
        """The present, read after the case is locked and never before its last entry: hosts' clocks may differ."""
        if last is None:  # PostgreSQL looked for it before it had waited for the lock
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
        return Tick(self).run()

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


class ScratchEngine(Engine):
    """On a database that is thrown away: a diagram that fails is told as it is, nothing is parked, nothing counted."""

    def watch(self, command: AnyCommand, actor: Actor) -> AbstractContextManager[Observation]:
        return unobserved()

    def go_on(self, command: AnyCommand, actor: Actor, key: str | None, error: Exception) -> Outcome:
        raise error


def _finish(
    work: Casework, command: AnyCommand, result: Result, key: str | None, notifier: Notifier
) -> Outcome:
    """Deliver what the processes raised, write all rows and note the command."""
    deliver_raised(work)
    add_notices(work, command, notifier)
    try:
        work.flush()
    except FAULTS_OF_A_DIAGRAM as error:
        if isinstance(command, FireTimers):  # nobody has entered anything: what cannot be kept, a diagram has made
            work.blame(error)
        raise
    opened, cancelled, begun = (0, 0, 0) if isinstance(command, FireTimers) else work.caught_up
    outcome = Outcome(
        case_id=work.case["id"],
        task_id=result.task_id,
        matched=result.matched,
        tasks=tuple(row["id"] for row in work.opened[opened:] if row["status"] == "open"),
        cancelled=tuple(work.cancelled[cancelled:]),
        processes=tuple(work.begun[begun:]),
        status=work.case["status"],
        parked=tuple(work.parked),
        kept=result.kept,
        unfinished=result.unfinished,
    )
    if result.kept is not None:
        key = None  # it has not been carried out: its key is free until it is
    command_id = command_store.add_command(
        work.connection,
        {
            "key": key,
            "fingerprint": fingerprint(command) if key is not None else "",
            "kind": type(command).__name__ if result.kept is None else "ParkProcess",
            "case_id": work.case["id"],
            "actor": work.actor.id,
            "at": work.now,
            "outcome": _as_answer(outcome) if key is not None else {},
        },
    )
    note_written(command_id, outcome)
    return outcome


def _first_outcome(connection: Connection, command: AnyCommand, key: str) -> Outcome | None:
    row = command_store.command_with_key(connection, key)
    if row is None:
        return None
    if row["fingerprint"] != fingerprint(command):
        raise KeyReused(key.partition(":")[2] or key)
    kept: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in row["outcome"].items()}
    return replace(Outcome(**{"case_id": row["case_id"], **kept}), replayed=True)


def _as_answer(outcome: Outcome) -> dict[str, Any]:
    """What the same key will be answered, without what stands in the row, or is so where nothing is said."""
    said = ((each.name, getattr(outcome, each.name), each.default) for each in fields(Outcome))
    return {name: value for name, value, default in said if name != "case_id" and value != default}

