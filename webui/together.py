"""Several tasks of one patient done in one sitting: what the screen shows, what is wrong, and what is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection

from care.errors import AnswerError
from care.form_documents import FormField
from care.forms import check, facts_of
from engine.commands import CompleteTask, Outcome
from engine.errors import InvalidInput, KeyReused, NotFound, ProcessParked, Refused, TaskTaken
from engine.measure_files import shipped_measures
from engine.shared_facts import shared_facts_in
from engine.store.commands import command_with_key
from engine.store.tasks import task as task_by_id
from webui.access import visitor
from webui.extension import engine
from webui.form_fields import PREFIX, Values, data_of
from webui.pane import PAGE_FIELDS, Filled, Problem, listed
from webui.resent import Change, Unrecorded, changes
from webui.returned import Returned, begun
from webui.together_questions import Part, Questions, TaskForm, questions
from webui.words import day
from worklists.completions import completion
from worklists.drafts import forget_draft, keep_draft
from worklists.filters import Filter
from worklists.queries import TaskRow
from worklists.ranking import presses
from worklists.visits import Visit

# An update goes out as its preview stood on the page, before the other answers change the record; what may end the case
# comes last, so that nothing ends under the other tasks.
_ORDER = {"pcp_update": 0, "closure": 2}


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything that the screen shows. ``visit`` is all that is open for the patient, ``done`` what was just done."""

    visit: Visit
    parts: tuple[Part, ...]
    filled: Filled
    left: frozenset[str]
    submission: str
    today: date
    chosen: Filter
    done: tuple[str, ...] = ()
    returned: Mapping[str, Returned] = field(default_factory=dict)  # by task: what came back for it
    unrecorded: tuple[Unrecorded, ...] = ()

    @property
    def patient(self) -> TaskRow:
        return self.parts[0].form.task

    @property
    def aligned_on(self) -> date:
        """The earliest day on which it can have happened: no answer is older than an alignment it counts for."""
        return max(part.form.task.aligned_on for part in self.parts)

    @property
    def is_past_due(self) -> bool:
        return any(part.form.task.due_on < self.today for part in self.parts)

    @property
    def problems(self) -> list[Problem]:
        """The errors in the order of the questions, each with the control that it leads to."""
        fields = [each for part in self.parts for section in part.sections for each in section.fields]
        found = [Problem(f.error_in_full, f.first_id) for f in fields if f.error_in_full]
        named = {f.name for f in fields}
        rest = [(name, words) for name, words in self.filled.errors.items() if name not in named]
        return found + [Problem(words, name if name in PAGE_FIELDS else "answers") for name, words in rest]

    @property
    def elsewhere(self) -> tuple[TaskRow, ...]:
        """The patient's open tasks that are not on the screen."""
        here = {part.form.task.id for part in self.parts}
        return tuple(task for task in self.visit.tasks if task.id not in here)


@dataclass(slots=True)
class Sent:
    """What became of the tasks of one form: done, done by somebody else meanwhile, refused, or to be mended.

    ``kept`` are those whose pathway stands still, with their answers. ``unrecorded`` are those done when the page was
    first sent, whose answers were changed since.
    """

    done: list[TaskForm] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    taken: list[tuple[TaskForm, TaskTaken]] = field(default_factory=list)
    refused: list[tuple[TaskForm, str]] = field(default_factory=list)
    kept: list[tuple[TaskForm, str]] = field(default_factory=list)
    unrecorded: list[Unrecorded] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> set[str]:
        """The tasks that need no further answer."""
        others = [form for form, _ in (*self.taken, *self.refused, *self.kept)]
        return {form.task.id for form in (*self.done, *others)}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person sent: answers by the page's names, the day and the reason, and the tasks they leave for later."""

    sent: Values
    occurred_on: date | None
    late_reason: str | None
    left: frozenset[str]
    submission: str

    def command(self, form: TaskForm, asked: Questions, today: date) -> CompleteTask:
        """The completion of one task; the reason goes with those that are late."""
        is_late = today > form.task.due_on or (self.occurred_on is not None and self.occurred_on < today)
        data = data_of(form.schema, asked.values_for(form, self.sent))
        return CompleteTask(form.task.id, data, self.occurred_on, self.late_reason if is_late else None)

    def key(self, task_id: str) -> str:
        """One completion of a task for one form that was shown, however often it is sent."""
        digest = hashlib.sha256(f"{self.submission}:{task_id}".encode()).hexdigest()[:32]
        return f"{visitor().email}:together:{digest}"


def forms_of(connection: Connection, tasks: Sequence[TaskRow]) -> Questions:
    """The forms of tasks, what they ask alike found."""
    forms = []
    for task in tasks:
        schema = engine().task_schema(connection, dict(task_by_id(connection, task.id)))
        form = engine().library.definition(connection, task.version).forms[task.form]
        facts = {each.name: each.fact for each in form.fields if isinstance(each, FormField)}
        forms.append(TaskForm(task, schema, facts))
    return questions(forms, shared_facts_in(engine().library.folder).is_asked_once)


def tasks_named(connection: Connection, patient_id: str, ids: Sequence[str]) -> list[TaskRow]:
    """The tasks that a form was shown for: this patient's, and none that presses: those are done for themselves.

    Raises NotFound, for a task of another patient too.
    """
    found = [listed(connection, task_id) for task_id in dict.fromkeys(ids)]
    for task in found:
        if task.patient_id != patient_id:
            raise NotFound("task", task.id)
    return [task for task in found if not presses(task.priority, task.kind)]


def drafted(connection: Connection, asked: Questions) -> dict[str, list[str]]:
    """What was filled in before, on this screen or at a single task, by the names of the page's controls."""
    values: dict[str, list[str]] = {}
    for form in asked.forms:
        kept = begun(connection, form.task, visitor().email)
        by_field = {name.removeprefix(PREFIX): v for name, v in kept.values.items() if name.startswith(PREFIX)}
        known = {name: v for name, v in by_field.items() if name in form.properties}
        for name, value in asked.in_page(form, known).items():
            values.setdefault(PREFIX + name, value)
        # The day of an answer that came back is its own, and not that of the other tasks.
        for name in PAGE_FIELDS if kept.saved_at is not None else ():
            if name in kept.values:
                values.setdefault(name, kept.values[name])
    return values


def keep_drafts(connection: Connection, asked: Questions, sent: Values, page: Values) -> None:
    """Keeps what is filled in so far, for each task what is its own: it stands in the single task's pane too."""
    for form in asked.forms:
        if form.task.status == "open":
            kept = {PREFIX + name: values for name, values in asked.values_for(form, sent).items()}
            keep_draft(connection, form.task.id, visitor().email, kept | dict(page), engine().clock.now())


def faults(connection: Connection, asked: Questions, forms: Sequence[TaskForm], answers: Answers) -> dict[str, str]:
    """All that is wrong with the answers to the tasks that are to be done, by the page's names."""
    today = engine().today()
    found: dict[str, str] = {}
    for form in forms:
        command = answers.command(form, asked, today)
        wrong = check(form.schema, command.data) or _unscored(connection, form, command.data)
        for name, words in asked.in_page(form, wrong).items():
            found.setdefault(name, words)
        for name, words in _day_faults(form.task, answers, today).items():
            found.setdefault(name, words)
    return found


def _unscored(connection: Connection, form: TaskForm, data: Mapping[str, Any]) -> dict[str, str]:
    """What the form's schema lets through and its scoring does not."""
    definition = engine().library.definition(connection, form.task.version)
    try:
        measures = definition.measures or shipped_measures()
        facts_of(definition.forms[form.task.form], definition.instruments, data, measures)
    except AnswerError as error:
        return {error.field: error.message}
    return {}


def _day_faults(task: TaskRow, answers: Answers, today: date) -> dict[str, str]:
    """What `CompleteTask` would refuse of the day, and the reason that late work asks for."""
    on = answers.occurred_on
    errors = {}
    if on is not None and on > today:
        errors["occurred_on"] = f"{day(on)} is in the future; today is {day(today)}."
    elif on is not None and on < task.aligned_on:
        errors["occurred_on"] = f"{day(on)} is before the patient was aligned ({day(task.aligned_on)})."
    elif on is not None and task.kind == "prom" and on < task.opens_on:
        errors["occurred_on"] = f"{task.title}: the measures were asked for on {day(task.opens_on)}, not before."
    if answers.late_reason is None and today > task.due_on:
        errors["late_reason"] = f"{task.title} was due {day(task.due_on)}: say what held it up."
    elif answers.late_reason is None and on is not None and on < today:
        errors["late_reason"] = "Say why it is recorded only today."
    return errors


def send(asked: Questions, answers: Answers) -> Sent:
    """Complete the tasks, each by its own command and transaction, once nothing is wrong with any of them.

    A task that this very form has completed before counts as done: its first answers stand, and what differs from them
    is told. So is one that somebody else has done.
    """
    result = Sent()
    with engine().db.reading() as connection:
        for form in asked.forms:
            if command_with_key(connection, answers.key(form.task.id)) is not None:
                _done_before(connection, asked, form, answers, result)
        before = {form.task.id for form in result.done}
        chosen = [form for form in asked.forms if form.task.id not in before | answers.left]
        todo = [form for form in chosen if form.task.status == "open"]
        result.errors = faults(connection, asked, todo, answers)
    if result.errors:
        return result
    for form in sorted(chosen, key=lambda each: _ORDER.get(each.task.kind, 1)):
        _complete(asked, form, answers, result)
    with engine().db.writing() as connection:
        for form in (*result.done, *(form for form, _ in result.kept)):
            forget_draft(connection, form.task.id, visitor().email)
    return result


def _done_before(connection: Connection, asked: Questions, form: TaskForm, answers: Answers, result: Sent) -> None:
    """A task that this page has completed already: done, and told where the page says something else by now."""
    result.done.append(form)
    first = completion(connection, form.task.case_id, form.task.id)
    if first is None:
        return
    if form.task.id in answers.left:
        changed: tuple[Change, ...] = (Change("Not now", "left in the list", "completed"),)
    else:
        command = answers.command(form, asked, engine().today())
        changed = changes(form, asked.values_for(form, answers.sent), command, first)
    if changed:
        result.unrecorded.append(Unrecorded(form, changed))


def _complete(asked: Questions, form: TaskForm, answers: Answers, result: Sent) -> None:
    command = answers.command(form, asked, engine().today())
    try:
        outcome = engine().execute(command, actor=visitor().actor, key=answers.key(form.task.id))
    except KeyReused:  # a twin of this page was faster, with other answers
        with engine().db.reading() as connection:
            _done_before(connection, asked, form, answers, result)
    except TaskTaken as error:
        result.taken.append((form, error))
    except InvalidInput as error:  # the answer to the task before has changed what this one asks
        result.errors |= asked.in_page(form, error.errors)
    except ProcessParked as error:
        (result.kept if error.is_kept else result.refused).append((form, error.message))
    except Refused as error:
        result.refused.append((form, error.message))
    else:
        result.done.append(form)
        result.outcomes.append(outcome)
