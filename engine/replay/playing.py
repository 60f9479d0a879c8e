"""A patient's recorded inputs are given to an engine once more, as of the instants at which they were given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from care.errors import AnswerError, CareError
from engine.application import FAULTS_OF_A_CASE, Engine
from engine.clock import SetClock
from engine.commands import (
    Actor,
    AnyCommand,
    CloseCase,
    CompleteTask,
    DeliverEvent,
    FireTimers,
    LogAttempt,
    RecordDelivery,
    RetryOutgoing,
    StartCase,
)
from engine.errors import CaseClosed, InvalidInput
from engine.replay.recorded import (
    Answered,
    Attempted,
    Closed,
    Delivered,
    Happened,
    Input,
    Moved,
    Started,
    TimePassed,
    TriedAgain,
)
from engine.replay.scratch import PinnedLibrary
from engine.scenarios.answering import answers
from engine.scenarios.failure import fault_in_words
from engine.store.outbox import outgoing_of_case
from engine.store.tasks import open_tasks_of_case

ACTOR = Actor("system:replay", "a replay")
MOST_NEW = 50  # tasks of new steps in a row: a new step that leads to itself would be answered without end
_FAULTS = (CareError, *FAULTS_OF_A_CASE)

Task = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unfit:
    """An input that could not be given again: when it was given, the element it was about, and why.

    ``stops`` says that the case could not go on after it.
    """

    at: datetime
    element: str | None
    sentence: str
    stops: bool


@dataclass(slots=True)
class Playing:
    """A patient while their cases are played again.

    ``new_steps`` are the user tasks that the recorded version does not have: nobody can have answered them, so that
    they are taken as answered at once. ``outgoing`` is the place of a recorded row of the outbox among its case's own.
    """

    engine: Engine
    clock: SetClock
    patient_id: str
    versions: Mapping[str, str]  # recorded case -> the version that it begins as
    new_steps: frozenset[str]
    outgoing: Mapping[int, tuple[str, int]]
    cases: dict[str, str] = field(default_factory=dict)  # recorded case -> the one that is played
    early: list[Answered] = field(default_factory=list)  # answers whose task is not there yet
    unfit: dict[str, list[Unfit]] = field(default_factory=dict)
    assumed: dict[str, set[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)  # recorded cases that cannot go on

    def play(self, found: Sequence[Input]) -> None:
        for each in found:
            if each.case_id in self.ended or (each.case_id not in self.cases and not isinstance(each, Started)):
                continue
            self.clock.instant = each.at
            self._give(each)
            if each.case_id in self.cases and each.case_id not in self.ended:
                self._answer_new_steps(each)
                self._give_early_answers(each)
        for answer in self.early:
            if answer.case_id not in self.ended:
                self._note(answer, answer.element_id, f"the answer to “{answer.element_name}” would have found no task")

    def _give(self, given: Input) -> None:
        try:
            _GIVE[type(given)](self, given)
        except CaseClosed:
            self.ended.add(given.case_id)  # that it ended sooner is told as a difference
        except InvalidInput as error:
            self._note(given, getattr(given, "element_id", None), error.message)
        except _FAULTS as error:
            self._stop(given, getattr(error, "element", None), fault_in_words(error))

    def _note(self, given: Input, element: str | None, sentence: str) -> None:
        self.unfit.setdefault(given.case_id, []).append(Unfit(given.at, element, sentence, stops=False))

    def _stop(self, given: Input, element: str | None, sentence: str) -> None:
        """The diagram itself cannot go on: what came later finds no place either."""
        at = self.clock.now()
        self.unfit.setdefault(given.case_id, []).append(Unfit(at, element, sentence, stops=True))
        self.ended.add(given.case_id)

    def do(self, command: AnyCommand, actor: Actor) -> str:
        return self.engine.execute(command, actor=actor).case_id

    # -- one kind of input each ---------------------------------------------------------------------------------------
    def start(self, given: Started) -> None:
        library = self.engine.library
        assert isinstance(library, PinnedLibrary)
        library.begins_as = self.versions[given.case_id]
        follows = None if given.follows is None else self.cases.get(given.follows)
        command = StartCase(self.patient_id, given.track, given.aligned_on, period=given.period, follows=follows)
        self.cases[given.case_id] = self.do(command, given.actor)

    def answer(self, given: Answered) -> None:
        task = self._open_task(given)
        if task is None:
            self.early.append(given)
        else:
            self._complete(given, task, given.occurred_on)

    def _complete(self, given: Answered, task: Task, occurred_on: date | None) -> None:
        with self.engine.db.reading() as connection:
            schema = self.engine.task_schema(connection, task)
        data = {name: value for name, value in given.data.items() if name in schema["properties"]}
        try:
            data = answers(schema, given=data, defaults={}, today=self.engine.today())
        except AnswerError as error:
            raise InvalidInput({error.field: error.message}) from error
        self._assume(given, data)
        self.do(CompleteTask(task["id"], data, occurred_on, given.late_reason), given.actor)

    def _give_early_answers(self, now: Input) -> None:
        """What was answered before its task came is taken as answered when the task is there."""
        for given in [each for each in self.early if each.case_id == now.case_id]:
            task = next((t for t in self._open(now.case_id) if t["element_id"] == given.element_id), None)
            if task is None or now.case_id in self.ended:
                continue
            self.early.remove(given)
            said = f"“{given.element_name}” would have come later: its answer of {given.at:%Y-%m-%d} is taken then"
            self.assumed.setdefault(given.case_id, set()).add(said)
            try:
                self._complete(given, task, None)
            except InvalidInput as error:
                self._note(given, given.element_id, error.message)
            except _FAULTS as error:
                self._stop(given, getattr(error, "element", None), fault_in_words(error))

    def _assume(self, given: Answered, data: Mapping[str, Any]) -> None:
        for name in data.keys() - given.data.keys():
            said = f"“{given.element_name}” now asks “{name}”, which nobody was asked: the plainest answer is taken"
            self.assumed.setdefault(given.case_id, set()).add(said)
        for name in given.data.keys() - data.keys():
            said = f"“{given.element_name}” no longer asks “{name}”: what was answered is left out"
            self.assumed.setdefault(given.case_id, set()).add(said)

    def attempt(self, given: Attempted) -> None:
        task = self._open_task(given)
        if task is None:
            said = f"the attempt to reach the patient for “{given.element_name}” would have found no task"
            self._note(given, given.element_id, said)
        else:
            self.do(LogAttempt(task["id"], given.channel, given.outcome, given.note), given.actor)

    def happen(self, given: Happened) -> None:
        command = DeliverEvent(self.cases[given.case_id], given.type, given.payload, given.occurred_at)
        self.do(command, given.actor)

    def deliver(self, given: Delivered) -> None:
        row_id = self._row_of(given)
        if row_id is not None:
            self.do(RecordDelivery(self.cases[given.case_id], row_id, given.evidence, given.error), given.actor)

    def try_again(self, given: TriedAgain) -> None:
        row_id = self._row_of(given)
        if row_id is not None:
            self.do(RetryOutgoing(self.cases[given.case_id], row_id), given.actor)

    def _row_of(self, given: Delivered | TriedAgain) -> int | None:
        """The row of the outbox that stands where the recorded one stood among its case's own; if there is none, none
        was sent, and there is nothing to note."""
        operation, nth = self.outgoing.get(given.outgoing, ("", 0))
        with self.engine.db.reading() as connection:
            rows = outgoing_of_case(connection, self.cases[given.case_id], operation)
        return rows[nth]["id"] if nth < len(rows) else None

    def close(self, given: Closed) -> None:
        self.do(CloseCase(self.cases[given.case_id], given.status, given.reason), given.actor)

    def pass_time(self, given: Input) -> None:
        self.do(FireTimers(self.cases[given.case_id]), given.actor)

    # -- tasks --------------------------------------------------------------------------------------------------------
    def _open_task(self, given: Answered | Attempted) -> Task | None:
        """The open task of the recorded one's element: of several the one in the process that began as that one did.

        Time passes first: what the input is about may only have come due by then.
        """
        self.pass_time(given)
        self._answer_new_steps(given)
        found = [task for task in self._open(given.case_id) if task["element_id"] == given.element_id]
        same = [task for task in found if _number(task["process_id"]) == _number(given.process)]
        return next(iter([*same, *found]), None)

    def _open(self, case_id: str) -> list[Task]:
        with self.engine.db.reading() as connection:
            return [dict(row) for row in open_tasks_of_case(connection, self.cases[case_id])]

    def _answer_new_steps(self, given: Input) -> None:
        for _ in range(MOST_NEW):
            task = next((t for t in self._open(given.case_id) if t["element_id"] in self.new_steps), None)
            if task is None:
                return
            said = f"“{task['element_name']}” is new: it is taken as answered at once, with the plainest answers"
            self.assumed.setdefault(given.case_id, set()).add(said)
            try:
                with self.engine.db.reading() as connection:
                    schema = self.engine.task_schema(connection, task)
                data = answers(schema, given={}, defaults={}, today=self.engine.today())
                self.do(CompleteTask(task["id"], data), ACTOR)
            except _FAULTS as error:
                said = f"“{task['element_name']}” could not be answered: {fault_in_words(error)}"
                self._stop(given, task["element_id"], said)
                return


def _number(process: str) -> int:
    """Which process of its case it is, by the order in which they began."""
    return int(process.rpartition("-p")[2])


def _not_played(playing: Playing, given: Input) -> None:
    """Being moved to another version is what is compared, not what is played."""


_GIVE: Final[Mapping[type, Callable[[Playing, Any], None]]] = {
    Started: Playing.start,
    Answered: Playing.answer,
    Attempted: Playing.attempt,
    Happened: Playing.happen,
    Delivered: Playing.deliver,
    TriedAgain: Playing.try_again,
    Closed: Playing.close,
    TimePassed: Playing.pass_time,
    Moved: _not_played,
}
