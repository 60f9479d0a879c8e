"""When everything has come to rest: no timer is due and nothing waits to be delivered, for a patient or for all."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.clock import Clock
from engine.store.database import Database
from engine.store.outbox import call_again
from engine.store.tables import cases, outbox, outbox_attempts

_LOOK = 0.04  # seconds between two looks
_LONGEST = 300.0  # until it is a fault that nothing comes to rest; a busy machine takes its time
_ALIVE = 1.0  # an attempt of a worker that lives takes no longer, mostly


@dataclass(frozen=True, slots=True)
class Unrest:
    """What keeps from rest: timers that are due, work that waits, and attempts that somebody has in hand."""

    due: tuple[str, ...] = ()
    waiting: tuple[int, ...] = ()
    in_hand: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.due or self.waiting or self.in_hand)


def unrest(connection: Connection, now: datetime, patient: str | None) -> Unrest:
    """What is not at rest in a patient's cases, or in any."""
    due = select(cases.c.id).where(cases.c.next_due <= now)
    latest = (outbox_attempts.c.outbox_id == outbox.c.id) & (outbox_attempts.c.number == outbox.c.attempts)
    work = select(outbox.c.id, outbox.c.attempts, outbox.c.next_attempt_at, outbox_attempts.c.ended_at)
    work = work.select_from(outbox.outerjoin(outbox_attempts, latest)).where(outbox.c.status == "waiting")
    if patient is not None:
        theirs = select(cases.c.id).where(cases.c.patient_id == patient)
        due, work = due.where(cases.c.patient_id == patient), work.where(outbox.c.case_id.in_(theirs))
    waiting, in_hand = [], []
    for row in connection.execute(work):
        if row.next_attempt_at is None or row.next_attempt_at <= now:
            waiting.append(row.id)
        elif row.attempts and row.ended_at is None:  # what waits for its day has none; what failed waits for its time
            in_hand.append((row.id, row.attempts))
    return Unrest(tuple(connection.execute(due.limit(20)).scalars()), tuple(waiting), tuple(in_hand))


@dataclass
class Rest:
    """Waits for rest, from outside: by the tables alone.

    Who takes work in hand has it alone for a minute of the clock. A sandbox's clock stands still, so the minute of one
    who was killed would never pass: it is ended here when that attempt has taken longer than one that lives would.
    """

    db: Database
    clock: Clock
    last: Unrest = field(default_factory=Unrest)
    ended: int = 0  # attempts of the dead
    looks: Counter[str] = field(default_factory=Counter)  # for what it was waited, in looks
    _since: dict[tuple[int, int], float] = field(default_factory=dict)
    _pause: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, patient: str | None = None) -> None:
        """Returns at rest; raises TimeoutError when there is none to be had."""
        end = time.monotonic() + _LONGEST
        while found := self.look(patient):
            self._end_the_dead(found)
            self.looks["timers" if found.due else "work" if found.waiting else "work in hand"] += 1
            if time.monotonic() > end:
                raise TimeoutError(f"no rest: {found}")
            self._pause.wait(_LOOK)

    def look(self, patient: str | None = None) -> Unrest:
        """What is not at rest now."""
        with self.db.reading() as connection:
            found = unrest(connection, self.clock.now(), patient)
        if patient is None:
            self.last = found
        return found

    def _end_the_dead(self, found: Unrest) -> None:
        now = time.monotonic()
        with self._lock:
            late = [each for each in found.in_hand if now - self._since.setdefault(each, now) > _ALIVE]
            for row, attempt in late:
                del self._since[row, attempt]
                self.ended += self._end(row, attempt)

    def _end(self, row: int, attempt: int) -> int:
        with self.db.writing() as connection:
            held = outbox.c.id == row, outbox.c.attempts == attempt, outbox.c.status == "waiting"
            ended = connection.execute(update(outbox).where(*held).values(next_attempt_at=None)).rowcount
            if ended:
                call_again(connection, row)
            return ended
