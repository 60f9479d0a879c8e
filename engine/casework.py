"""One command on one case, from lock to flush: what it read, what it changed, and the entries that say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from care.access import AccessRules
from care.calendars import BusinessCalendar
from engine import tasklist
from engine.chain import FIRST, canonical, entry_hash
from engine.commands import WORKER, Actor
from engine.computed import computed_names
from engine.definitions import Definition
from engine.environment import CaseEnvironment
from engine.errors import CaseClosed
from engine.factbook import FactBook
from engine.library import Library
from engine.moves import detail_of, sentence_of
from engine.observer import Observer
from engine.processes import RunningProcess
from engine.scope import Scope, case_values
from engine.sender import Sender
from engine.shared_facts import shared_facts_in
from engine.statuses import RUNNING
from engine.store import cases as store
from engine.store import history as history_store
from engine.store import outbox as outbox_store
from engine.store.facts import add_facts
from engine.store.patients import patient as patient_row
from engine.years import access_rules_in

MOST_INSTANTS = 2_000  # of timers in one command: a case that asks for more is asking without end


@dataclass(slots=True)
class Loaded:
    """A process row with its running process, when it has been needed."""

    row: dict[str, Any]
    definition: Definition
    environment: CaseEnvironment
    running: RunningProcess | None = None


@dataclass(slots=True)
class Casework:
    """The unit of work that every handler gets. Time is ``now``; ``as_of`` is the instant that diagrams run as of."""

    connection: Connection
    case: dict[str, Any]
    actor: Actor
    now: datetime
    zone: ZoneInfo
    library: Library
    observer: Observer | None = None  # of the tokens' moves, where somebody watches
    sender: Sender = field(default_factory=Sender)  # whom updates to the PCP come from
    calendar: BusinessCalendar = field(default_factory=BusinessCalendar)
    opened: list[dict[str, Any]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    raised: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    because: str = "the pathway moved on"  # why open tasks end, in the record's words
    since: datetime | None = None  # what due dates count from while an event is delivered: when it happened
    looked_at: int = 0  # how many of the facts written were looked at for signals
    caught_up: int = 0  # how many of the opened tasks were due anyway, before the command itself
    as_of: datetime = field(init=False)
    facts: FactBook = field(init=False)
    patient: Mapping[str, Any] = field(init=False)
    _acting: Actor = field(init=False)
    _processes: list[Loaded] | None = field(init=False, default=None)
    _entries: list[dict[str, Any]] = field(init=False, default_factory=list)
    _outgoing: list[dict[str, Any]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.as_of, self._acting = self.now, self.actor
        self.case["command_count"] += 1
        shared = shared_facts_in(self.library.folder)
        self.facts = FactBook(self.connection, self.case, self.now, self.zone, shared)
        self.patient = dict(patient_row(self.connection, self.case["patient_id"]))

    @property
    def rules(self) -> AccessRules:
        """ACCESS's rules of the year in which the case's period began."""
        return access_rules_in(self.library.folder, self.case["aligned_on"])

    def refuse_closed(self) -> None:
        if self.case["closed_at"] is not None:
            raise CaseClosed(self.case["id"], self.case["status"])

    def scope(self) -> Scope:
        values = case_values(self.case, self.patient, self.as_of, self.zone)
        return Scope(values, self.facts.value, self.facts.series, computed_names(self))

    # -- processes ----------------------------------------------------------------------------------------------------
    def processes(self) -> list[Loaded]:
        """The running processes of the case, oldest first."""
        if self._processes is None:
            rows = [dict(row) for row in store.running_processes(self.connection, self.case["id"])]
            self._processes = [self._loaded(row) for row in sorted(rows, key=_number)]
        return [each for each in self._processes if each.row["status"] == "active"]

    def process(self, process_id: str) -> Loaded:
        return next(each for each in self.processes() if each.row["id"] == process_id)

    def running(self, loaded: Loaded) -> RunningProcess:
        if loaded.running is None:
            loaded.running = RunningProcess.load(loaded.definition, loaded.environment, loaded.row["state"])
            if loaded.row["paused"]:
                loaded.running.hold_timers()
        return loaded.running

    def begin(self, definition: Definition, message: str | None, event: Mapping[str, Any] | None) -> Loaded:
        """Start a process of the case, at its none start or by the message of ``event``."""
        self.processes()
        self.case["process_count"] += 1
        row = {
            "id": f"{self.case['id']}-p{self.case['process_count']}",
            "case_id": self.case["id"],
            "definition": definition.process_id,
            "version": definition.hash,
            "title": definition.settings.title,
            "status": "active",
            "paused": False,
            "event": None if event is None else dict(event),
            "state": "",
            "next_due": None,
            "started_at": self.now,
            "ended_at": None,
        }
        store.add_process(self.connection, row)
        loaded = self._loaded(row)
        assert self._processes is not None
        self._processes.append(loaded)
        self.begun.append(row["id"])
        self.note(
            "process.started",
            f"{row['title']} began",
            process_id=row["id"],
            version=definition.hash,
            detail={"definition": definition.process_id, "event": row["event"]},
        )
        loaded.running = RunningProcess.begin(definition, loaded.environment, message)
        self.settle(loaded)
        return loaded

    def settle(self, loaded: Loaded, answered: str | None = None) -> None:
        """After a process ran: open and end its tasks, note its end, keep its state and next due time."""
        row, running = loaded.row, self.running(loaded)
        if row["status"] == "active":
            self._note_moves(loaded)
            tasklist.reconcile(self, loaded, answered)
            if running.ended:
                row.update(status="completed", ended_at=self.now, next_due=None, state="")
                self.note(
                    "process.ended", f"{row['title']} ended", process_id=row["id"], version=row["version"]
                )
            else:
                row.update(state=running.save(), next_due=running.next_due())
        store.save_process(self.connection, row)

    def _note_moves(self, loaded: Loaded) -> None:
        """Write into the record where the process's tokens went since it was last written, and where they stand."""
        moves = loaded.environment.moves
        if moves:
            standing = self.running(loaded).active_elements()
            self.note(
                "process.moved",
                sentence_of(loaded.row["title"], standing),
                process_id=loaded.row["id"],
                version=loaded.row["version"],
                detail=detail_of(moves, standing, self.as_of),
            )
            moves.clear()

    def end_process(self, loaded: Loaded, why: str) -> None:
        """End a process from outside, with all its open tasks."""
        loaded.row.update(status="cancelled", ended_at=self.now, next_due=None, state="")
        if loaded.running is not None:
            loaded.running.cancel()
        tasklist.cancel_all(self, loaded, why)
        self.note(
            "process.ended",
            f"{loaded.row['title']} was ended: {why}",
            process_id=loaded.row["id"],
            version=loaded.row["version"],
        )
        store.save_process(self.connection, loaded.row)

    def catch_up(self, deliver_raised: Callable[[Casework], None]) -> int:
        """Fire the timers that are due, each as of its own instant and in order; returns how many instants ran.

        Run before anything else happens to a case, so that how often somebody ticks changes nothing; what the
        diagrams raise at an instant is delivered before the next one.
        """
        if not self.is_due():
            return 0
        self._acting = WORKER
        ran = 0
        while (due := self._next_due()) is not None and due <= self.now and ran < MOST_INSTANTS:
            self.as_of = self.facts.as_of = due
            ran += 1
            self.because = "its time was over"
            for loaded in self.processes():
                if loaded.row["next_due"] is not None and loaded.row["next_due"] <= due:
                    self.running(loaded).run_timers()
                    self.settle(loaded)
            deliver_raised(self)
        self.as_of = self.facts.as_of = self.now
        self._acting = self.actor
        self.because = "the pathway moved on"
        self.caught_up = len(self.opened)
        return ran

    def is_due(self) -> bool:
        """Whether a timer of the case is due by now."""
        return self.case["next_due"] is not None and bool(self.case["next_due"] <= self.now)

    def _next_due(self) -> datetime | None:
        return min((p.row["next_due"] for p in self.processes() if p.row["next_due"]), default=None)

    def _loaded(self, row: dict[str, Any]) -> Loaded:
        definition = self.library.definition(self.connection, row["version"])
        return Loaded(row, definition, CaseEnvironment(self, definition, row["id"], row["event"], self.observer))

    # -- what operations do -------------------------------------------------------------------------------------------
    def conclude(self, status: str, keep: str | None, reason: str | None = None) -> None:
        """Set the final status and end every process but ``keep``, which goes on even if the case was paused.

        A safety review that is open stays open: whoever leaves the programme is looked after first. Of the dead nothing
        is asked any more, and a person who closes a case by hand (``keep`` is None) ends everything.
        """
        self.case["status"] = status
        self.case["paused_at"] = None
        looks_after = keep is not None and status != "deceased"
        for loaded in self.processes():
            if looks_after and loaded.row["id"] != keep and tasklist.asks_for_safety(self, loaded):
                if loaded.row["paused"]:
                    self._release(loaded)
            elif loaded.row["id"] != keep:
                self.end_process(loaded, f"the case is concluded ({status})")
            elif loaded.row["paused"]:
                self._unpause(loaded)  # it is running at this moment: its state is kept when it has settled
        told = {"status": status} if reason is None else {"status": status, "reason": reason}
        self.note("case.concluded", ": ".join(("Concluded", *told.values())), detail=told)

    def pause(self, keep: str | None) -> None:
        """Let time stop for all processes but ``keep``; the days of ACCESS's clockwork pass all the same."""
        if self.case["paused_at"] is not None or self.case["status"] != "active":
            return
        self.case.update(status="paused", paused_at=self.now)
        for loaded in self.processes():
            if loaded.row["id"] != keep:
                loaded.row["paused"] = True
                running = self.running(loaded)
                running.hold_timers()
                loaded.row["next_due"] = running.next_due()
                store.save_process(self.connection, loaded.row)
        self.note("case.paused", "Paused: timers stop until the case is resumed, but for the days that ACCESS sets")

    def resume(self) -> None:
        """Let time pass again."""
        if self.case["paused_at"] is None:
            return
        self.case.update(status="active", paused_at=None)
        for loaded in self.processes():
            if loaded.row["paused"]:
                self._release(loaded)
        self.note("case.resumed", "Resumed")

    def _release(self, loaded: Loaded) -> None:
        """Let time pass for a process again: what came due in the pause, and does not repeat, is due now."""
        running = self._unpause(loaded)
        due = running.next_due()
        loaded.row.update(state=running.save(), next_due=None if due is None else max(due, self.as_of))
        store.save_process(self.connection, loaded.row)

    def _unpause(self, loaded: Loaded) -> RunningProcess:
        """Let time pass for a process again; what repeats skips what it has missed."""
        running = self.running(loaded)
        loaded.row["paused"] = False
        running.release_timers()
        running.skip_cycles(self.as_of)
        return running

    def enqueue(self, operation: str, payload: Mapping[str, Any]) -> None:
        """Work for outside the transaction."""
        self._outgoing.append(
            {
                "case_id": self.case["id"],
                "operation": operation,
                "payload": dict(payload),
                "status": "waiting",
                "created_at": self.now,
            }
        )

    def raise_later(self, type_: str, payload: Mapping[str, Any]) -> None:
        """An event of the engine's own, delivered when the process at hand has come to rest."""
        self.raised.append((type_, dict(payload)))

    # -- the record ---------------------------------------------------------------------------------------------------
    @property
    def acting(self) -> Actor:
        """Who does what is being done: the clock while timers fire, else the command's actor."""
        return self._acting

    def note(
        self,
        kind: str,
        summary: str,
        *,
        task_id: str | None = None,
        process_id: str | None = None,
        element_id: str | None = None,
        element_name: str | None = None,
        version: str | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Append an entry to the case's history."""
        case = self.case
        case["history_length"] += 1
        entry = {
            "case_id": case["id"],
            "seq": case["history_length"],
            "at": self.now,
            "actor": self._acting.id,
            "kind": kind,
            "command": case["command_count"],
            "task_id": task_id,
            "process_id": process_id,
            "element_id": element_id,
            "element_name": element_name,
            "version": version or case["version"],
            "summary": summary,
            "detail": canonical(dict(detail or {})),
            "prev_hash": case["history_head"] or FIRST,
        }
        entry["hash"] = case["history_head"] = entry_hash(entry)
        self._entries.append(entry)

    def flush(self) -> None:
        """Write everything that is still in memory; the transaction's commit makes it all true at once."""
        due = self._next_due()
        if self.case["closed_at"] is None and not self.processes():
            if self.case["status"] in RUNNING:
                self.case["status"] = "completed"
            self.case["closed_at"] = self.now
            self.note("case.closed", f"Closed: {self.case['status']}", detail={"status": self.case["status"]})
        self.case["next_due"] = due
        tasklist.write(self)
        add_facts(self.connection, self.facts.written)
        outbox_store.add_outgoing(self.connection, self._outgoing)
        history_store.append(self.connection, self._entries)
        store.save_case(self.connection, self.case)


def _number(process: Mapping[str, Any]) -> int:
    """A process's number in its case: the order in which processes began, also of two that began at one instant."""
    return int(str(process["id"]).rpartition("-p")[2])
