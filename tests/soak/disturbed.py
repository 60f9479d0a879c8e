"""The walk over a web process and workers that are killed at random, as fast as they come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine.clock import stopwatch
from engine.store.clocks import SandboxClock
from engine.store.database import Database
from tests.soak.calls import HttpCaller
from tests.soak.killer import Killer
from tests.soak.people import Person, Size, people
from tests.soak.place import Place, prepare
from tests.soak.processes import Processes
from tests.soak.reader import Reader
from tests.soak.rest import Rest
from tests.soak.walk import Walk

_DRIVERS = 6  # patients that something is done for at once


@dataclass
class Disturbed:
    """A world of processes."""

    caller: HttpCaller
    resting: Rest
    clock: SandboxClock
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_DRIVERS))

    def move_clock(self, instant: datetime) -> None:
        self.clock.set(instant)

    def rest(self, patient: str | None = None) -> None:
        self.resting.wait(patient)

    def each(self, work: Callable[[Person], None], whom: Iterable[Person]) -> None:
        for _ in self.pool.map(work, whom):  # raises what one of them has raised
            pass

    def doing(self, name: str) -> str:
        """What is under way in a process, as far as one sees from outside."""
        if name == "web":
            asked = sorted(self.caller.under_way.values())
            return f"answering {asked[0].partition(' ')[0]}" if asked else "idle"
        last = self.resting.last
        return "timers due" if last.due else "work to deliver" if last.waiting or last.in_hand else "idle"


@dataclass(frozen=True, slots=True)
class Disturbance:
    """How the walk is disturbed: the mean seconds between two kills, how many workers there are, and kills at most."""

    pause: float
    workers: int = 2
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """What happened on a disturbed walk."""

    walk: Walk
    seconds: float
    deaths: Counter[tuple[str, str]]
    again: Counter[str]
    reads: Counter[str]
    read_faults: list[str]
    attempts_ended: int
    errors: Counter[str]

    @property
    def kills(self) -> int:
        return self.deaths.total()


def walk_disturbed(
    place: Place,
    size: Size,
    how: Disturbance,
    progress: Callable[[Iterable[datetime]], Iterable[datetime]] = iter,
) -> Story:
    """Walk everybody, with a reader beside, until the last stand; then all processes are stopped as they should be."""
    prepare(place)
    db, seconds = Database(place.url), stopwatch()
    logs, whose = place.folder / "logs", [case for person in people(size) for case in person.cases]
    try:
        with Processes(place.env, logs, how.workers) as processes:
            clock = SandboxClock(db)
            world = Disturbed(HttpCaller(processes.port), Rest(db, clock), clock)
            walk = Walk(size, world)
            with (
                Reader(world.caller, processes.port, whose, size.seed) as reader,
                Killer(processes, how.pause, size.seed, world.doing, how.most) as killer,
            ):
                walk.run(progress)
            processes.stop()
    finally:
        db.dispose()
    return Story(
        walk=walk,
        seconds=seconds(),
        deaths=killer.deaths,
        again=world.caller.again,
        reads=reader.answers,
        read_faults=reader.faults,
        attempts_ended=world.resting.ended,
        errors=errors_in(logs),
    )


def errors_in(logs: Path) -> Counter[str]:
    """What the processes called an error in their logs, by its last line."""
    found: Counter[str] = Counter()
    for log in sorted(logs.glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        found.update(line[:300] for line in lines if " ERROR " in line or '"level": "error"' in line)
        found.update(line[:300] for line in lines if line.startswith(("Traceback", "sqlalchemy.", "psycopg.")))
    return found
