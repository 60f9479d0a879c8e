"""A page that is sent again with other answers: the first ones stand, and what was not recorded is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands import CompleteTask
from webui.form_fields import Values, as_sent
from webui.taken import kept_answers
from webui.together_questions import TaskForm
from webui.words import day
from worklists.completions import Completion

NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Change:
    """A question with the answer that came too late, and the one that is on record."""

    question: str
    sent: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """A task that this very page has completed before, and what was changed in the page since."""

    form: TaskForm
    changes: tuple[Change, ...]


def changes(form: TaskForm, values: Values, command: CompleteTask, first: Completion) -> tuple[Change, ...]:
    """What differs between what is sent now (``values`` by field, and the command they make) and what was first."""
    return tuple(_changes(form, values, command, first))


def _changes(form: TaskForm, values: Values, command: CompleteTask, first: Completion) -> Iterator[Change]:
    before = {name: as_sent(value) for name, value in first.data.items()}
    for name, rules in form.properties.items():
        if command.data.get(name) != first.data.get(name):
            now = values if name in command.data else {}
            title = str(rules["title"])
            yield Change(title, _words(form.schema, name, now), _words(form.schema, name, before))
    if command.occurred_on != first.occurred_on:
        on, then = (day(each) if each else NO_ANSWER for each in (command.occurred_on, first.occurred_on))
        yield Change("Day", on, then)
    if first.late_reason not in (None, command.late_reason):
        # A task that was not late has no reason on record, though the page gave one for the others.
        yield Change("Reason", command.late_reason or NO_ANSWER, first.late_reason or NO_ANSWER)


def _words(schema: Mapping[str, Any], field: str, values: Values) -> str:
    """An answer in the words of the form."""
    found = kept_answers(schema, {field: values[field]}) if field in values else []
    return found[0][1] if found else NO_ANSWER
