"""A scenario while it is played: its cases, its clock, and the people who do what is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from care.calendars import BusinessCalendar, local_date
from engine.application import Engine
from engine.clock import SetClock
from engine.commands import WORKER, Actor, AnyCommand, CompleteTask, FireTimers, Outcome
from engine.errors import Refused
from engine.outgoing.delivery import deliver_outgoing, operations_with
from engine.scenarios.answering import answers, defaults_for
from engine.scenarios.failure import NotSo
from engine.scenarios.model import Policy, Scenario
from engine.scenarios.moments import MORNING, Frame, Moment
from engine.store.cases import case, cases_of_patient, due_cases, next_due
from engine.store.outbox import next_attempt
from engine.store.tasks import open_tasks_of_case, tasks_of_case

ACTOR = Actor("system:scenarios", "a scenario")
MOST_ANSWERS = 300  # at one moment: a form that leads to itself would be answered without end
MOST_YEARS = 10  # of one scenario: each is played day by day, and a slip such as "week 9999" would not end

Row = Mapping[str, Any]


@dataclass(slots=True)
class Walk:
    """The cases by the names that the scenario gives them, the first by its track."""

    scenario: Scenario
    engine: Engine
    clock: SetClock
    cases: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    policy: Policy = field(init=False)
    event_taken: bool | None = None

    def __post_init__(self) -> None:
        self.policy = self.scenario.meanwhile
        self.answers = dict(self.scenario.answers)

    # -- what there is ------------------------------------------------------------------------------------------------
    def case_id(self, name: str | None) -> str:
        """The id of a case by its name; raises NotSo for a period that has not begun."""
        found = self.cases.get(name or self.scenario.track)
        if found is None:
            raise NotSo(f"there is no case '{name}'; there are {', '.join(self.cases)}")
        return found

    def case(self, name: str | None) -> Row:
        with self.engine.db.reading() as connection:
            return dict(case(connection, self.case_id(name)))

    def open_tasks(self, name: str | None) -> list[Row]:
        with self.engine.db.reading() as connection:
            return [dict(row) for row in open_tasks_of_case(connection, self.case_id(name))]

    def all_tasks(self, name: str | None) -> list[Row]:
        """Every task there ever was, oldest first."""
        with self.engine.db.reading() as connection:
            row = case(connection, self.case_id(name))
            return [dict(task) for task in tasks_of_case(connection, row["patient_id"], row["id"])]

    def frame(self, name: str | None) -> Frame:
        """What moments are told from: days count from the alignment of the case at hand."""
        aligned_on = self.case(name)["aligned_on"] if self.cases else self.scenario.aligned_on
        return Frame(self.clock.now(), aligned_on, self.engine.zone, BusinessCalendar())

    def instant(self, told: Moment | None, name: str | None) -> datetime | None:
        return None if told is None else told.instant(self.frame(name))

    @property
    def today(self) -> date:
        return self.engine.today()

    # -- what people do -----------------------------------------------------------------------------------------------
    def do(self, command: AnyCommand) -> Outcome:
        return self.engine.execute(command, actor=ACTOR)

    def answer(self, task: Row, given: Mapping[str, Any], done_on: date | None = None, late: str | None = None) -> None:
        """Complete a task with what is given, and defaults for the rest."""
        with self.engine.db.reading() as connection:
            schema = self.engine.task_schema(connection, task)
        data = answers(schema, given=given, defaults=defaults_for(task, self.answers), today=self.today)
        self.do(CompleteTask(task["id"], data, done_on, late))

    def work(self, policy: Policy, name: str | None) -> None:
        """Do what is open and what that leads to, as far as the policy goes."""
        for _ in range(MOST_ANSWERS):
            task = next((row for row in self.open_tasks(name) if policy.does(row)), None)
            if task is None:
                return
            self.answer(task, {})
        raise Refused(f"{MOST_ANSWERS} answers in a row led to ever more tasks; have 'meanwhile' leave some of them")

    # -- time ---------------------------------------------------------------------------------------------------------
    def pass_time(self, until: datetime) -> None:
        """Let time pass: what falls due runs, and on the mornings after that people work as the policy says.

        Raises Refused for a moment that has passed, or that lies too far ahead.
        """
        if until.year > self.scenario.begins.year + MOST_YEARS:
            raise Refused(f"{self._shown(until)} is more than {MOST_YEARS} years after the scenario's beginning")
        if until < self.clock.now():
            raise Refused(f"{self._shown(until)} is before {self._shown(self.clock.now())}, where the scenario stands")
        if until > self.clock.now():
            self._work_in_all()
        while (morning := self._next_morning()) is not None and morning < until:
            self._stand_at(morning)
            self._work_in_all()
        self._stand_at(until)

    def _work_in_all(self) -> None:
        for name in list(self.cases):
            self.work(self.policy, name)

    def _stand_at(self, instant: datetime) -> None:
        self.clock.instant = instant
        while due := self._due():
            for case_id in due:
                self.engine.execute(FireTimers(case_id), actor=WORKER)
        if deliver_outgoing(self.engine, {}, instant).delivered:
            self._adopt()
            self._stand_at(instant)

    def _adopt(self) -> None:
        """A follow-on case that has begun gets its name: "ckm 2" is the second period in ckm."""
        with self.engine.db.reading() as connection:
            patient = case(connection, self.case_id(None))["patient_id"]
            for row in cases_of_patient(connection, patient):
                if row["id"] not in self.cases.values():
                    self.cases[f"{row['track']} {row['period']}"] = row["id"]

    def _due(self) -> list[str]:
        with self.engine.db.reading() as connection:
            return due_cases(connection, self.clock.now())

    def _next_morning(self) -> datetime | None:
        """The first start of a working day at which something has fallen due that was not before."""
        with self.engine.db.reading() as connection:
            found = (next_due(connection), next_attempt(connection, operations_with({})))
        due = min((each for each in found if each is not None), default=None)
        if due is None:
            return None
        due, zone = max(due, self.clock.now()), self.engine.zone
        morning = datetime.combine(local_date(due, zone), MORNING, zone).astimezone(UTC)
        if morning < due or morning <= self.clock.now():
            later = local_date(due, zone) + timedelta(days=1)
            return datetime.combine(later, MORNING, zone).astimezone(UTC)
        return morning

    def _shown(self, instant: datetime) -> str:
        return f"{instant.astimezone(self.engine.zone):%Y-%m-%d %H:%M}"
