"""How a form asks a measure: its number fields, what is wrong with their answers, and the facts in them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from care.form_documents import FormField, MeasureField
from care.measures import Measure, Measures, Part, body_mass_index, highest_fact, mean, reportable

# What is recorded of a form's answers has this source (engine.handlers.complete_task).
TYPED_IN = "form"


def fields_of(asked: MeasureField, measure: Measure) -> tuple[FormField, ...]:
    """The number fields, the first reading's parts before the second's: `bp_systolic`, ..., `bp_diastolic_2`."""
    readings = range(1, measure.readings + 1)
    return tuple(_field(asked, measure, part, reading) for reading in readings for part in measure.parts)


def described(measure: Measure) -> dict[str, Any]:
    """The measure as `x-measures` of a form's schema has it: the fields of each reading, by part."""
    readings = range(1, measure.readings + 1)
    return {
        "id": measure.id,
        "title": measure.title,
        "readings": [{part.id: field_name(measure, part, each) for part in measure.parts} for each in readings],
        "falling": measure.falling,
        "ucum": measure.unit.code,
    }


def field_name(measure: Measure, part: Part, reading: int = 1) -> str:
    """A field's name: the measure's id, its part where it has several, the reading from the second on."""
    name = measure.id if len(measure.parts) == 1 else f"{measure.id}_{part.id}"
    return name if reading == 1 else f"{name}_{reading}"


def form_values(measure: Measure, data: Mapping[str, Any]) -> dict[str, Decimal]:
    """The mean of the readings in checked answers, and of several the highest, by the fact of each part."""
    found = {}
    for part in measure.parts:
        names = [field_name(measure, part, reading) for reading in range(1, measure.readings + 1)]
        values = [Decimal(str(data[name])) for name in names if name in data]
        if values:
            found[part.fact] = mean(measure, values)
        if len(values) > 1:
            found[highest_fact(part)] = max(values)
    return found


def form_body_mass_index(
    measures: Measures, values: Mapping[str, Decimal], known_height: Decimal | None = None
) -> tuple[str, Decimal] | None:
    """The fact of the BMI and its value, by the weight that was answered and the height that was, or is known.

    None when the form itself gave a BMI, or no weight.
    """
    facts = {name: each.parts[0].fact for name, each in measures.by_id.items() if len(each.parts) == 1}
    weight, height = values.get(facts.get("weight", "")), values.get(facts.get("height", ""), known_height)
    if weight is None or height is None or facts.get("bmi") in values:
        return None
    found = body_mass_index(measures, weight, height)
    return None if found is None else (facts["bmi"], found)


def faults(
    asked: Mapping[str, Any], data: Mapping[str, Any], properties: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """What is wrong with a measure of `x-measures` beyond each field's own rules, by field of `properties`.

    A reading that was begun has all its parts, and each part of a falling measure is below the one before it.
    """
    found: list[tuple[str, str]] = []
    for reading in asked["readings"]:
        names = list(reading.values())
        if any(name in data for name in names):
            missing = [name for name in names if name not in data]
            found += [(name, f"{properties[name]['title']}: an answer is needed, too") for name in missing]
        for upper, lower in pairwise(names if asked["falling"] else ()):
            if _is_not_below(data.get(lower), data.get(upper)):
                title = properties[upper]["title"].lower()
                found.append((lower, f"must be below {title} ({data[upper]}), not {data[lower]}"))
    return found


def _is_not_below(lower: Any, upper: Any) -> bool:
    """False for what is no number: the field's own rules say so."""
    return isinstance(lower, int | float) and isinstance(upper, int | float) and lower >= upper


def _field(asked: MeasureField, measure: Measure, part: Part, reading: int) -> FormField:
    title = part.title if reading == 1 else f"{part.title}, reading {reading}"
    return FormField(
        name=field_name(measure, part, reading),
        fact=part.fact,
        title=title,
        description=_description(measure, part, reading),
        type="integer" if measure.decimals == 0 else "number",
        options=(),
        minimum=_plain(part.lowest),
        maximum=_plain(part.highest),
        max_length=None,
        unit=measure.unit.code,
        required=asked.required and reading == 1,
        when=asked.when,
        when_answer=asked.when_answer,
        section=measure.title,
    )


def _description(measure: Measure, part: Part, reading: int) -> str:
    unit = f"In {measure.unit.shown}."
    if part is not measure.parts[0]:
        return unit
    if reading > 1:
        return f"{unit} If it was taken again in the same sitting: the mean is recorded."
    counts, sentence = reportable(measure, TYPED_IN)
    return unit if counts or not measure.reportable.sources else f"{unit} {sentence}"


def _plain(bound: Decimal) -> int | float:
    return int(bound) if bound == bound.to_integral_value() else float(bound)
