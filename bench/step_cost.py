"""What a step of a case costs on its first and on its last day: `python bench/step_cost.py [--quick]`.

A 12-month MSK case is walked by commands on SQLite, every task answered by the driver that answers any form. At
chosen completions it measures load + advance + save of the case's main process, in bytes of state and in milliseconds,
and the same step through SpiffWorkflow's own JSON serializer on a workflow that is kept whole in memory all year.
Exits 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from bench.spiff_serializer import spiff_serializer
from engine import casework
from engine.application import Engine
from engine.casework import Casework, Loaded
from engine.clock import SetClock
from engine.definitions import Definition
from engine.processes import RunningProcess
from engine.publish import publish_shipped
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.migrate import upgrade
from tests.engine.builders import BETTER, DANA, Case, Task, a_case

MOST_GROWTH = 1.2  # of the last over the first, like with like
LEAST_GAIN = 40.0  # over the serializer, at the last command
START = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)


class Unpruned(RunningProcess):
    """A process that is never loaded: it stays in memory with everything that ever happened in it."""

    kept: ClassVar[dict[str, RunningProcess]] = {}

    @classmethod
    def before(cls, definition: Definition, environment: Any, message: str | None = None) -> RunningProcess:
        return cls.kept.setdefault(environment.process_id, super().before(definition, environment, message))

    @classmethod
    def load(
        cls, definition: Definition, environment: Any, state: str, message: str | None = None
    ) -> RunningProcess:
        process = cls.kept[environment.process_id]
        process._workflow.script_engine = environment
        return process


@dataclass(frozen=True, slots=True)
class Cost:
    """One step: which, how many bytes of state it loads, and the median milliseconds of load + advance + save."""

    label: str
    command: int
    bytes: int
    milliseconds: float
    spiff_bytes: int
    spiff_milliseconds: float


@dataclass
class Year:
    """Walks the year and measures at the completions that are wanted."""

    case: Case
    repeats: int
    spiff_repeats: int
    serializer: Any = None
    costs: list[Cost] = field(default_factory=list)

    def walk(self) -> list[Cost]:
        while self.case.row["closed_at"] is None:
            for task in self.case.open():
                self.complete(task)
            if self.case.row["closed_at"] is None and not self.case.open():
                self.case.to_day(self.case.day + 1)
        return self.costs

    def complete(self, task: Task) -> None:
        command = self.case.row["command_count"] - 1  # the first was to start the case
        label = self._wanted(task, command)
        if label is not None:
            self.costs.append(self.measure(label, command, task))
        self.case.answer(task)
        if task["element_id"] == "collect_baseline":
            self.case.scores = BETTER

    def _wanted(self, task: Task, command: int) -> str | None:
        done = {cost.label for cost in self.costs}
        if task["element_id"] == "close_with_patient":
            return "last command"
        if task["element_id"] == "pain_checkin" and self.case.day in (7, 357):
            return f"check-in of week {self.case.day // 7}"
        for label, number in (("command 1", 1), ("command 50", 50)):
            if command >= number and label not in done:
                return label
        return None

    def measure(self, label: str, command: int, task: Task) -> Cost:
        state = self.state_of(task)
        milliseconds = self._median(self.repeats, task, lambda loaded: our_step(loaded, task))
        definition = self.case.engine.library.definition
        with self.case.engine.db.reading() as connection:
            self.serializer = self.serializer or spiff_serializer(definition(connection, task["version"]))
        whole = self.serializer.serialize_json(Unpruned.kept[task["process_id"]]._workflow)
        spiff_milliseconds = self._median(
            self.spiff_repeats, task, lambda loaded: spiff_step(self.serializer, whole, loaded, task)
        )
        return Cost(label, command, len(state), milliseconds, len(whole), spiff_milliseconds)

    def state_of(self, task: Task) -> str:
        with self._undone(task) as loaded:
            return str(loaded.row["state"])

    def _median(self, repeats: int, task: Task, step: Callable[[Loaded], str]) -> float:
        taken = []
        for _ in range(repeats):
            with self._undone(task) as loaded:
                begun = perf_counter()
                step(loaded)
                taken.append(1000 * (perf_counter() - begun))
        return median(taken)

    @contextmanager
    def _undone(self, task: Task) -> Iterator[Loaded]:
        """The process of a task in a command that will not have happened."""
        engine = self.case.engine
        with engine.db._engine.connect() as connection:
            work = Casework(
                connection, dict(self.case.row), DANA, engine.clock.now(), engine.zone, engine.library
            )
            yield work.process(task["process_id"])
            connection.rollback()


def our_step(loaded: Loaded, task: Task) -> str:
    process = RunningProcess.load(loaded.definition, loaded.environment, loaded.row["state"])
    process.complete(task["token"])
    return process.save()


def spiff_step(serializer: Any, whole: str, loaded: Loaded, task: Task) -> str:
    workflow = serializer.deserialize_json(whole)
    workflow.script_engine = loaded.environment
    next(t for t in workflow.live() if getattr(t.task_spec, "bpmn_id", None) == task["element_id"]).run()
    workflow.advance()
    return str(serializer.serialize_json(workflow))


def measured_year(folder: Path, *, repeats: int, spiff_repeats: int) -> list[Cost]:
    """The costs of one year, each label once."""
    db = Database(f"sqlite:///{folder / 'bench.db'}")
    upgrade(db)
    clock = SetClock(START)
    publish_shipped(db, SHIPPED_PATHWAYS, clock)
    zone = ZoneInfo("America/New_York")
    settings = Settings(db.url, "a key for the bench that is long enough", zone, folder, SHIPPED_PATHWAYS)
    Unpruned.kept.clear()
    casework.RunningProcess = Unpruned  # type: ignore[attr-defined]
    try:
        return Year(a_case(Engine(db, clock, settings)), repeats, spiff_repeats).walk()
    finally:
        casework.RunningProcess = RunningProcess  # type: ignore[attr-defined]
        db.dispose()


def ratios(costs: list[Cost]) -> dict[str, tuple[float, bool]]:
    """What is claimed: each ratio with whether it meets its target."""
    at = {cost.label: cost for cost in costs}
    first, last = at["command 1"], at["last command"]
    early, late = at["check-in of week 1"], at["check-in of week 51"]
    growth = {
        "bytes, last command over command 1": last.bytes / first.bytes,
        "ms, last command over command 1": last.milliseconds / first.milliseconds,
        "bytes, check-in of week 51 over week 1": late.bytes / early.bytes,
        "ms, check-in of week 51 over week 1": late.milliseconds / early.milliseconds,
    }
    gain = {
        "bytes, serializer over ours, last command": last.spiff_bytes / last.bytes,
        "ms, serializer over ours, last command": last.spiff_milliseconds / last.milliseconds,
        "bytes, serializer over ours, check-in of week 51": late.spiff_bytes / late.bytes,
        "ms, serializer over ours, check-in of week 51": late.spiff_milliseconds / late.milliseconds,
    }
    return {name: (value, value <= MOST_GROWTH) for name, value in growth.items()} | {
        name: (value, value >= LEAST_GAIN) for name, value in gain.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repeats")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        costs = measured_year(Path(folder), repeats=5 if quick else 41, spiff_repeats=1 if quick else 5)
    print(f"{'step':<22}{'command':>8}{'bytes':>9}{'ms':>8}{'serializer bytes':>18}{'ms':>9}")
    for cost in costs:
        print(
            f"{cost.label:<22}{cost.command:>8}{cost.bytes:>9}{cost.milliseconds:>8.2f}"
            f"{cost.spiff_bytes:>18}{cost.spiff_milliseconds:>9.1f}"
        )
    found = ratios(costs)
    for name, (value, met) in found.items():
        print(f"{value:>8.2f}  {name}{'' if met else '  MISSED'}")
    return 0 if all(met for _, met in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
