"""Whole valid cases in one line, and the people who work on them: `a_case(engine).at_week(5)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from engine.application import Engine, TickResult
from engine.clock import SetClock
from engine.commands import Actor, CompleteTask, DeliverEvent, LogAttempt, Outcome, StartCase
from engine.store import tables
from engine.store.facts import decoded, facts, latest
from engine.store.history import entries
from engine.store.patients import add_patient
from engine.store.people import add_user
from engine.verify import Fault, verify_case

DANA = Actor("dana@example.org", "Dana Reed")
LEE = Actor("lee@example.org", "Lee Chen")
FLAT = {"pf6b": 3, "pi6a": 3, "nrs": 6}  # what each item of an instrument is answered with
BETTER = {"pf6b": 4, "pi6a": 2, "nrs": 3}  # better than FLAT by far more than the targets

Task = Mapping[str, Any]

# For rules that no database has a part in: the other one would only say the same again.
on_sqlite = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


def answers_for(
    schema: Mapping[str, Any],
    *,
    today: date,
    given: Mapping[str, Any] | None = None,
    scores: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Answers that satisfy a task's JSON Schema: its required fields, and those that its conditions require.

    ``given`` are answers by field, ``scores`` by instrument (the part of a field's name before "_").
    """
    properties = schema["properties"]
    data = dict(given or {})
    wanted = list(schema.get("required", ()))
    while wanted:
        for name in wanted:
            data.setdefault(name, _answer(name, properties[name], today, scores or {}))
        wanted = [
            name
            for condition in schema.get("allOf", ())
            if Draft202012Validator(condition["if"]).is_valid(data)
            for name in condition["then"]["required"]
            if name not in data
        ]
    return data


def _answer(name: str, drawn: Mapping[str, Any], today: date, scores: Mapping[str, int]) -> Any:
    instrument = name.partition("_")[0]
    if instrument in scores:
        return scores[instrument]
    if "oneOf" in drawn:
        return drawn["oneOf"][0]["const"]
    if "enum" in drawn:
        return drawn["enum"][0]
    if drawn["type"] == "array":
        return [_answer(name, drawn["items"], today, scores)]
    if drawn["type"] == "boolean":
        return False
    if drawn["type"] in ("integer", "number"):
        return drawn.get("minimum", 0)
    return today.isoformat() if drawn.get("format") == "date" else "as agreed"


def with_people(engine: Engine) -> None:
    """Two case managers who may be given tasks."""
    with engine.db.writing() as connection:
        for person in (DANA, LEE):
            add_user(
                connection,
                email=person.id,
                name=person.name,
                role="case_manager",
                password_hash="",
                one_time=False,
                now=engine.clock.now(),
            )


def a_patient(engine: Engine, name: str = "Ada Long") -> str:
    with engine.db.writing() as connection:
        return add_patient(
            connection, name=name, birth_date=date(1950, 3, 1), now=engine.clock.now(), pcp="Dr. Bell"
        )


def a_case(engine: Engine, track: str = "msk", aligned_on: date | None = None) -> Case:
    """A patient who was enrolled a moment ago, nothing answered yet."""
    started = engine.execute(StartCase(a_patient(engine), track, aligned_on), actor=DANA)
    return Case(engine, started.case_id, aligned_on or engine.today())


@contextmanager
def nothing_written(engine: Engine) -> Iterator[None]:
    """What happens inside leaves every row of every table as it was."""
    before = all_rows(engine)
    yield
    assert all_rows(engine) == before


def all_rows(engine: Engine) -> dict[str, list[Any]]:
    """The database's content by table, but for the published versions."""
    kept = [table for table in (*tables.metadata.sorted_tables, tables.facts) if table.name != "versions"]
    with engine.db.reading() as connection:
        return {t.name: list(connection.execute(select(t).order_by(*t.primary_key))) for t in kept}


@dataclass
class Case:
    """A case with the person who works on it; ``leaves`` says which tasks that person does not answer."""

    engine: Engine
    id: str
    aligned_on: date
    scores: Mapping[str, int] = field(default_factory=lambda: dict(FLAT))
    given: dict[str, Mapping[str, Any]] = field(default_factory=dict)  # answers by element
    leaves: Callable[[Task], bool] = lambda task: False

    # -- time ---------------------------------------------------------------------------------------------------------
    @property
    def day(self) -> int:
        return (self.engine.today() - self.aligned_on).days

    def moment(self, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """A local time of a day of the case."""
        return datetime.combine(self.aligned_on + timedelta(days=day), time(hour, minute), self.engine.zone)

    def on(self, day: int) -> date:
        return self.aligned_on + timedelta(days=day)

    def to_day(self, day: int, hour: int = 9) -> TickResult:
        """Let time pass, nothing answered, and run what became due."""
        self.set_clock(self.moment(day, hour))
        return self.engine.tick()

    def clock(self) -> datetime:
        return self.engine.clock.now()

    def set_clock(self, instant: datetime) -> None:
        assert isinstance(self.engine.clock, SetClock)
        self.engine.clock.instant = instant

    def at_day(self, day: int) -> Case:
        """Walk to nine in the morning of a day, every task answered on the day it appears."""
        self.answer_all()
        while self.day < day and self.row["closed_at"] is None:
            assert self.to_day(self.day + 1).failed == ()
            self.answer_all()
        return self

    def at_week(self, week: int) -> Case:
        return self.at_day(7 * week)

    # -- what people do -----------------------------------------------------------------------------------------------
    def answer_all(self) -> None:
        """Answer what is open and what that leads to, but what this person leaves."""
        while todo := [task for task in self.open() if not self.leaves(task)]:
            self.answer(todo[0])

    def answer(self, task: Task | str, actor: Actor = DANA, **given: Any) -> Outcome:
        """Complete a task, or the open one of an element, with valid answers."""
        row = self.task(task) if isinstance(task, str) else task
        return self.engine.execute(CompleteTask(row["id"], self.answers(row, **given)), actor=actor)

    def answer_late(self, task: Task, days: int = 1) -> Outcome:
        """Complete a task with the true date of some days ago, but not before alignment or, of measures, the asking."""
        earliest = task["opens_on"] if task["kind"] == "prom" else self.aligned_on
        true_date = max(self.aligned_on, earliest, self.engine.today() - timedelta(days=days))
        command = CompleteTask(task["id"], self.answers(task), true_date, "recorded late")
        return self.engine.execute(command, actor=DANA)

    def answers(self, task: Task, **given: Any) -> dict[str, Any]:
        with self.engine.db.reading() as connection:
            schema = self.engine.task_schema(connection, task)
        given = {**self.given.get(task["element_id"], {}), **given}
        return answers_for(schema, today=self.engine.today(), given=given, scores=self.scores)

    def event(self, type_: str, occurred_at: datetime | None = None, **payload: Any) -> Outcome:
        return self.engine.execute(DeliverEvent(self.id, type_, payload, occurred_at), actor=DANA)

    def attempt(self, task: Task | str, outcome: str = "no_answer") -> Outcome:
        row = self.task(task) if isinstance(task, str) else task
        return self.engine.execute(LogAttempt(row["id"], "phone", outcome), actor=DANA)

    # -- what there is ------------------------------------------------------------------------------------------------
    @property
    def row(self) -> Mapping[str, Any]:
        return self._rows(tables.cases, tables.cases.c.id)[0]

    @property
    def status(self) -> str:
        return str(self.row["status"])

    def tasks(self) -> list[Mapping[str, Any]]:
        """Every task that ever was, in the order they appeared."""
        return sorted(self._rows(tables.tasks), key=lambda row: int(row["id"].rpartition("-t")[2]))

    def open(self) -> list[Mapping[str, Any]]:
        return [row for row in self.tasks() if row["status"] == "open"]

    def elements(self) -> list[str]:
        """The elements whose tasks are open."""
        return sorted(row["element_id"] for row in self.open())

    def task(self, element: str) -> Mapping[str, Any]:
        """The open task of an element; there must be one."""
        (found,) = [row for row in self.open() if row["element_id"] == element]
        return found

    def days_of(self, element: str) -> list[int]:
        """The days of the case on which an element's tasks opened."""
        return [
            (row["opens_on"] - self.aligned_on).days for row in self.tasks() if row["element_id"] == element
        ]

    def fact(self, name: str) -> Any:
        with self.engine.db.reading() as connection:
            row = latest(connection, self.id, name)
        return None if row is None else decoded(dict(row))

    def facts(self, name: str | None = None) -> list[Mapping[str, Any]]:
        with self.engine.db.reading() as connection:
            return [dict(row) for row in facts(connection, self.id, name)]

    def history(self, kind: str | None = None) -> list[Mapping[str, Any]]:
        with self.engine.db.reading() as connection:
            return [row for row in entries(connection, self.id) if kind in (None, row["kind"])]

    def faults(self) -> Sequence[Fault]:
        with self.engine.db.reading() as connection:
            return verify_case(connection, self.id)

    def everything(self) -> dict[str, list[Mapping[str, Any]]]:
        """All rows that belong to the case, by table: what an error must leave as it was."""
        mine = (tables.processes, tables.facts, tables.tasks, tables.attempts, tables.history, tables.outbox)
        kept = {table.name: self._rows(table) for table in (*mine, tables.commands)}
        return {"cases": [self.row], **kept}

    def _rows(self, table: Any, column: Any = None) -> list[Mapping[str, Any]]:
        where = (table.c.case_id if column is None else column) == self.id
        with self.engine.db.reading() as connection:
            found = connection.execute(select(table).where(where).order_by(*table.primary_key)).mappings()
            return [dict(row) for row in found]
