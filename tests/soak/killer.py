"""Who kills: at random instants, one of the processes at random, over and over, and starts it again at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.soak.processes import Processes

# Of those who are still starting: else nobody would ever come to work where a start takes longer than the pause.
_SPARED = 0.8


@dataclass
class Killer:
    """Strikes every ``pause`` seconds in the mean, until it is called off or has killed ``most``.

    ``doing`` says what is under way in a process; ``deaths`` counts by process and by what was under way in it.
    """

    processes: Processes
    pause: float
    seed: int
    doing: Callable[[str], str]
    most: int | None = None
    deaths: Counter[tuple[str, str]] = field(default_factory=Counter)
    failure: BaseException | None = None
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Killer:
        self._thread = threading.Thread(target=self._run, name="killer")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        chance = Random(f"kills {self.seed}")
        try:
            while self.deaths.total() != self.most and not self._over.wait(chance.expovariate(1 / self.pause)):
                self._strike(chance)
        except BaseException as error:
            self.failure = error
            raise

    def _strike(self, chance: Random) -> None:
        name = chance.choice(self.processes.names)
        life = self.processes.lives[name]
        doing = self.doing(name) if life.is_up else "starting"
        if doing == "starting" and chance.random() < _SPARED:
            return
        self.processes.kill(name)
        self.deaths[name, doing] += 1
        self.processes.start(name)
