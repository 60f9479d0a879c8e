"""What the payload of `measure.recorded` says: facts in canonical units, several readings as their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from care.errors import MeasureError
from care.forms import FactValue
from care.measures import Measure, Measures, Part, canonical, highest_fact, mean, out_of_order
from engine.errors import InvalidInput

#: By LOINC code, the fact and the limits of what comes as a number and is no measure: scores.
Scores = Mapping[str, tuple[str, tuple[Decimal | int, Decimal | int]]]


@dataclass(frozen=True, slots=True)
class _Given:
    """A value as it stands in the payload: its code and unit, and the fields of the value and of the unit."""

    code: str
    value: Decimal
    unit: str | None
    field: str
    unit_field: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A value of a measure's part in the measure's own unit, and its field in the payload."""

    measure: Measure
    part: Part
    value: Decimal
    field: str


def read_payload(measures: Measures, payload: Mapping[str, Any], scores: Scores) -> list[FactValue]:
    """The facts, measures before others; raises InvalidInput at `payload.value`, `payload.components.0.unit`, ...

    Components that repeat a code are readings of one sitting. A code that is no measure's keeps its own name,
    value and unit.
    """
    readings: dict[str, list[_Reading]] = {}
    others: list[FactValue] = []
    for given in _given(payload):
        found = measures.of_code(given.code)
        if found is None:
            others.append(_other(given, scores))
        else:
            readings.setdefault(found[1].fact, []).append(_reading(*found, given))
    _check_order(list(readings.values()))
    return [fact for each in readings.values() for fact in _facts(each)] + others


def _given(payload: Mapping[str, Any]) -> list[_Given]:
    """The value itself, or each component; a component without a unit has the payload's."""
    unit = payload.get("unit")
    if not payload.get("components"):
        return [_Given(payload["code"], Decimal(str(payload["value"])), unit, "payload.value", "payload.unit")]
    found = []
    for number, each in enumerate(payload["components"]):
        own, field = each.get("unit"), f"payload.components.{number}"
        unit_field = "payload.unit" if own is None else f"{field}.unit"
        found.append(_Given(each["code"], Decimal(str(each["value"])), own or unit, f"{field}.value", unit_field))
    return found


def _reading(measure: Measure, part: Part, given: _Given) -> _Reading:
    try:
        return _Reading(measure, part, canonical(measure, part, given.value, given.unit), given.field)
    except MeasureError as error:
        field = given.unit_field if error.field == "unit" else given.field
        raise InvalidInput({field: error.message}) from error


def _other(given: _Given, scores: Scores) -> FactValue:
    if given.code not in scores:
        return FactValue(f"loinc.{given.code}", given.value, given.unit)
    name, (low, high) = scores[given.code]
    if not low <= given.value <= high:
        raise InvalidInput({given.field: f"{name} is from {low} to {high}, not {given.value}"})
    return FactValue(name, given.value, given.unit)


def _check_order(parts: Sequence[Sequence[_Reading]]) -> None:
    """Diastolic below systolic: reading by reading where they pair up, else by their means."""
    by_measure: dict[str, list[Sequence[_Reading]]] = {}
    for readings in parts:
        by_measure.setdefault(readings[0].measure.id, []).append(readings)
    for group in by_measure.values():
        paired = len({len(readings) for readings in group}) == 1
        for row in zip(*group, strict=True) if paired else [tuple(map(_mean, group))]:
            _refuse_disorder(row)


def _refuse_disorder(row: Sequence[_Reading]) -> None:
    wrong = out_of_order(row[0].measure, {each.part.id: each.value for each in row})
    if wrong is not None:
        part, sentence = wrong
        raise InvalidInput({next(each.field for each in row if each.part == part): sentence})


def _mean(readings: Sequence[_Reading]) -> _Reading:
    last = readings[-1]
    return replace(last, value=mean(last.measure, [each.value for each in readings]))


def _facts(readings: Sequence[_Reading]) -> list[FactValue]:
    """The mean and, of several readings, the highest: a safety signal must not hide in a mean."""
    found = _mean(readings)
    unit = found.measure.unit.code
    facts = [FactValue(found.part.fact, found.value, unit)]
    if len(readings) > 1:
        facts.append(FactValue(highest_fact(found.part), max(each.value for each in readings), unit))
    return facts
