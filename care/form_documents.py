"""What a form is, and how a form file becomes one, refusing what could not be shown, answered or recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from care.documents import Entry, document_entry
from care.errors import FormError, did_you_mean

FieldType = Literal["string", "text", "integer", "number", "boolean", "date", "choice", "choices"]
Answer = str | int | bool
_TYPES: tuple[str, ...] = ("string", "text", "integer", "number", "boolean", "date", "choice", "choices")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FACT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_FIELD_KEYS = (
    "name", "fact", "title", "description", "type", "options", "minimum", "maximum", "max_length", "unit",
    "required", "when", "when_answer", "section", "record",
)  # fmt: skip
# a bound for texts whose file gives none, so that no answer is endless
_LONGEST = {"string": 200, "text": 4000}


@dataclass(frozen=True, slots=True)
class WhenAnswer:
    """The condition that an earlier field of the same form has one of these answers."""

    field: str
    equals: tuple[Answer, ...]

    def holds(self, data: Mapping[str, Any]) -> bool:
        """Whether the answers meet the condition; a list of choices does when it holds one of them."""
        answer = data.get(self.field)
        answers = answer if isinstance(answer, list) else [answer]
        return any(
            type(each) is type(wanted) and each == wanted for each in answers for wanted in self.equals
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice field."""

    value: str | int
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form's own; `fact` is the name under which its answer is recorded.

    With `record` it is kept for people to read, and no rule is expected to.
    """

    name: str
    fact: str
    title: str
    description: str | None
    type: FieldType
    options: tuple[Choice, ...]
    minimum: int | float | None
    maximum: int | float | None
    max_length: int | None
    unit: str | None
    required: bool
    when: str | None
    when_answer: WhenAnswer | None
    section: str | None
    record: bool = False


@dataclass(frozen=True, slots=True)
class InstrumentField:
    """All items of an instrument; with `partial`, as many may stay unanswered as its scoring rule permits, but for
    `all_when`: while that holds, none may."""

    instrument: str
    required: bool
    partial: bool
    when: str | None
    when_answer: WhenAnswer | None
    all_when: WhenAnswer | None = None


@dataclass(frozen=True, slots=True)
class MeasureField:
    """A physiologic measure that is typed in: a number field for each of its parts and readings."""

    measure: str
    required: bool
    when: str | None
    when_answer: WhenAnswer | None


AnyField = FormField | InstrumentField | MeasureField


@dataclass(frozen=True, slots=True)
class Form:
    """What a task asks: fields of its own, whole instruments and measures, in order."""

    id: str
    title: str
    description: str | None
    fields: tuple[AnyField, ...]

    @property
    def conditions(self) -> tuple[str, ...]:
        """The FEEL texts that decide which fields are shown."""
        return tuple(each.when for each in self.fields if each.when is not None)

    @property
    def instruments(self) -> tuple[str, ...]:
        """The ids of the instruments it asks."""
        return tuple(each.instrument for each in self.fields if isinstance(each, InstrumentField))

    @property
    def measures(self) -> tuple[str, ...]:
        """The ids of the measures it asks."""
        return tuple(each.measure for each in self.fields if isinstance(each, MeasureField))


def form_from(document: Mapping[str, Any]) -> Form:
    """Reads one form document; raises FormError naming the file and the field."""
    root = document_entry(document, "forms", FormError)
    root.only("id", "title", "description", "fields")
    fields: list[AnyField] = []
    for entry in root.entries("fields"):
        fields.append(_field(entry, fields))
    return Form(root.text("id"), root.text("title"), root.optional_text("description"), tuple(fields))


def _field(entry: Entry, earlier: list[AnyField]) -> AnyField:
    if "instrument" in entry.values:
        return _instrument_field(entry, earlier)
    if "measure" in entry.values:
        return _measure_field(entry, earlier)
    entry.only(*_FIELD_KEYS)
    name = entry.text("name")
    if not _NAME.fullmatch(name):
        raise entry.fail("name", f"'{name}' must be lower-case letters, digits and _, such as called_on")
    if any(isinstance(each, FormField) and each.name == name for each in earlier):
        raise entry.fail("name", f"'{name}' is used twice in this form")
    fact = entry.text("fact", default=name)
    if not _FACT.fullmatch(fact):
        raise entry.fail("fact", f"'{fact}' must be names with dots, such as msk.region")
    kind = cast(FieldType, entry.choice("type", _TYPES))
    return FormField(
        name=name,
        fact=fact,
        title=entry.text("title"),
        description=entry.optional_text("description"),
        type=kind,
        options=_options(entry, kind),
        minimum=_bound(entry, "minimum", kind),
        maximum=_bound(entry, "maximum", kind),
        max_length=_max_length(entry, kind),
        unit=entry.optional_text("unit"),
        required=entry.flag("required", default=False),
        when=entry.optional_text("when"),
        when_answer=_when_answer(entry, earlier),
        section=entry.optional_text("section"),
        record=entry.flag("record", default=False),
    )


def _instrument_field(entry: Entry, earlier: list[AnyField]) -> InstrumentField:
    entry.only("instrument", "required", "partial", "when", "when_answer", "all_when")
    return InstrumentField(
        instrument=entry.text("instrument"),
        required=entry.flag("required", default=False),
        partial=entry.flag("partial", default=False),
        when=entry.optional_text("when"),
        when_answer=_when_answer(entry, earlier),
        all_when=_when_answer(entry, earlier, "all_when"),
    )


def _measure_field(entry: Entry, earlier: list[AnyField]) -> MeasureField:
    entry.only("measure", "required", "when", "when_answer")
    name = entry.text("measure")
    if any(isinstance(each, MeasureField) and each.measure == name for each in earlier):
        raise entry.fail("measure", f"'{name}' is asked twice in this form")
    return MeasureField(
        measure=name,
        required=entry.flag("required", default=False),
        when=entry.optional_text("when"),
        when_answer=_when_answer(entry, earlier),
    )


def _options(entry: Entry, kind: FieldType) -> tuple[Choice, ...]:
    options = []
    for each in entry.entries("options", default=[]):
        each.only("value", "label")
        value = each.values.get("value")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise each.fail(
                "value", f"must be a text or a whole number, not {value!r}; put yes and no in quotes"
            )
        options.append(Choice(value, each.text("label")))
    if bool(options) != (kind in ("choice", "choices")):
        raise entry.fail("options", "belong to the types choice and choices, which need at least one")
    if len({option.value for option in options}) != len(options):
        raise entry.fail("options", "must have different values")
    return tuple(options)


def _bound(entry: Entry, field: str, kind: FieldType) -> int | float | None:
    value = entry.optional_number(field)
    if value is None:
        return None
    if kind not in ("integer", "number"):
        raise entry.fail(field, f"belongs to the types integer and number, not to {kind}")
    return int(value) if value == value.to_integral_value() else float(value)


def _max_length(entry: Entry, kind: FieldType) -> int | None:
    given = entry.optional_integer("max_length")
    if given is not None and kind not in _LONGEST:
        raise entry.fail("max_length", f"belongs to the types string and text, not to {kind}")
    return given if given is not None else _LONGEST.get(kind)


def _when_answer(entry: Entry, earlier: list[AnyField], name: str = "when_answer") -> WhenAnswer | None:
    condition = entry.optional_entry(name)
    if condition is None:
        return None
    condition.only("field", "equals")
    named = {each.name: each for each in earlier if isinstance(each, FormField)}
    asked = condition.text("field")
    if asked not in named:
        raise condition.fail("field", f"'{asked}' is not an earlier field; {did_you_mean(asked, named)}")
    wanted = condition.values.get("equals")
    answers = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    _check_answers(condition, named[asked], answers)
    return WhenAnswer(asked, answers)


def _check_answers(condition: Entry, field: FormField, answers: tuple[Any, ...]) -> None:
    allowed: list[Answer]
    if field.type == "boolean":
        allowed = [True, False]
    elif field.options:
        allowed = [option.value for option in field.options]
    else:
        raise condition.fail(
            "field", f"'{field.name}' is a {field.type}; a condition needs a choice or a boolean"
        )
    for answer in answers:
        if not any(type(answer) is type(each) and answer == each for each in allowed):
            quotes = isinstance(answer, bool)
            hint = "put yes and no in quotes" if quotes else did_you_mean(answer, allowed)
            raise condition.fail("equals", f"{answer!r} is no answer of '{field.name}'; {hint}")
