"""What one does to a task: complete it, log an attempt, snooze it, give it to somebody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from care.forms import check
from engine.commands import AnyCommand, AssignTask, CompleteTask, LogAttempt, Outcome, SnoozeTask
from engine.errors import InvalidInput, ProcessParked, TaskTaken
from engine.statuses import RUNNING
from engine.store.people import name_of
from engine.store.tasks import task as task_by_id
from engine.store.tasks import tasks_by_id
from webui.access import WORKERS, allowed, visitor
from webui.after import Before, after_task, before_task, stays
from webui.desk import chosen_filter, desk
from webui.extension import engine
from webui.form_fields import data_of, sent_values
from webui.htmx import is_part
from webui.pages.blueprint import pages
from webui.pane import Filled, pane_of
from webui.taken import taken
from webui.words import day, plural
from worklists.drafts import draft, forget_draft


@pages.post("/tasks/<task_id>/complete")
@allowed(WORKERS)
def complete(task_id: str) -> ResponseReturnValue:
    before = before_task(task_id, chosen_filter())
    with engine().db.reading() as connection:
        schema = engine().task_schema(connection, dict(task_by_id(connection, task_id)))
        drafted = draft(connection, task_id, visitor().email) is not None
    answers = sent_values(request.form)
    try:
        occurred_on = _day("occurred_on")
        reason = request.form.get("late_reason", "").strip() or None
        data = data_of(schema, answers)
        if before.task.status == "open":
            _refuse(check(schema, data) | _unexplained(before, occurred_on, reason))
        command = CompleteTask(task_id, data, occurred_on, reason)
        # the same form sent twice, by a double click or a lost answer, is one completion
        outcome = engine().execute(command, actor=visitor().actor, key=f"{visitor().email}:complete:{task_id}")
    except InvalidInput as error:
        return _refused(before, error.errors, "complete")
    except ProcessParked as error:
        if error.is_kept:
            _forget(task_id, drafted)
            return stays(before, error.message)
        return _refused(before, {"answers": error.message}, "complete")
    except TaskTaken as error:
        return taken(error, before, schema, answers)
    _forget(task_id, drafted)
    return after_task(before, _said(f"{before.task.title} is completed.", outcome))


def _forget(task_id: str, drafted: bool) -> None:
    """What was sent is in the record, or kept for it: the draft that led to it goes."""
    if drafted:
        with engine().db.writing() as connection:
            forget_draft(connection, task_id, visitor().email)


@pages.post("/tasks/<task_id>/attempt")
@allowed(WORKERS)
def attempt(task_id: str) -> ResponseReturnValue:
    command = LogAttempt(
        task_id,
        request.form.get("channel", ""),
        request.form.get("outcome", ""),
        request.form.get("note", "").strip() or None,
    )
    return _act(task_id, command, "attempt", "The attempt is noted.")


@pages.post("/tasks/<task_id>/snooze")
@allowed(WORKERS)
def snooze(task_id: str) -> ResponseReturnValue:
    before = before_task(task_id, chosen_filter())
    try:
        until = _day("until")
        if until is None:
            raise InvalidInput({"until": "say until when"})
        command = SnoozeTask(task_id, until, request.form.get("reason", ""))
        outcome = engine().execute(command, actor=visitor().actor)
    except InvalidInput as error:
        return _refused(before, error.errors, "snooze")
    except TaskTaken as error:
        return taken(error, before, {"properties": {}}, {})
    said = f"{before.task.title} is out of sight until {day(until)}. It stays due {day(before.task.due_on)}."
    return after_task(before, _said(said, outcome))


@pages.post("/tasks/<task_id>/assign")
@allowed(WORKERS)
def assign(task_id: str) -> ResponseReturnValue:
    given = request.form.get("assignee") or None
    assignee = visitor().email if given == "me" else given
    with engine().db.reading() as connection:
        name = name_of(connection, assignee) if assignee else "nobody"
    words = "The task is yours." if assignee == visitor().email else f"The task is with {name} now."
    return _act(task_id, AssignTask(task_id, assignee), "assign", words)


def _act(task_id: str, command: AnyCommand, act: str, words: str) -> ResponseReturnValue:
    """A command after which the task stays open beside the list, unless the pathway ended it."""
    before = before_task(task_id, chosen_filter())
    try:
        outcome = engine().execute(command, actor=visitor().actor)
    except InvalidInput as error:
        return _refused(before, error.errors, act)
    except TaskTaken as error:
        return taken(error, before, {"properties": {}}, {})
    said = _said(words, outcome)
    return after_task(before, said) if task_id in outcome.cancelled else stays(before, said)


def _day(name: str) -> date | None:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput({name: f"“{text}” is not a date; write year, month and day as 2026-03-01"}) from error


def _refuse(errors: Mapping[str, str]) -> None:
    if errors:
        raise InvalidInput(errors)


def _unexplained(before: Before, occurred_on: date | None, reason: str | None) -> dict[str, str]:
    """Late work is welcome, with its true day and why: the record says both."""
    today = engine().today()
    if reason is not None:
        return {}
    if today > before.task.due_on:
        return {"late_reason": f"It was due {day(before.task.due_on)}: say what held it up."}
    if occurred_on is not None and occurred_on < today:
        return {"late_reason": "Say why it is recorded only today."}
    return {}


def _refused(before: Before, errors: Mapping[str, str], act: str) -> ResponseReturnValue:
    sent = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    filled = Filled(values=sent, errors=_sentences(errors), act=act)
    pane = pane_of(before.task.id, before.chosen, filled=filled)
    if is_part():
        return render_template("partials/_pane.html", pane=pane), 422
    return render_template("pages/day.html", desk=desk(before.chosen), pane=pane), 422


def _sentences(errors: Mapping[str, str]) -> dict[str, str]:
    return {
        name: words[:1].upper() + words[1:] + ("" if words[-1:] in ".?!" else ".") for name, words in errors.items()
    }


def _said(words: str, outcome: Outcome) -> str:
    """The words, with what the pathway made of it: the tasks it opened and those it ended."""
    with engine().db.reading() as connection:
        opened = tasks_by_id(connection, list(outcome.tasks))
    if opened:
        words += " It led to: " + "; ".join(f"{row['title']} (due {day(row['due_on'])})" for row in opened) + "."
    if outcome.cancelled:
        words += f" {plural(len(outcome.cancelled), 'task')} not needed any more."
    if outcome.status not in RUNNING:
        words += " The case is closed."
    return words
