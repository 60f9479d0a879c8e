"""The questions of several tasks of one patient, each asked once: which are the same, and who gets the answer.

The same are an item of the same questionnaire, a value of the same measure, and a field of the same fact with the same
answers to choose from, if that fact is about the person and not about one task alone (`engine.shared_facts`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from webui.form_fields import Field, Section, Values, drawn
from worklists.queries import TaskRow

# What may differ between two forms that ask the same: where the question stands, and under which condition.
_PLACE = ("x-section", "x-when")
_WORDING = ("title", "description", "x-ends")
# Only what is chosen or measured: two texts of one name may be meant differently, two dates may be of different events.
_CLOSED = ("options", "checks", "yesno", "scale", "number")


@dataclass(frozen=True, slots=True)
class TaskForm:
    """A task with its form: the schema, and the fact of each field of the form's own (items and measures have none)."""

    task: TaskRow
    schema: Mapping[str, Any]
    facts: Mapping[str, str]

    @property
    def properties(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.schema["properties"]
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """What one task adds to the screen: its own questions, and those that an earlier task asks for it too.

    ``counts_for`` are the later tasks that take an answer from here.
    """

    form: TaskForm
    sections: tuple[Section, ...]
    asked_above: tuple[Field, ...]
    counts_for: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True)
class Questions:
    """The forms of one sitting. ``names`` gives, by task and field, the question's name in the page."""

    forms: tuple[TaskForm, ...]
    names: Mapping[tuple[str, str], str]

    def values_for(self, form: TaskForm, sent: Values) -> dict[str, list[str]]:
        """What was answered in the page, by the fields of one task's form."""
        named = {field: self.names[form.task.id, field] for field in form.properties}
        return {field: sent[name] for field, name in named.items() if name in sent}

    def in_page(self, form: TaskForm, by_field: Mapping[str, Any]) -> dict[str, Any]:
        """What is known by the fields of one task's form, by the page's names; what is no field keeps its own."""
        return {self.names.get((form.task.id, field), field): value for field, value in by_field.items()}

    def askers(self, name: str) -> list[tuple[TaskForm, str]]:
        """The tasks that a question of the page is for, with its field in each."""
        return [
            (form, field) for form in self.forms for field in form.properties if self.names[form.task.id, field] == name
        ]

    def parts(self, sent: Values, errors: Mapping[str, str]) -> tuple[Part, ...]:
        """The screen in the order of the tasks: each question where the first task asks it."""
        asked: dict[str, Field] = {}
        return tuple(self._part(form, sent, errors, asked) for form in self.forms)

    def _part(self, form: TaskForm, sent: Values, errors: Mapping[str, str], asked: dict[str, Field]) -> Part:
        own, above = [], []
        for section in drawn(form.schema, self.values_for(form, sent), {}):
            fields = []
            for field in section.fields:
                name = self.names[form.task.id, field.name]
                if name in asked:
                    above.append(asked[name])
                else:
                    asked[name] = self._in_page(field, name, errors.get(name))
                    fields.append(asked[name])
            if fields:
                own.append(replace(section, fields=tuple(fields)))
        names = [field.name for section in own for field in section.fields]
        others = {each.task.id: each.task for name in names for each, _ in self.askers(name) if each is not form}
        return Part(form, tuple(own), tuple(above), tuple(others.values()))

    def _in_page(self, field: Field, name: str, error: str | None) -> Field:
        """A field as the page shows it: asked of all who ask it, hidden only while none of them does."""
        conditions = {self._condition(form, own) for form, own in self.askers(name)}
        required = any(own in form.schema.get("required", ()) for form, own in self.askers(name))
        when = conditions.pop() if len(conditions) == 1 else None
        return replace(field, name=name, error=error, is_required=required, when=when)

    def _condition(self, form: TaskForm, field: str) -> tuple[str, tuple[str, ...]] | None:
        when = form.properties[field].get("x-when")
        if when is None:
            return None
        return self.names[form.task.id, when["field"]], tuple(str(value) for value in when["equals"])


def questions(forms: Sequence[TaskForm], is_asked_once: Callable[[str], bool]) -> Questions:
    """Finds what several forms ask alike.

    A question's name in the page depends on nothing but itself, so that a form sent back means what it meant when it
    was shown, though a colleague has meanwhile done one of the tasks.
    """
    names: dict[tuple[str, str], str] = {}
    known: dict[str, set[str]] = {}  # by question of a fact: the forms of each case that have asked it
    for form in forms:
        for field in form.properties:
            shared = _shared_name(form, field, is_asked_once)
            alone = f"{form.task.id}-{field}"
            if shared is None:
                names[form.task.id, field] = alone
                continue
            # The same form twice in one case is about two matters, such as two needs: each has its own answer.
            again = f"{form.task.case_id} {form.task.form}"
            seen = known.setdefault(shared, set())
            names[form.task.id, field] = alone if field in form.facts and again in seen else shared
            seen.add(again)
    return Questions(tuple(forms), names)


def _shared_name(form: TaskForm, field: str, is_asked_once: Callable[[str], bool]) -> str | None:
    """The name that all forms give to the same question; None for one that is about this task alone."""
    rules = form.properties[field]
    for asked in form.schema.get("x-instruments", ()):
        if field in asked["fields"]:
            # A questionnaire is shared as a whole, in its own wording and order, or not at all.
            return f"{field}-{_digest([_without(form.properties[each], _PLACE) for each in asked['fields']])}"
    fact = form.facts.get(field)
    if fact is None:
        return f"{field}-{_digest(_without(rules, _PLACE))}"
    if not is_asked_once(fact) or rules.get("x-widget") not in _CLOSED:
        return None
    return f"{fact.replace('.', '-')}-{_digest(_without(rules, (*_PLACE, *_WORDING)))}"


def _without(rules: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in rules.items() if name not in names}


def _digest(rules: Any) -> str:
    """Short, and the same for the same rules."""
    text = json.dumps(rules, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
