"""A task's form as a page draws it: from its JSON Schema to sections of fields, and from what is sent back to data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

PREFIX = "answer-"  # of the fields' names in a page, so that no form's field meets one of the page's own

Values = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: the value that is sent, its words, the key that chooses it."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``when`` names the field, and its values, on which the question depends."""

    name: str
    widget: str  # scale | options | checks | text | lines | number | date
    title: str
    description: str | None
    is_required: bool
    options: tuple[Option, ...]
    value: str
    error: str | None
    ends: tuple[str, ...] = ()
    lines: int = 1
    unit: str | None = None
    minimum: Any = None
    maximum: Any = None
    step: str | None = None
    max_length: int | None = None
    when: tuple[str, tuple[str, ...]] | None = None

    @property
    def id(self) -> str:
        return f"field-{self.name}"

    @property
    def first_id(self) -> str:
        """The id of the control that a link to the field leads to."""
        return f"{self.id}-0" if self.options else self.id

    @property
    def error_in_full(self) -> str | None:
        """What is wrong, with the question it is about: for the summary above the form."""
        if self.error is None or self.error.startswith(self.title):
            return self.error
        return f"{self.title}{'' if self.title.endswith('?') else ':'} {self.error}"

    @property
    def error_here(self) -> str | None:
        """What is wrong, as it is said beside the question: without the question's own words."""
        if self.error is None:
            return None
        rest = self.error.removeprefix(self.title).lstrip(": ")
        return rest[:1].upper() + rest[1:] if rest else self.error

    @property
    def is_group(self) -> bool:
        return bool(self.options)


@dataclass(frozen=True, slots=True)
class Section:
    """Questions under one heading, which may be none."""

    title: str | None
    description: str | None
    fields: tuple[Field, ...]


def drawn(schema: Mapping[str, Any], values: Values, errors: Mapping[str, str]) -> tuple[Section, ...]:
    """The form's sections in order, filled with ``values`` by field name and marked with ``errors``."""
    words = {each["title"]: each.get("description") for each in schema.get("x-sections", [])}
    sections: list[tuple[str | None, list[Field]]] = []
    for name, rules in schema["properties"].items():
        title = rules.get("x-section")
        if not sections or sections[-1][0] != title:
            sections.append((title, []))
        is_required = name in schema.get("required", ())
        sections[-1][1].append(_field(name, rules, is_required, values.get(name, []), errors.get(name)))
    return tuple(Section(title, words.get(title) if title else None, tuple(fields)) for title, fields in sections)


def sent_values(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What a browser sent for the form's fields, by field name; unanswered ones are left out."""
    names = [name for name in form if name.startswith(PREFIX)]
    sent = {name.removeprefix(PREFIX): [v for v in form.getlist(name) if v.strip()] for name in names}
    return {name: values for name, values in sent.items() if values}


def data_of(schema: Mapping[str, Any], values: Values) -> dict[str, Any]:
    """The answers as the form's schema has them.

    What cannot be read as its type stays as it was written: the form's own check says what is wrong with it. An answer
    to a question that was not to be asked (its condition does not hold) is left out.
    """
    data: dict[str, Any] = {}
    for name, rules in schema["properties"].items():
        given = values.get(name, [])
        if given and _is_asked(rules, values):
            data[name] = _answer(rules, given)
    return data


def _is_asked(rules: Mapping[str, Any], values: Values) -> bool:
    when = rules.get("x-when")
    if when is None:
        return True
    return any(_sent(wanted) in values.get(when["field"], []) for wanted in when["equals"])


def as_sent(answer: Any) -> list[str]:
    """A recorded answer as a browser would send it: the reverse of `data_of`, for one field."""
    return [_sent(each) for each in (answer if isinstance(answer, list) else [answer])]


def _sent(value: Any) -> str:
    """An answer as the control that gives it sends it: yes and no stand for true and false."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _answer(rules: Mapping[str, Any], given: list[str]) -> Any:
    if rules.get("type") == "array":
        return [_single(rules["items"], text) for text in given]
    return _single(rules, given[0])


def _single(rules: Mapping[str, Any], text: str) -> Any:
    for option in rules.get("oneOf", ()):
        if str(option["const"]) == text:
            return option["const"]
    kind = rules.get("type")
    if kind == "boolean":
        return {"yes": True, "no": False}.get(text, text)
    if kind in ("integer", "number"):
        return _number(text)
    return text


def _number(text: str) -> int | float | str:
    plain = text.strip()
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        return float(plain)
    except ValueError:
        return plain


def _field(name: str, rules: Mapping[str, Any], is_required: bool, given: list[str], error: str | None) -> Field:
    widget = rules.get("x-widget", "text")
    options = _options(widget, rules, given)
    if widget == "yesno":
        widget = "options"
    lines = int(rules.get("x-lines", 1))
    when = rules.get("x-when")
    return Field(
        name=name,
        widget="lines" if widget == "text" and lines > 1 else widget,
        title=rules.get("title", name),
        description=_description(rules),
        is_required=is_required,
        options=options,
        value=given[0] if given and not options else "",
        error=error,
        ends=tuple(rules.get("x-ends", ())),
        lines=lines,
        unit=rules.get("x-unit"),
        minimum=rules.get("minimum"),
        maximum=rules.get("maximum"),
        step="1" if rules.get("type") == "integer" else "any",
        max_length=rules.get("maxLength"),
        when=(when["field"], tuple(_sent(value) for value in when["equals"])) if when else None,
    )


def _options(widget: str, rules: Mapping[str, Any], given: list[str]) -> tuple[Option, ...]:
    if widget == "yesno":
        choices = [("yes", "Yes"), ("no", "No")]
    elif widget == "scale":
        choices = [(str(n), str(n)) for n in range(rules["minimum"], rules["maximum"] + 1)]
    else:
        listed = rules.get("items", rules).get("oneOf", ())
        choices = [(str(each["const"]), each.get("title", str(each["const"]))) for each in listed]
    return tuple(Option(value, label, value in given) for value, label in choices)


def _description(rules: Mapping[str, Any]) -> str | None:
    """The description, without the words for a scale's ends: they stand under the scale."""
    text: str = rules.get("description", "")
    ends = rules.get("x-ends")
    if ends:
        text = text.removesuffix(f"{rules['minimum']} = {ends[0]}, {rules['maximum']} = {ends[1]}")
    return text.strip() or None
