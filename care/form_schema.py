"""How a form is shown to any client: as JSON Schema 2020-12 with a few rendering hints (`x-...`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from care.errors import FormError, did_you_mean
from care.form_documents import Form, FormField, InstrumentField, MeasureField, WhenAnswer
from care.instruments import item_schema
from care.measure_fields import described, fields_of
from care.measures import Measure, Measures
from care.questionnaires import Instrument

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(
    form: Form,
    instruments: Mapping[str, Instrument],
    holds: Callable[[str], bool],
    measures: Measures | None = None,
) -> dict[str, Any]:
    """The form as JSON Schema, with the fields whose `when` holds, in order.

    `holds` evaluates a FEEL condition over the case's facts. A `when_answer` becomes an `if`/`then` in
    `allOf` and an `x-when`. Rendering keys on a property: `x-widget` (scale, options, checks, text, number,
    date, yesno), `x-section`, `x-ends` (words for both ends of a scale), `x-lines` (rows of a long text),
    `x-unit`; on the schema: `x-sections` (title and description), `x-instruments` (fields, how many may
    stay unanswered) and, where there are any, `x-measures` (the fields of each reading). Raises FormError for
    an unknown instrument or measure and for two fields of one name.
    """
    drawing = _Drawing(form)
    for each in form.fields:
        if each.when is not None and not holds(each.when):
            continue
        if each.when_answer is not None and each.when_answer.field not in drawing.properties:
            continue
        if isinstance(each, FormField):
            drawing.add_field(each)
        elif isinstance(each, MeasureField):
            drawing.add_measure(each, _measure(form, each, measures or Measures({})))
        else:
            drawing.add_instrument(each, _instrument(form, each, instruments))
    return drawing.schema()


@dataclass(slots=True)
class _Drawing:
    """The schema while it is put together."""

    form: Form
    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    conditions: list[dict[str, Any]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    instruments: list[dict[str, Any]] = field(default_factory=list)
    measures: list[dict[str, Any]] = field(default_factory=list)

    def add_field(self, form_field: FormField) -> None:
        self._add(form_field.name, _field_schema(form_field), form_field.section, form_field.when_answer)
        self._require([form_field.name] if form_field.required else [], form_field.when_answer)

    def add_instrument(self, asked: InstrumentField, instrument: Instrument) -> None:
        # offered twice with both conditions true, it is asked once
        if any(each["id"] == instrument.id for each in self.instruments):
            return
        names = [item.field for item in instrument.items]
        for item in instrument.items:
            schema = item_schema(item)
            schema["x-widget"] = "options" if item.options else "scale"
            self._add(item.field, schema, instrument.short_title, asked.when_answer)
        self._describe(instrument.short_title, instrument.instruction or instrument.recall)
        allowed = instrument.scoring.missing_allowed if asked.partial else 0
        self.instruments.append(
            {
                "id": instrument.id,
                "title": instrument.short_title,
                "fields": names,
                "unanswered": allowed,
                "required": asked.required,
            }
            | _when(asked.when_answer)
        )
        self._require(names if asked.required and not allowed else [], asked.when_answer)
        if asked.all_when is not None:
            self._require(names, asked.all_when)

    def add_measure(self, asked: MeasureField, measure: Measure) -> None:
        for each in fields_of(asked, measure):
            self.add_field(each)
            # pages show the unit as people write it, facts keep its UCUM code
            self.properties[each.name]["x-unit"] = measure.unit.shown
        self.measures.append(described(measure) | _when(asked.when_answer))

    def schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"$schema": DIALECT, "title": self.form.title}
        if self.form.description:
            schema["description"] = self.form.description
        schema |= {"type": "object", "properties": self.properties, "required": self.required}
        if self.conditions:
            schema["allOf"] = self.conditions
        schema |= {
            "additionalProperties": False,
            "x-sections": self.sections,
            "x-instruments": self.instruments,
        }
        if self.measures:
            schema["x-measures"] = self.measures
        return schema

    def _add(
        self, name: str, schema: dict[str, Any], section: str | None, condition: WhenAnswer | None
    ) -> None:
        if name in self.properties:
            raise FormError(f"forms/{self.form.id}", name, "is the name of two fields; rename the form's own")
        if section is not None:
            schema["x-section"] = section
            self._describe(section, None)
        self.properties[name] = schema | _when(condition)

    def _require(self, names: list[str], condition: WhenAnswer | None) -> None:
        if condition is None:
            self.required += names
        elif names:
            self.conditions.append(self._condition(names, condition))

    def _condition(self, names: list[str], condition: WhenAnswer) -> dict[str, Any]:
        wanted: dict[str, Any] = {"enum": list(condition.equals)}
        if len(condition.equals) == 1:
            wanted = {"const": condition.equals[0]}
        if self.properties[condition.field].get("type") == "array":
            wanted = {"contains": wanted}
        test = {"properties": {condition.field: wanted}, "required": [condition.field]}
        return {"if": test, "then": {"required": names}}

    def _describe(self, title: str, description: str | None) -> None:
        known = next((each for each in self.sections if each["title"] == title), None)
        if known is None:
            known = {"title": title}
            self.sections.append(known)
        if description:
            known["description"] = description


def _when(condition: WhenAnswer | None) -> dict[str, Any]:
    if condition is None:
        return {}
    return {"x-when": {"field": condition.field, "equals": list(condition.equals)}}


def _instrument(form: Form, asked: InstrumentField, instruments: Mapping[str, Instrument]) -> Instrument:
    if asked.instrument not in instruments:
        hint = did_you_mean(asked.instrument, instruments)
        raise FormError(f"forms/{form.id}", "fields", f"no instrument '{asked.instrument}'; {hint}")
    return instruments[asked.instrument]


def _measure(form: Form, asked: MeasureField, measures: Measures) -> Measure:
    if asked.measure not in measures.by_id:
        hint = did_you_mean(asked.measure, measures.by_id)
        raise FormError(f"forms/{form.id}", "fields", f"no measure '{asked.measure}'; {hint}")
    return measures.by_id[asked.measure]


def _field_schema(form_field: FormField) -> dict[str, Any]:
    schema = _TYPES[form_field.type](form_field)
    schema["title"] = form_field.title
    if form_field.description:
        schema["description"] = form_field.description
    if form_field.unit:
        schema["x-unit"] = form_field.unit
    return schema


def _string(form_field: FormField) -> dict[str, Any]:
    # a required text of nothing is no answer
    least = {"minLength": 1} if form_field.required else {}
    return {"type": "string", **least, "maxLength": form_field.max_length, "x-widget": "text"}


def _text(form_field: FormField) -> dict[str, Any]:
    return _string(form_field) | {"x-lines": 4}


def _number(form_field: FormField) -> dict[str, Any]:
    bounds = {"minimum": form_field.minimum, "maximum": form_field.maximum}
    given = {name: value for name, value in bounds.items() if value is not None}
    return {"type": form_field.type, **given, "x-widget": "number"}


def _boolean(_: FormField) -> dict[str, Any]:
    return {"type": "boolean", "x-widget": "yesno"}


def _date(_: FormField) -> dict[str, Any]:
    return {"type": "string", "format": "date", "x-widget": "date"}


def _choice(form_field: FormField) -> dict[str, Any]:
    return _one_of(form_field) | {"x-widget": "options"}


def _choices(form_field: FormField) -> dict[str, Any]:
    least = {"minItems": 1} if form_field.required else {}
    return {"type": "array", "items": _one_of(form_field), "uniqueItems": True, **least, "x-widget": "checks"}


def _one_of(form_field: FormField) -> dict[str, Any]:
    options = [{"const": option.value, "title": option.label} for option in form_field.options]
    kinds = {"string" if isinstance(option.value, str) else "integer" for option in form_field.options}
    kind: dict[str, Any] = {"type": kinds.pop()} if len(kinds) == 1 else {}
    return kind | {"oneOf": options}


_TYPES: Mapping[str, Callable[[FormField], dict[str, Any]]] = {
    "string": _string,
    "text": _text,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
}
