"""What is kept of a FHIR R4 Encounter: what it was, from when to when."""

from __future__ import annotations

from interop.fhir_concepts import subject_of, words_of
from interop.fhir_elements import Element
from interop.fhir_records import VOID, AboutPatient, CodeMap, observation_row


def read_encounter(resource: Element, source: str, codes: CodeMap) -> AboutPatient:
    """The encounter; `code` is its class (v3 ActCode), `value` {"status", "ended_at": ISO instant or None}."""
    reference = subject_of(resource)
    status = resource.text("status", most=40)
    if status in VOID:
        return AboutPatient(source, reference, None)
    act, period = resource.child("class"), resource.child("period")
    ended = period.instant("end") if period else None
    row = observation_row(
        "encounter",
        code=act.text("code", most=64) if act else None,
        display=words_of(next(resource.children("type"), None)),
        value={"status": status, "ended_at": ended.isoformat() if ended else None},
        effective_at=period.instant("start") if period else None,
    )
    return AboutPatient(source, reference, row)
