"""A patient's year on the engine, walked day by day by somebody who answers each task from its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from engine.application import Engine
from engine.clock import SetClock
from engine.commands import Actor, CompleteTask, DeliverEvent, LogAttempt, StartCase
from engine.store.facts import decoded, latest
from engine.store.patients import add_patient
from engine.store.tasks import open_tasks_of_case

MANAGER = Actor("manager@example.org", "The case manager")
# what a patient of the cardio-kidney-metabolic tracks measures
MEASURED = {"bp_systolic": 146, "bp_diastolic": 88, "weight": 96, "height": 172}
Task = Mapping[str, Any]
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A task when it first stood in the list."""

    day: int
    element: str
    kind: str
    title: str
    due_on: date
    why: str


@dataclass
class PatientYear:
    """A case of a track, aligned today. ``scores`` are the answers by instrument, ``answers`` those by element."""

    engine: Engine
    clock: SetClock
    track: str = "msk"
    scores: dict[str, int] = field(default_factory=lambda: {"pf6b": 3, "pi6a": 3, "nrs": 6, "koosjr": 2})
    answers: dict[str, Answers] = field(default_factory=dict)
    unanswered: Callable[[Task], bool] = lambda task: False
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.aligned_on = self.engine.today()
        with self.engine.db.writing() as connection:
            patient = add_patient(
                connection, name="Ada Long", birth_date=date(1950, 3, 1), now=self.clock.now(), pcp="Dr. Bell"
            )
        self.case = self.engine.execute(StartCase(patient, self.track, self.aligned_on), actor=MANAGER).case_id
        self._noted: set[str] = set()
        self.look()

    # -- what there is ------------------------------------------------------------------------------------------------
    @property
    def day(self) -> int:
        return (self.engine.today() - self.aligned_on).days

    @property
    def status(self) -> str:
        with self.engine.db.reading() as connection:
            return self.engine.case_view(connection, self.case).status

    @property
    def closed(self) -> bool:
        with self.engine.db.reading() as connection:
            return self.engine.case_view(connection, self.case).closed_at is not None

    def tasks(self) -> list[Task]:
        with self.engine.db.reading() as connection:
            return [dict(row) for row in open_tasks_of_case(connection, self.case)]

    def open(self) -> list[str]:
        """The elements whose tasks are open."""
        return sorted(task["element_id"] for task in self.tasks())

    def days_of(self, element: str) -> list[int]:
        """The days on which an element's task appeared."""
        return [each.day for each in self.seen if each.element == element]

    def fact(self, name: str) -> Any:
        with self.engine.db.reading() as connection:
            row = latest(connection, self.case, name)
            return None if row is None else decoded(dict(row))

    # -- what happens -------------------------------------------------------------------------------------------------
    def look(self) -> None:
        """Note the tasks that are new."""
        for task in self.tasks():
            if task["id"] not in self._noted:
                self._noted.add(task["id"])
                found = (task[name] for name in ("element_id", "kind", "title", "due_on", "why"))
                self.seen.append(Seen(self.day, *found))

    def answer_all(self) -> None:
        """Answer what is open, and what that leads to, until only what is left `unanswered` is there."""
        while todo := [task for task in self.tasks() if not self.unanswered(task)]:
            self.answer(todo[0])

    def answer(self, task: Task) -> None:
        with self.engine.db.reading() as connection:
            schema = self.engine.task_schema(connection, task)
        given = self.answers.get(task["element_id"], {})
        data = {
            name: self._answer(name, drawn)
            for name, drawn in schema["properties"].items()
            if name in schema["required"]
        }
        self.engine.execute(CompleteTask(task["id"], {**data, **given}), actor=MANAGER)
        self.look()

    def until(self, day: int) -> None:
        """Walk to the morning of a day, answering every task as it appears; stops when the case is closed."""
        self.answer_all()
        while self.day < day and not self.closed:
            self.to(self.day + 1)
            self.answer_all()

    def to(self, day: int) -> None:
        """Let time pass until nine in the morning of a day and run what became due."""
        morning = datetime.combine(self.aligned_on + timedelta(days=day), time(9), self.engine.zone)
        self.clock.instant = morning
        assert self.engine.tick().failed == ()
        self.look()

    def event(self, type_: str, **payload: str) -> bool:
        matched = self.engine.execute(DeliverEvent(self.case, type_, payload), actor=MANAGER).matched
        self.look()
        return matched

    def attempt(self, task: Task, outcome: str) -> None:
        self.engine.execute(LogAttempt(task["id"], "phone", outcome), actor=MANAGER)
        self.look()

    def _answer(self, name: str, drawn: Mapping[str, Any]) -> Any:
        instrument = name.partition("_")[0]
        if instrument in self.scores:
            return self.scores[instrument]
        if drawn["type"] == "array":
            return [self._answer(name, drawn["items"])]
        if "oneOf" in drawn:
            return drawn["oneOf"][0]["const"]
        if "enum" in drawn:
            return drawn["enum"][0]
        if drawn.get("format") == "date":
            return self.engine.today().isoformat()
        if name in MEASURED:
            return MEASURED[name]
        return drawn.get("minimum", 0) if drawn["type"] == "integer" else "as agreed"
