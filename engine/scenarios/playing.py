"""A scenario is played on the real engine, step by step, until its end or the first step that does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from care.errors import CareError
from engine.application import FAULTS_OF_A_CASE, Engine
from engine.clock import SetClock
from engine.observer import Observer
from engine.scenarios.acting import act, begin
from engine.scenarios.bounds import Bounds
from engine.scenarios.failure import Failure, NotSo, fault_in_words
from engine.scenarios.judging import judge
from engine.scenarios.model import Clause, Scenario, Step
from engine.scenarios.moments import MORNING
from engine.scenarios.reading import read_scenario
from engine.scenarios.stage import ZONE, Stage
from engine.scenarios.walk import Walk

_FAULTS = (CareError, *FAULTS_OF_A_CASE)


@dataclass(frozen=True, slots=True)
class Report:
    """How a scenario went. ``failures`` are those of the first step that does not hold; ``steps`` were played."""

    file: str
    title: str
    track: str
    steps: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


def run_file(path: Path, stage: Stage, observer: Observer | None = None) -> Report:
    """Read and play the scenario in a file; one that cannot be read has failed."""
    try:
        scenario = read_scenario(path, stage.names)
    except CareError as error:
        place = error.message.removeprefix(f"{path.name}: ")
        return Report(path.name, path.stem, "", 0, (Failure(path.name, "reading", "a scenario", place, ()),))
    return run_scenario(scenario, stage, observer)


def run_scenario(scenario: Scenario, stage: Stage, observer: Observer | None = None) -> Report:
    """Play a scenario on a fresh database; ``observer`` watches which elements tokens go through."""
    clock = SetClock(datetime.combine(scenario.begins, MORNING, ZONE))
    try:
        with stage.engine(scenario.tracks, clock, Bounds(observer)) as engine:
            return _played(scenario, engine, clock)
    except _FAULTS as error:  # its pathway cannot be published, its case not opened
        failure = Failure("given", f"{scenario.begins}", f"a case of {scenario.track}", fault_in_words(error), ())
        return _report(scenario, 0, [failure])


def _played(scenario: Scenario, engine: Engine, clock: SetClock) -> Report:
    walk = Walk(scenario, engine, clock)
    begin(walk)
    for number, step in enumerate(scenario.steps, start=1):
        failures = list(_failures_of(walk, step))
        if failures:
            return _report(scenario, number, failures)
    return _report(scenario, len(scenario.steps), [])


def _report(scenario: Scenario, steps: int, failures: Iterable[Failure]) -> Report:
    return Report(scenario.file, scenario.title, scenario.track, steps, tuple(failures))


def _failures_of(walk: Walk, step: Step) -> Iterator[Failure]:
    """What does not hold in a step: its time or the first line that cannot be done, else all that is not there."""
    try:
        if step.at is not None:
            walk.pass_time(step.at.instant(walk.frame(None)))
    except _FAULTS as error:
        yield _failure(walk, step.place, f"time to pass until {step.at and step.at.text}", fault_in_words(error))
        return
    walk.answers |= step.answers
    walk.policy = step.meanwhile or walk.policy
    for clause in step.when:
        try:
            act(walk, clause)
        except (NotSo, *_FAULTS) as error:
            yield _failure(walk, clause.place, clause.text, fault_in_words(error), clause)
            return
    for clause in step.then:
        try:
            judge(walk, clause)
        except (NotSo, *_FAULTS) as error:
            yield _failure(walk, clause.place, clause.text, fault_in_words(error), clause)


def _failure(walk: Walk, place: str, expected: str, found: str, clause: Clause | None = None) -> Failure:
    name = None if clause is None or clause.case not in walk.cases else clause.case
    frame = walk.frame(name)
    now = walk.clock.now().astimezone(walk.engine.zone)
    tasks = tuple(f"{row['element_id']} due {row['due_on']}" for row in walk.open_tasks(name))
    day = (frame.today - frame.aligned_on).days
    return Failure(place, f"{now:%Y-%m-%d %H:%M} (day {day})", expected, found, tasks)
