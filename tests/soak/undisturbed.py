"""The walk in one process that nobody disturbs: the same calls, timers and deliveries, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from engine.application import Engine
from engine.clock import stopwatch
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.outgoing import Channels
from engine.proof.checkpoints import write_daily
from engine.store.clocks import SandboxClock
from engine.store.database import Database
from interop.care_update_channels import channels_of
from tests.soak.calls import AppCaller
from tests.soak.comparison import Outcome, outcome_of
from tests.soak.people import Person, Size
from tests.soak.place import Place, prepare
from tests.soak.shown import shown
from tests.soak.walk import Walk
from webui.app import create_app


@dataclass
class Undisturbed:
    """A world of one process."""

    engine: Engine
    channels: Channels = field(init=False)
    caller: AppCaller = field(init=False)

    def __post_init__(self) -> None:
        self.channels = channels_of(self.engine.settings)
        self.caller = AppCaller(create_app(self.engine))

    def move_clock(self, instant: datetime) -> None:
        write_daily(self.engine.db, self.engine.settings, self.engine.clock.now())
        SandboxClock(self.engine.db).set(instant)

    def rest(self, patient: str | None = None) -> None:
        while True:
            ticked = self.engine.tick()
            assert ticked.failed == (), ticked
            if not (self._delivered() or ticked.commands):
                return

    def _delivered(self) -> bool:
        done = deliver_outgoing(self.engine, self.channels, self.engine.clock.now())
        assert done.stuck == [], done
        return bool(done.delivered or done.failed)

    def each(self, work: Callable[[Person], None], whom: Iterable[Person]) -> None:
        for person in whom:
            work(person)


def walk_undisturbed(
    place: Place, size: Size, progress: Callable[[Iterable[datetime]], Iterable[datetime]] = iter
) -> Walk:
    """Walk everybody in a sandbox of their own."""
    prepare(place)
    db = Database(place.url, synchronous="OFF")
    try:
        walk = Walk(size, Undisturbed(place.engine(db)))
        walk.run(progress)
    finally:
        db.dispose()
    return walk


def year_undisturbed(folder: Path, size: Size) -> tuple[Outcome, int, float]:
    """What is left of the whole walk on a database of its own, how many commands it was, and the seconds it took."""
    place, seconds = Place(f"sqlite:///{folder}/throughline.db", folder), stopwatch()
    outcome = outcome_of(place, walk_undisturbed(place, size, partial(shown, "undisturbed")).told)
    return outcome, len(outcome.left.rows["commands"]), seconds()
