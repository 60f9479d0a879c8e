"""Running what is due, the earliest first: cases are claimed, and their timers fired, a few in one transaction.

To commit costs as much as firing does, so several cases share one commit. Where anything goes wrong in it nothing of it
has happened, and its cases are taken one by one, each in a transaction of its own: so a fault of one is nobody else's.

On PostgreSQL a claim passes over cases that somebody else has locked, so that any number of workers drain what is due
without waiting for each other or for a slow command; on SQLite writers follow one another anyway.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from care.errors import CareError
from engine.case_faults import FAULTS_OF_A_CASE
from engine.clock import stopwatch
from engine.commands import WORKER, FireTimers
from engine.errors import Busy, OutcomeUnknown
from engine.store.cases import any_due, claimed_cases
from engine.store.failures import is_lost
from engine.telemetry.commands import Observation, tell_held

if TYPE_CHECKING:
    from engine.application import Engine

log = logging.getLogger("throughline.engine")

# Cases that share a commit: as many as are fired while a person who wants one of them, or on SQLite to write at all,
# does not notice the wait.
TOGETHER = 8
_LONG = 0.25  # seconds: a case that is far behind its clock may take many; those claimed beside it are let go again


@dataclass(frozen=True, slots=True)
class TickResult:
    """What a tick did: cases that had something due, commands that ran, cases whose diagram failed."""

    cases: int
    commands: int
    failed: tuple[str, ...]


@dataclass(slots=True)
class Tick:
    """One tick: what it has claimed so far, and which cases it leaves alone from now on."""

    engine: Engine
    seen: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)  # cases with a process that was parked: the rest of them goes on
    busy: list[str] = field(default_factory=list)  # somebody else holds what they need: the next tick's
    commands: int = 0
    claimed: str | None = None  # the case in hand
    refused: bool = False  # the database did not carry out a statement of the case before
    alone: int = 0  # how many cases are to be taken one by one, since something went wrong with several

    def run(self) -> TickResult:
        """Fire until nothing is due that can be claimed."""
        if self._is_due():
            while self._fire_one() if self.alone > 0 else self._fire_several():
                pass
        return TickResult(len(self.seen), self.commands, tuple(dict.fromkeys([*self.parked, *self.failed])))

    def _is_due(self) -> bool:
        """Asked before anything is claimed: an idle tick takes no lock and reads no case."""
        with self.engine.db.reading() as connection:
            return any_due(connection, self.engine.clock.now())

    def _fire_several(self) -> bool:
        """Fire the timers of some cases in one transaction; False when there is none to claim."""
        try:
            fired = self._claim_and_fire_several()
        except (CareError, *FAULTS_OF_A_CASE, DBAPIError, Busy, OutcomeUnknown) as error:
            # Each meets its own again, and there it is told, parked or tried again.
            log.debug("not together, so one by one", exc_info=error)
            self.alone = TOGETHER
            return True
        self.commands += fired
        return fired > 0

    def _claim_and_fire_several(self) -> int:
        now, engine, told, elapsed = self.engine.clock.now(), self.engine, [], stopwatch()
        with engine.db.writing() as connection:
            claimed = claimed_cases(connection, now, TOGETHER, besides=[*self.failed, *self.busy])
            for case in claimed:
                with engine.watch(FireTimers(case["id"]), WORKER) as seen:
                    seen.is_held = True  # nothing has happened yet
                    engine.carry_out(connection, FireTimers(case["id"]), actor=WORKER, claimed=case)
                told.append(seen)
                if elapsed() > _LONG:
                    break
            if not claimed:
                connection.rollback()
        self.seen.update(str(case["id"]) for case in claimed[: len(told)])
        tell_held(told, elapsed() - sum(each.seconds for each in told))
        return len(told)

    def _fire_one(self) -> bool:
        """Fire the timers of one case; False when there is none to claim."""
        self.claimed, self.alone = None, self.alone - 1
        with self.engine.watch(FireTimers(""), WORKER) as seen:
            try:
                return self._claim_one(seen)
            finally:
                seen.case_id, seen.is_told = self.claimed, seen.is_told and self.claimed is not None

    def _claim_one(self, seen: Observation) -> bool:
        try:
            self.engine.patience.outlast(self._claim_and_fire, again_is_safe=True)
        except Busy as error:
            if self.claimed is None:
                return False
            log.warning("left for the next tick: %s", error, extra={"case_id": self.claimed})
            seen.failed(error)
            self.busy.append(self.claimed)
        except OutcomeUnknown:
            raise  # it was asked for again, and the database stays away: that is no case's fault
        except (CareError, *FAULTS_OF_A_CASE) as error:
            self.refused = False
            if self.claimed is None:
                raise
            self._go_on(self.claimed, error, seen)
        except DBAPIError as error:
            self._set_aside(error, seen)
        else:
            self.refused = False
            self.commands += self.claimed is not None
        return self.claimed is not None

    def _set_aside(self, error: DBAPIError, seen: Observation) -> None:
        """Leave a case whose statement the database does not carry out; two in a row are no case's fault."""
        if self.claimed is None or self.refused or is_lost(error):
            raise error
        self.refused = True
        log.error("the database refuses a statement of it", extra={"case_id": self.claimed}, exc_info=error)
        self.failed.append(self.claimed)
        seen.failed(error)

    def _go_on(self, case_id: str, error: Exception, seen: Observation) -> None:
        """Park what fails in a case and let the rest of it go on; what is no diagram's fault is left where it is."""
        try:
            outcome = self.engine.go_on(FireTimers(case_id), WORKER, None, error)
        except (CareError, *FAULTS_OF_A_CASE) as fault:
            log.error("could not go on", extra={"case_id": case_id}, exc_info=fault)
            self.failed.append(case_id)
            seen.failed(fault)
            return
        self.commands += 1
        if outcome.parked:
            self.parked.append(case_id)

    def _claim_and_fire(self) -> None:
        now, engine = self.engine.clock.now(), self.engine
        with engine.db.writing() as connection:
            case = next(iter(claimed_cases(connection, now, 1, besides=[*self.failed, *self.busy])), None)
            self.claimed = None if case is None else str(case["id"])
            if case is None:
                connection.rollback()
                return
            self.seen.add(str(case["id"]))
            engine.carry_out(connection, FireTimers(case["id"]), actor=WORKER, claimed=case)
