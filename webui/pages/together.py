"""Together: the forms of a patient's tasks on one screen, what they ask alike asked once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from engine.errors import InvalidInput, ago
from engine.store.patients import patient
from engine.store.people import name_of
from engine.store.tasks import tasks_by_id
from webui.access import WORKERS, allowed, visitor
from webui.desk import chosen_filter
from webui.extension import engine
from webui.form_fields import PREFIX, sent_values
from webui.htmx import is_part
from webui.pages.blueprint import goes_to, pages
from webui.pane import PAGE_FIELDS, Filled
from webui.returned import returned
from webui.taken import kept_answers
from webui.together import Answers, Screen, Sent, drafted, forms_of, keep_drafts, send, tasks_named
from webui.together_questions import Questions
from webui.words import day, plural
from worklists.visits import Visit, visit

_SUBMISSION = re.compile(r"[0-9a-f]{32}")


@pages.get("/patients/<patient_id>/together")
@allowed(WORKERS)
def together(patient_id: str) -> ResponseReturnValue:
    with engine().db.reading() as connection:
        patient(connection, patient_id)
        seen = _visit(connection, patient_id)
        asked = forms_of(connection, seen.together)
        filled = Filled(values=drafted(connection, asked))
    if not seen.together:
        return render_template("pages/together_nothing.html", visit=seen, chosen=chosen_filter())
    return render_template("pages/together.html", screen=_screen(seen, asked, filled))


@pages.post("/patients/<patient_id>/together")
@allowed(WORKERS)
def do_together(patient_id: str) -> ResponseReturnValue:
    """Completes the tasks of the form, all of them checked before the first is sent."""
    with engine().db.reading() as connection:
        patient(connection, patient_id)
        asked = forms_of(connection, tasks_named(connection, patient_id, request.form.getlist("task")))
    try:
        answers = _answers()
    except InvalidInput as error:
        return _again(patient_id, asked, Sent(errors=dict(error.errors)))
    result = send(asked, answers)
    if result.errors:
        return _again(patient_id, asked, result)
    if result.taken or result.refused or result.kept or result.unrecorded:
        return _told(patient_id, asked, answers, result)
    flash(_said(result) if result.done else "Nothing was chosen to be done.")
    return goes_to(url_for("pages.day", **chosen_filter().args()))


@pages.post("/patients/<patient_id>/together/draft")
@allowed(WORKERS)
def draft_together(patient_id: str) -> ResponseReturnValue:
    """Keeps what is filled in so far, for each of the tasks; nothing is checked yet."""
    page = {name: [request.form[name]] for name in PAGE_FIELDS if request.form.get(name, "").strip()}
    with engine().db.writing() as connection:
        patient(connection, patient_id)
        asked = forms_of(connection, tasks_named(connection, patient_id, request.form.getlist("task")))
        keep_drafts(connection, asked, sent_values(request.form), page)
    if is_part():
        return render_template("partials/_draft_note.html", kept=True)
    return goes_to(url_for("pages.together", patient_id=patient_id, **chosen_filter().args()))


def _visit(connection: Connection, patient_id: str) -> Visit:
    who = visitor()
    return visit(connection, patient_id, email=who.email, role=who.role, today=engine().today())


def _answers() -> Answers:
    text = request.form.get("occurred_on", "").strip()
    try:
        occurred_on = date.fromisoformat(text) if text else None
    except ValueError as error:
        words = f"“{text}” is not a date; write year, month and day as 2026-03-01."
        raise InvalidInput({"occurred_on": words}) from error
    submission = request.form.get("submission", "")
    if not _SUBMISSION.fullmatch(submission):
        raise InvalidInput({"submission": "This page is not whole any more: look over the answers and send it again."})
    return Answers(
        sent=sent_values(request.form),
        occurred_on=occurred_on,
        late_reason=request.form.get("late_reason", "").strip() or None,
        left=frozenset(request.form.getlist("leave")),
        submission=submission,
    )


def _screen(
    seen: Visit, asked: Questions, filled: Filled, left: Sequence[str] = (), sent: Sent | None = None
) -> Screen:
    """The screen; ``sent`` is what became of the tasks that stood on it when it was sent."""
    with engine().db.reading() as connection:
        back = {form.task.id: returned(connection, form.task) for form in asked.forms}
    return Screen(
        visit=seen,
        parts=asked.parts(filled.answers(), filled.errors),
        filled=filled,
        left=frozenset(left),
        submission=uuid4().hex,
        today=engine().today(),
        chosen=chosen_filter(),
        done=() if sent is None else tuple(form.task.title for form in sent.done),
        returned={task: each for task, each in back.items() if each is not None},
        unrecorded=() if sent is None else tuple(sent.unrecorded),
    )


def _again(patient_id: str, asked: Questions, result: Sent) -> ResponseReturnValue:
    """The screen with what was written and what is wrong; what is done already is said and not asked again."""
    with engine().db.reading() as connection:
        seen = _visit(connection, patient_id)
        ids = [form.task.id for form in asked.forms if form.task.id not in result.settled]
        rest = forms_of(connection, tasks_named(connection, patient_id, ids))
    # Of two tasks of one form the one that is left may now have the question that the other one had.
    moved = {asked.names[place]: name for place, name in rest.names.items() if place in asked.names}
    values = {PREFIX + moved[name]: v for name, v in sent_values(request.form).items() if name in moved}
    page = {name: request.form.getlist(name) for name in PAGE_FIELDS}
    errors = {moved.get(name, name): _sentence(words) for name, words in result.errors.items()}
    filled = Filled(values=values | page, errors=errors)
    if not rest.forms:
        return render_template("pages/together_nothing.html", visit=seen, chosen=chosen_filter()), 422
    screen = _screen(seen, rest, filled, request.form.getlist("leave"), result)
    return render_template("pages/together.html", screen=screen), 422


def _told(patient_id: str, asked: Questions, answers: Answers, result: Sent) -> ResponseReturnValue:
    """What is done, and what is not recorded, because somebody else or this page itself was first: still to be read."""
    with engine().db.reading() as connection:
        lost = [
            {
                "task": form.task,
                "words": f"{name_of(connection, error.by)} was first, {ago(error.seconds_ago)}."
                if error.status == "done"
                else "It is not needed any more: the pathway has ended it.",
                "kept": kept_answers(form.schema, asked.values_for(form, answers.sent)),
            }
            for form, error in result.taken
        ]
        seen = _visit(connection, patient_id)
    lost += [
        {"task": form.task, "words": words, "kept": kept_answers(form.schema, asked.values_for(form, answers.sent))}
        for form, words in result.refused
    ]
    said = _said(result) if result.done else None
    told = {
        "said": said,
        "lost": lost,
        "kept": [(form.task, words) for form, words in result.kept],
        "unrecorded": result.unrecorded,
        "visit": seen,
        "chosen": chosen_filter(),
    }
    return render_template("pages/together_told.html", **told), 409


def _said(result: Sent) -> str:
    """The tasks that are done, and what the pathways made of it."""
    titles = [form.task.title for form in result.done]
    listed = " and ".join(filter(None, (", ".join(titles[:-1]), titles[-1])))
    words = f"{listed} {'is' if len(titles) == 1 else 'are'} completed."
    with engine().db.reading() as connection:
        opened = tasks_by_id(connection, [task for outcome in result.outcomes for task in outcome.tasks])
    if opened:
        words += " It led to: " + "; ".join(f"{row['title']} (due {day(row['due_on'])})" for row in opened) + "."
    cancelled = sum(len(outcome.cancelled) for outcome in result.outcomes)
    if cancelled:
        words += f" {plural(cancelled, 'task')} not needed any more."
    return words


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words[-1:] in ".?!" else ".")
