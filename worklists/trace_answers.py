"""A form as it was answered: the questions in their own words, the answers by their labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from care.errors import FormError
from care.forms import json_schema
from care.measures import Measures
from engine.definitions import Definition
from worklists.trace_values import in_words


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with its answer; ``ends`` say what the ends of its scale mean."""

    question: str
    answer: str
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """The answers under one heading, which may be none."""

    title: str | None
    answers: tuple[Answer, ...]

    @property
    def ends(self) -> str | None:
        """What the ends of the scale mean that all its questions share."""
        ends = {each.ends for each in self.answers}
        return ends.pop() if self.title and len(ends) == 1 else None


@dataclass(frozen=True, slots=True)
class AnsweredForm:
    """A form as it was sent; ``unknown`` are answers to fields that the version's form does not have."""

    title: str
    sections: tuple[AnsweredSection, ...]
    unknown: tuple[Answer, ...]


def answered_form(
    definition: Definition, form_id: str, data: Mapping[str, Any], measures: Measures
) -> AnsweredForm | None:
    """What was answered, in the words of the version's form; None when the version has no such form."""
    form = definition.forms.get(form_id)
    if form is None:
        return None
    try:
        schema = json_schema(form, definition.instruments, lambda _: True, definition.measures or measures)
    except FormError:
        return None  # its fields only fit together under their conditions
    properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
    sections: dict[str | None, list[Answer]] = {}
    for name, rules in properties.items():
        if name in data:
            sections.setdefault(rules.get("x-section"), []).append(_answer(name, rules, data[name]))
    unknown = tuple(Answer(name, in_words(value)) for name, value in data.items() if name not in properties)
    found = tuple(AnsweredSection(title, tuple(answers)) for title, answers in sections.items())
    return AnsweredForm(form.title, found, unknown)


def _answer(name: str, rules: Mapping[str, Any], value: Any) -> Answer:
    unit = f" {rules['x-unit']}" if rules.get("x-unit") else ""
    ends = rules.get("x-ends")
    scale = f"{rules['minimum']} = {ends[0]}, {rules['maximum']} = {ends[1]}" if ends else None
    return Answer(rules.get("title", name), f"{_said(rules, value)}{unit}", scale)


def _said(rules: Mapping[str, Any], value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_said(rules.get("items", {}), each) for each in value) or "none"
    for option in rules.get("oneOf", ()):
        if option["const"] == value:
            return str(option.get("title", value))
    return in_words(value)
