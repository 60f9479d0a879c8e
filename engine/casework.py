"""One command on one case, from lock to flush: what it read, what it changed, and the entries that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
from engine.incidents import parking
from engine.incidents.fault import FAULTS_OF_A_DIAGRAM, Doomed, Fault, attach
from engine.incidents.kept import kept_moment
from engine.incidents.place import Place
from engine.incidents.words import code_of, words_of
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
from engine.store.patients import patient_in_care
from engine.telemetry.tracing import left_behind
from engine.years import access_rules_in

MOST_INSTANTS = 2_000  # of timers in one command: a case that asks for more is asking without end


@dataclass(slots=True)
class Loaded:
    """A process row with its running process, when it has been needed."""

    row: dict[str, Any]
    definition: Definition
    environment: CaseEnvironment
    running: RunningProcess | None = None

    @property
    def is_parked(self) -> bool:
        """Whether its diagram has failed and nobody has settled that yet."""
        return self.row["parked_at"] is not None


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
    caught_up: tuple[int, int, int] = (0, 0, 0)  # tasks opened, tasks cancelled, processes begun before the command
    key: str | None = None  # under which the command was asked
    doomed: Doomed = field(default_factory=dict)  # processes that a first attempt has found to fail
    parked: list[str] = field(default_factory=list)  # the incidents that the command has opened
    last: Loaded | None = None  # the process that ran last
    seen: int = field(init=False)  # how long the record was before the command
    as_of: datetime = field(init=False)
    stands_at: datetime = field(init=False)  # as ``as_of``, but for what a diagram asks as of another instant
    facts: FactBook = field(init=False)
    patient: Mapping[str, Any] = field(init=False)
    _acting: Actor = field(init=False)
    _catching_up: bool = field(init=False, default=False)
    _raiser: Loaded | None = field(init=False, default=None)
    _was_due: datetime | None = field(init=False, default=None)
    _processes: list[Loaded] | None = field(init=False, default=None)
    _entries: list[dict[str, Any]] = field(init=False, default_factory=list)
    _outgoing: list[dict[str, Any]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.as_of, self.stands_at, self._acting = self.now, self.now, self.actor
        self.seen, self._was_due = self.case["history_length"], self.case["next_due"]
        self.case["command_count"] += 1
        self.patient = patient_in_care(self.connection, self.case["patient_id"])
        shared = shared_facts_in(self.library.folder)
        is_alone = self.patient["case_count"] == 1
        self.facts = FactBook(self.connection, self.case, self.now, self.zone, shared, is_alone=is_alone)

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
            rows = store.running_processes(self.connection, self.case["id"])
            self._processes = [self._loaded(row) for row in sorted(rows, key=_number)]
        return [each for each in self._processes if each.row["status"] == "active"]

    def process(self, process_id: str) -> Loaded:
        return next(each for each in self.processes() if each.row["id"] == process_id)

    def running(self, loaded: Loaded) -> RunningProcess:
        if loaded.running is None:
            event = loaded.row["event"]
            message = None if event is None else event["type"]
            with self.at_work(loaded):
                loaded.running = RunningProcess.load(
                    loaded.definition, loaded.environment, loaded.row["state"], message
                )
            if loaded.row["paused"]:
                loaded.running.hold_timers()
        return loaded.running

    @contextmanager
    def at_work(self, loaded: Loaded) -> Iterator[None]:
        """What fails inside is the fault of this process's diagram: the error tells so (`engine.incidents.fault`)."""
        self.last, loaded.environment.here = loaded, None
        try:
            yield
        except FAULTS_OF_A_DIAGRAM as error:
            attach(error, self.fault(loaded, error))
            raise

    def expect(self, doomed: Doomed) -> None:
        """Know what an attempt before has found to fail, unless somebody was at the case since."""
        self.doomed = {name: fault for name, fault in doomed.items() if fault.seen == self.seen}

    def blame(self, error: BaseException) -> None:
        """Take what was due for what cannot be written, and the process that ran last for the one that made it."""
        if self.last is not None and self._was_due is not None:
            self.last.environment.here = None
            fault = replace(self.fault(self.last, error), as_of=self._was_due, catching_up=True)
            attach(error, fault)

    def fault(self, loaded: Loaded, error: BaseException) -> Fault:
        """What an error tells of a process."""
        row, here = loaded.row, loaded.environment.here
        return Fault(
            case_id=self.case["id"],
            process_id=row["id"],
            definition=row["definition"],
            version=row["version"],
            diagram=None if here is None else here.diagram,
            element_id=None if here is None else here.element,
            element_name=None if here is None else here.name,
            code=code_of(error),
            message=words_of(error),
            as_of=self.as_of,
            catching_up=self._catching_up,
            seen=self.seen,
        )

    def first_to_raise(self) -> Loaded | None:
        """The process that raised last; of several that this command has begun of its diagram, the first."""
        if self._raiser is None:
            return None
        alike = [each for each in self._processes or [] if each.row["definition"] == self._raiser.row["definition"]]
        return next((each for each in alike if each.row["id"] in self.begun), self._raiser)

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
            "parked_at": None,
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
        with self.at_work(loaded):
            loaded.running = RunningProcess.before(definition, loaded.environment, message)
            if (fault := self.doomed.get(row["id"])) is not None:
                row["state"] = loaded.running.save()
                parking.park(self, loaded, fault, [kept_moment("begin", self.as_of)])
                return loaded
            loaded.running.run_timers()
        self.settle(loaded)
        return loaded

    def settle(self, loaded: Loaded, answered: str | None = None) -> None:
        """After a process ran: open and end its tasks, note its end, keep its state and next due time."""
        row, running = loaded.row, self.running(loaded)
        with self.at_work(loaded):
            if row["status"] == "active":
                self._go_past_tasks(loaded)
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

    def _go_past_tasks(self, loaded: Loaded) -> None:
        """A user task that a director lets the process go past is done before it opens."""
        running, past = self.running(loaded), loaded.environment.past
        while any(not skip.used for skip in loaded.environment.skips):
            known = {row["token"] for row in tasklist.open_rows(self, loaded)}
            fresh = [task for task in running.user_tasks() if task.token not in known]
            found = next((t for t in fresh if past(Place(t.process, t.element_id, t.element_name))), None)
            if found is None:
                return
            running.complete(found.token)

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
        if loaded.is_parked:
            parking.end_with(self, loaded, why)
        store.save_process(self.connection, loaded.row)

    def catch_up(self, deliver_raised: Callable[[Casework], None]) -> int:
        """Fire the timers that are due, each as of its own instant and in order; returns how many instants ran.

        Run before anything else happens to a case, so that how often somebody ticks changes nothing; what the
        diagrams raise at an instant is delivered before the next one.
        """
        if not self.is_due():
            return 0
        ran = self.run_until(self.now, deliver_raised)
        self.stand_at(self.now)
        self.caught_up = (len(self.opened), len(self.cancelled), len(self.begun))
        return ran

    def run_until(self, instant: datetime, deliver_raised: Callable[[Casework], None]) -> int:
        """Fire what is due until an instant, each timer as of its own; returns how many instants ran."""
        ran, self._acting, self._catching_up = 0, WORKER, True
        while (due := self._next_due()) is not None and due <= instant and ran < MOST_INSTANTS:
            self.stand_at(due)
            if parking.park_doomed(self, due):
                continue
            ran += 1
            self.because = "its time was over"
            for loaded in self.processes():
                if loaded.row["next_due"] is not None and loaded.row["next_due"] <= due:
                    running = self.running(loaded)
                    with self.at_work(loaded):
                        running.run_timers()
                    self.settle(loaded)
            deliver_raised(self)
        self._acting, self._catching_up = self.actor, False
        self.because = "the pathway moved on"
        return ran

    def stand_at(self, instant: datetime) -> None:
        """Let the diagrams run as of an instant."""
        self.as_of = self.stands_at = self.facts.as_of = instant

    @contextmanager
    def acting_as(self, actor: Actor) -> Iterator[None]:
        """What is done inside is done by somebody else than who gave the command."""
        kept, self._acting = self._acting, actor
        try:
            yield
        finally:
            self._acting = kept

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
                if loaded.is_parked:
                    parking.keep_moment(self, loaded, "resumed")
                elif loaded.row["paused"]:
                    self.release(loaded)
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
            if loaded.is_parked:
                parking.keep_moment(self, loaded, "paused")
            elif loaded.row["id"] != keep:
                self.hold(loaded)
        self.note("case.paused", "Paused: timers stop until the case is resumed, but for the days that ACCESS sets")

    def resume(self) -> None:
        """Let time pass again."""
        if self.case["paused_at"] is None:
            return
        self.case.update(status="active", paused_at=None)
        for loaded in self.processes():
            if loaded.is_parked:
                parking.keep_moment(self, loaded, "resumed")
            elif loaded.row["paused"]:
                self.release(loaded)
        self.note("case.resumed", "Resumed")

    def hold(self, loaded: Loaded) -> None:
        """Let time stop for a process."""
        loaded.row["paused"] = True
        running = self.running(loaded)
        running.hold_timers()
        loaded.row["next_due"] = running.next_due()
        store.save_process(self.connection, loaded.row)

    def release(self, loaded: Loaded) -> None:
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
                "payload": {**payload, **left_behind()},
                "status": "waiting",
                "created_at": self.now,
            }
        )

    def raise_later(self, type_: str, payload: Mapping[str, Any]) -> None:
        """An event of the engine's own, delivered when the process at hand has come to rest."""
        self.raised.append((type_, dict(payload)))
        self._raiser = self.last

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
