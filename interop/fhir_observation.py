"""What is kept of a FHIR R4 Observation: its code, its value with the unit, or its components."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from interop.fhir_concepts import code_of, subject_of, words_of
from interop.fhir_elements import Element
from interop.fhir_records import VOID, AboutPatient, CodeMap, observation_row


def read_observation(resource: Element, source: str, codes: CodeMap) -> AboutPatient:
    """The observation; with components, `value` is {"components": [{"code", "display", "value", "unit"}]}."""
    reference = subject_of(resource)
    if resource.text("status", most=40) in VOID:
        return AboutPatient(source, reference, None)
    parts = [_component(each) for each in resource.children("component")]
    value, unit = _value(resource)
    concept = resource.child("code")
    row = observation_row(
        "observation",
        code=code_of(concept),
        display=words_of(concept),
        value={"components": parts} if parts else value,
        unit=unit,
        effective_at=_effective(resource),
    )
    return AboutPatient(source, reference, row)


def _effective(resource: Element) -> datetime | None:
    period = resource.child("effectivePeriod")
    at = resource.instant("effectiveDateTime") or resource.instant("effectiveInstant")
    return at or (period.instant("start") if period else None)


def _component(part: Element) -> dict[str, Any]:
    value, unit = _value(part)
    concept = part.child("code")
    return {"code": code_of(concept), "display": words_of(concept), "value": value, "unit": unit}


def _value(holder: Element) -> tuple[Any, str | None]:
    """The value[x] and its unit: a number, a text, true or false, or {"code", "display"}."""
    if (quantity := holder.child("valueQuantity")) is not None:
        return quantity.number("value"), quantity.text("code", most=40) or quantity.text("unit", most=40)
    if (concept := holder.child("valueCodeableConcept")) is not None:
        return {"code": code_of(concept), "display": words_of(concept)}, None
    for name in ("valueString", "valueDateTime", "valueTime"):
        if (text := holder.text(name)) is not None:
            return text, None
    if isinstance(holder.members.get("valueBoolean"), bool):
        return holder.members["valueBoolean"], None
    return holder.number("valueInteger"), None
