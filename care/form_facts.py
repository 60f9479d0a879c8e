"""What a form's answers say about the patient: the facts that are recorded, instruments scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from care.form_documents import Form, FormField, MeasureField
from care.instruments import score
from care.measure_fields import form_body_mass_index, form_values
from care.measures import Measure, Measures
from care.questionnaires import Instrument

FactContent = str | int | bool | Decimal | date | list[str | int]


@dataclass(frozen=True, slots=True)
class FactValue:
    """A fact to record: its name, its value (dates as dates, numbers as decimals), and its unit."""

    name: str
    value: FactContent
    unit: str | None = None


def facts_of(
    form: Form,
    instruments: Mapping[str, Instrument],
    data: Mapping[str, Any],
    measures: Measures | None = None,
    *,
    height: Decimal | None = None,
) -> list[FactValue]:
    """The facts in checked answers (see `check`), in the form's order.

    An answer whose `when_answer` no longer holds is left out. With a weight comes the body mass index, by the
    height that the form asks too, or else the `height` that is known. Raises AnswerError when an instrument
    cannot be scored.
    """
    facts: list[FactValue] = []
    asked: set[str] = set()
    measures = measures or Measures({})
    for each in form.fields:
        if each.when_answer is not None and not each.when_answer.holds(data):
            continue
        if isinstance(each, FormField):
            facts += _field_facts(each, data)
        elif isinstance(each, MeasureField):
            facts += _measured(measures.measure(each.measure), data)
        elif each.instrument not in asked:
            asked.add(each.instrument)
            facts += _answered(instruments[each.instrument], data)
    return facts + _body_mass_index(form, measures, facts, height)


def instrument_facts(instrument: Instrument, answers: list[int | None]) -> list[FactValue]:
    """The facts in an instrument's answers: each item, `<id>.raw`, `<id>.score`, and `<id>.band` with bands.

    A needs screen gives `<id>.<domain>` for each decided domain and `<id>.needs`, the list of those with a
    need. Raises AnswerError when the answers cannot be scored.
    """
    result = score(instrument, answers)
    items = zip(instrument.items, answers, strict=True)
    facts = [FactValue(item.field, answer) for item, answer in items if answer is not None]
    facts.append(FactValue(f"{instrument.id}.raw", result.raw, "points"))
    facts.append(FactValue(f"{instrument.id}.score", result.score, instrument.unit))
    if result.band is not None:
        facts.append(FactValue(f"{instrument.id}.band", result.band))
    if instrument.scoring.domains:
        facts += [FactValue(f"{instrument.id}.{name}", need) for name, need in result.domains.items()]
        facts.append(FactValue(f"{instrument.id}.needs", list(result.needs)))
        facts.append(FactValue(f"{instrument.id}.needs_count", Decimal(len(result.needs))))
    return facts


def _answered(instrument: Instrument, data: Mapping[str, Any]) -> list[FactValue]:
    given = [data.get(item.field) for item in instrument.items]
    if all(answer is None for answer in given):
        return []
    # JSON Schema counts 3.0 as an integer; a score does not
    return instrument_facts(
        instrument, [int(a) if isinstance(a, float) and a.is_integer() else a for a in given]
    )


def _measured(measure: Measure, data: Mapping[str, Any]) -> list[FactValue]:
    return [FactValue(name, value, measure.unit.code) for name, value in form_values(measure, data).items()]


def _body_mass_index(
    form: Form, measures: Measures, facts: list[FactValue], height: Decimal | None
) -> list[FactValue]:
    if not form.measures:
        return []
    values = {each.name: each.value for each in facts if isinstance(each.value, Decimal)}
    found = form_body_mass_index(measures, values, height)
    return [FactValue(*found, measures.by_id["bmi"].unit.code)] if found else []


def _field_facts(field: FormField, data: Mapping[str, Any]) -> list[FactValue]:
    if field.name not in data:
        return []
    answer = data[field.name]
    if field.type == "date":
        return [FactValue(field.fact, date.fromisoformat(answer))]
    if field.type in ("integer", "number"):
        return [FactValue(field.fact, Decimal(str(answer)), field.unit)]
    return [FactValue(field.fact, answer, field.unit)]
