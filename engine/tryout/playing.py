"""How a walk is played: each of its steps on the real engine, and what there is after the last of them.

Nothing is kept between two plays but the steps themselves: any web process can play them, and after a change of the
draft they are simply played on what it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from care.calendars import day_number
from care.documents import Entry
from care.errors import CareError, ConfigurationError
from engine.application import FAULTS_OF_A_CASE, Engine
from engine.clock import SetClock
from engine.errors import DefinitionError, ThroughlineError
from engine.scenarios.acting import act, begin
from engine.scenarios.actions import ACTIONS, SENTENCES
from engine.scenarios.bounds import Bounds
from engine.scenarios.clauses import Told, clauses, moment_at
from engine.scenarios.document import ScenarioError
from engine.scenarios.failure import NotSo
from engine.scenarios.model import AnswerTask, Attempt, Scenario
from engine.scenarios.moments import MORNING
from engine.scenarios.names import Names
from engine.scenarios.policies import policy
from engine.scenarios.reading import scenario_of
from engine.scenarios.stage import ZONE, Stage
from engine.scenarios.walk import Walk
from engine.store.history import entries
from engine.store.tasks import attempts_of_task
from engine.tryout.diagrams import Picture, pictures
from engine.tryout.endings import endings
from engine.tryout.known import KnownFact, known_facts, next_instant, waiting_updates
from engine.tryout.model import Happens, Passes, Start, Step, Tryout

_FAULTS = (CareError, NotSo, *FAULTS_OF_A_CASE)
_UNSAID = ("process.moved",)  # the picture shows it


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a step cannot be taken, in words, and the element where the diagram fails."""

    words: str
    file: str | None = None
    element: str | None = None


class CannotBegin(Exception):
    """The walk has no first step: the draft cannot be published as it is, or the case cannot be opened."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.words)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry of the walk's own record, which names the rows of tables that matched."""

    kind: str
    summary: str
    element: str | None


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """A step that was taken: what was done, when it is then, and what it led to."""

    title: str
    at: datetime
    day: int
    led_to: tuple[Entered, ...]


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that is open: its row, its form, and the name of its case when it is not the first one."""

    row: Mapping[str, Any]
    schema: Mapping[str, Any]
    case: str | None
    attempts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A walk after its last step, or before the first one that cannot be taken, which ``fault`` tells of."""

    tryout: Tryout
    patient: str  # by name
    begun: PlayedStep
    steps: tuple[PlayedStep, ...]
    fault: Fault | None
    left: int  # steps from the one at fault on, which were not taken
    now: datetime
    today: date
    day: int
    status: str
    is_closed: bool
    tasks: tuple[OpenTask, ...]
    facts: tuple[KnownFact, ...]
    next_at: datetime | None
    updates: int  # to the PCP, that wait to be delivered
    pictures: tuple[Picture, ...]
    endings: tuple[Mapping[str, Any], ...]  # lines of `then` that hold now
    instruments: tuple[tuple[str, str], ...]  # ids with titles, of the questionnaires that may be answered

    def task(self, task_id: str) -> OpenTask | None:
        """An open task by the id it has in this play."""
        return next((each for each in self.tasks if each.row["id"] == task_id), None)

    def task_of(self, element: str, case: str | None = None) -> OpenTask | None:
        """The open task of an element that is due first; its id differs from one play to the next."""
        found = (each for each in self.tasks if each.row["element_id"] == element and each.case == case)
        return next(found, None)


@dataclass(slots=True)
class _Play:
    """A walk under way; ``seen`` is how long each case's record was before the step."""

    walk: Walk
    names: Names
    seen: dict[str, int] = field(default_factory=dict)
    done: list[PlayedStep] = field(default_factory=list)


def play(stage: Stage, tryout: Tryout, focus: str = "") -> Played:
    """Play a walk; ``focus`` is the diagram to draw first. Raises CannotBegin when it has no first step.

    Where a step cannot be taken the walk stands before it.
    """
    try:
        scenario = beginning(tryout.start, stage.names)
    except CareError as error:
        raise CannotBegin(fault_of(error)) from error
    clock = SetClock(datetime.combine(scenario.begins, MORNING, ZONE))
    try:
        with stage.engine(scenario.tracks, clock, Bounds()) as engine:
            return _played(_Play(Walk(scenario, engine, clock), stage.names), tryout, focus)
    except _StoppedAt as stop:
        before = play(stage, tryout.up_to(stop.count), focus)
        return replace(before, fault=stop.fault, left=len(tryout.steps) - stop.count)
    except DefinitionError as error:  # its pathways cannot be published
        raise CannotBegin(fault_of(error)) from error


class _StoppedAt(Exception):
    """A step could not be taken: what it had begun is thrown away with the database that it was played on."""

    def __init__(self, count: int, fault: Fault) -> None:
        super().__init__(fault.words)
        self.count, self.fault = count, fault


def _played(play_: _Play, tryout: Tryout, focus: str) -> Played:
    walk = play_.walk
    try:
        begin(walk)
    except _FAULTS as error:
        raise CannotBegin(fault_of(error)) from error
    begun = _told(play_, f"{walk.scenario.patient.columns['name']} enters {tryout.start.track.upper()}")
    for number, step in enumerate(tryout.steps, start=1):
        try:
            title = _take(play_, step, number)
        except _FAULTS as error:
            raise _StoppedAt(number - 1, fault_of(error)) from error
        play_.done.append(_told(play_, title))
    row = walk.case(None)
    return Played(
        tryout=tryout,
        patient=str(walk.scenario.patient.columns["name"]),
        begun=begun,
        steps=tuple(play_.done),
        fault=None,
        left=0,
        now=walk.clock.now(),
        today=walk.today,
        day=day_number(row["aligned_on"], walk.today),
        status=row["status"],
        is_closed=row["closed_at"] is not None,
        tasks=tuple(_open_tasks(walk)),
        facts=known_facts(walk),
        next_at=next_instant(walk),
        updates=waiting_updates(walk),
        pictures=pictures(walk, focus),
        endings=endings(walk, play_.names),
        instruments=tuple(sorted((each.id, each.title) for each in play_.names.instruments.values())),
    )


def beginning(start: Start, names: Names) -> Scenario:
    """The walk's beginning as a scenario that waits; raises ScenarioError, which names the field."""
    document = {"title": "a walk", "shows": "a draft", **start.document(), "steps": [{"at": "today"}]}
    return scenario_of(Entry("walk", "", document, ScenarioError), names)


# -- a step -----------------------------------------------------------------------------------------------------------
def _take(play_: _Play, step: Step, number: int) -> str:
    """Take a step; what was done, in words."""
    if isinstance(step, Passes):
        return _pass(play_, step, number)
    return _do(play_, step, number)


def _pass(play_: _Play, step: Passes, number: int) -> str:
    walk = play_.walk
    entry = Entry("walk", f"step {number}", {"at": step.until, "meanwhile": step.meanwhile}, ScenarioError)
    until = moment_at(entry, "at")
    assert until is not None
    walk.policy = policy(entry, "meanwhile", step.meanwhile, play_.names)
    walk.pass_time(until.instant(walk.frame(None)))
    return f"Time passes until {until.text}, {walk.policy.text}"


def _do(play_: _Play, step: Happens, number: int) -> str:
    told = Told(play_.names, {play_.walk.scenario.track})
    entry = Entry("walk", f"step {number}", {"when": [step.line]}, ScenarioError)
    (clause,) = clauses(entry, "when", ACTIONS, SENTENCES, told)
    title = clause.text
    if isinstance(clause, AnswerTask | Attempt):
        open_ = [row for row in play_.walk.open_tasks(clause.case) if row["element_id"] == clause.element]
        name = open_[0]["title"] if open_ else clause.element
        verb = "Answered" if isinstance(clause, AnswerTask) else f"Attempt ({clause.outcome.replace('_', ' ')}) for"
        title = f"{verb}: {name}"
    act(play_.walk, clause)
    return title[:1].upper() + title[1:]


def _told(play_: _Play, title: str) -> PlayedStep:
    """What the step has led to: the entries that the record has now and had not before."""
    walk = play_.walk
    found: list[Entered] = []
    with walk.engine.db.reading() as connection:
        for case_id in walk.cases.values():
            rows = entries(connection, case_id, after=play_.seen.get(case_id, 0))
            said = [row for row in rows if row["kind"] not in _UNSAID]
            found += [Entered(row["kind"], row["summary"], row["element_id"]) for row in said]
            play_.seen[case_id] = rows[-1]["seq"] if rows else play_.seen.get(case_id, 0)
    day = day_number(walk.case(None)["aligned_on"], walk.today)
    return PlayedStep(title, walk.clock.now(), day, tuple(found))


def _open_tasks(walk: Walk) -> list[OpenTask]:
    """All that is open in any of the walk's cases, the first due first."""
    engine: Engine = walk.engine
    found: list[OpenTask] = []
    for name in walk.cases:
        case = None if name == walk.scenario.track else name
        for row in walk.open_tasks(name):
            with engine.db.reading() as connection:
                schema = engine.task_schema(connection, row)
                attempts = tuple(dict(each) for each in attempts_of_task(connection, row["id"]))
            found.append(OpenTask(dict(row), schema, case, attempts))
    return found


# -- what goes wrong --------------------------------------------------------------------------------------------------
def fault_of(error: Exception) -> Fault:
    """What went wrong, in words that name the element or the line."""
    if isinstance(error, DefinitionError):
        return Fault(error.problem, error.file, error.element)
    if isinstance(error, ConfigurationError):
        return Fault(error.message.removeprefix(f"{error.document}: "))
    if isinstance(error, ThroughlineError | CareError):
        return Fault(error.message)
    if isinstance(error, NotSo):
        return Fault(error.found)
    return Fault(str(error) or type(error).__name__)
