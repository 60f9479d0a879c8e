"""The open task as a page shows it: why it is there, its form with what was filled in, and what else is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from care.calendars import day_number
from engine.errors import NotFound
from engine.handlers.snooze_task import LONGEST
from engine.store.cases import case
from engine.store.patients import patient
from engine.store.people import colleagues, name_of
from engine.store.tables import tasks
from engine.store.tasks import attempts_of_task
from engine.store.tasks import task as task_by_id
from webui.access import WORKERS, Visitor, visitor
from webui.extension import engine
from webui.form_fields import PREFIX, Section, Values, drawn
from webui.outcome_words import judgement
from webui.parked import Parked, parked_in
from webui.returned import Begun, begun
from webui.seen import saw
from worklists.also_due import Offer, also_due
from worklists.due_words import DueWords, due_words, window_left, window_words
from worklists.filters import Filter
from worklists.queries import TaskRow, rows, task_row
from worklists.scores import Scores, scores

PAGE_FIELDS = ("occurred_on", "late_reason")  # beside the form's own: when it happened, and why it is late
_WITHOUT_SCORES = ("intake", "sdoh")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in a pane's forms: values by the names that a browser sends, and errors by field.

    ``act`` names the form that the errors are about: "complete" for the task's own, or "attempt", "snooze", "assign".
    """

    values: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    act: str = "complete"
    saved_at: datetime | None = None

    def answers(self) -> dict[str, list[str]]:
        """The values of the form's own fields, by field."""
        return {name.removeprefix(PREFIX): v for name, v in self.values.items() if name.startswith(PREFIX)}

    def first(self, name: str) -> str:
        values = self.values.get(name)
        return values[0] if values else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the summary of errors: the words and the control that it leads to."""

    words: str
    target: str


@dataclass(frozen=True, slots=True)
class Pane:
    """Everything that the open task's pane shows."""

    task: TaskRow
    chosen: Filter
    today: date
    day: int
    due: DueWords
    window: str | None
    window_left: str | None
    description: str | None
    sections: tuple[Section, ...]
    begun: Begun  # what stood in the form when it was opened
    filled: Filled
    scores: Sequence[Scores]
    attempts: Sequence[RowMapping]
    people: Sequence[RowMapping]
    assignee_name: str | None
    done_by_name: str | None
    offer: Offer
    aligned_on: date
    snooze_until: date
    snooze_latest: date
    may_work: bool
    parked: Sequence[Parked] = ()  # its process, where that stands still
    after: str | None = None  # what was completed just before, when this task opened by itself

    @property
    def is_open(self) -> bool:
        return self.task.status == "open"

    @property
    def is_past_due(self) -> bool:
        return self.today > self.task.due_on

    @property
    def may_snooze(self) -> bool:
        return self.task.priority != "urgent" and self.task.kind != "safety"

    @property
    def problems(self) -> list[Problem]:
        """The errors of the task's own form in the order of its fields."""
        if self.filled.act != "complete":
            return []
        fields = [each for section in self.sections for each in section.fields]
        found = [Problem(f.error_in_full, f.first_id) for f in fields if f.error_in_full]
        named = {f.name for f in fields}
        rest = [(name, words) for name, words in self.filled.errors.items() if name not in named]
        return found + [Problem(words, name or "answers") for name, words in rest]


def listed(connection: Connection, task_id: str) -> TaskRow:
    """One task as lists have it; raises NotFound."""
    row = connection.execute(rows().where(tasks.c.id == task_id)).mappings().first()
    if row is None:
        raise NotFound("task", task_id)
    return task_row(row)


def pane_of(task_id: str, chosen: Filter, *, filled: Filled | None = None, after: str | None = None) -> Pane:
    """The pane of a task, filled with what was sent, else with the visitor's draft; raises NotFound."""
    who = visitor()
    with engine().db.reading() as connection:
        task = listed(connection, task_id)
        saw(task.patient_id, task.case_id)
        before = begun(connection, task, who.email)
        if filled is None:
            filled = Filled(values=before.values, saved_at=before.saved_at)
        return _pane(connection, task, chosen, filled, after, who, before)


def _pane(
    connection: Connection,
    task: TaskRow,
    chosen: Filter,
    filled: Filled,
    after: str | None,
    who: Visitor,
    before: Begun,
) -> Pane:
    today = engine().today()
    row = case(connection, task.case_id)
    is_open = task.status == "open"
    schema: dict[str, Any] = {"properties": {}}
    raw = task_by_id(connection, task.id)
    if is_open:
        schema = engine().task_schema(connection, dict(raw))
    errors = filled.errors if filled.act == "complete" else {}
    found = [] if task.kind in _WITHOUT_SCORES else scores(connection, row, judgement())
    return Pane(
        task=task,
        chosen=chosen,
        today=today,
        day=day_number(task.aligned_on, today),
        due=due_words(task.priority, task.due_on, today),
        window=window_words(task.opens_on, task.closes_on),
        window_left=window_left(task.closes_on, today),
        description=schema.get("description"),
        sections=drawn(schema, filled.answers(), errors),
        begun=before,
        filled=filled,
        scores=found,
        attempts=attempts_of_task(connection, task.id),
        people=_people(connection, task),
        assignee_name=name_of(connection, task.assignee) if task.assignee else None,
        done_by_name=name_of(connection, task.done_by) if task.done_by else None,
        offer=also_due(connection, task.patient_id, besides=task.id, email=who.email, role=who.role, today=today),
        aligned_on=row["aligned_on"],
        snooze_until=today + timedelta(days=1),
        snooze_latest=today + LONGEST,
        may_work=who.may_work,
        parked=parked_in(connection, task.case_id, str(raw["process_id"])) if is_open else (),
        after=after,
    )


def _people(connection: Connection, task: TaskRow) -> list[RowMapping]:
    """Who may be given the task: those who work and see its patient."""
    organisation = patient(connection, task.patient_id)["organisation"]
    return [each for each in colleagues(connection, organisation) if each["role"] in WORKERS]
