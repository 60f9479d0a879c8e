"""What is kept of a FHIR R4 Condition: its ICD-10-CM code, and whether the patient has it now."""

from __future__ import annotations

from interop.fhir_concepts import code_of, coding_of, subject_of, words_of
from interop.fhir_elements import Element
from interop.fhir_records import VOID, AboutPatient, CodeMap, observation_row
from interop.identifiers import icd10cm

ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"

# FHIR R4, condition-clinical: what is resolved, inactive or in remission is not what a patient has now.
PRESENT = frozenset({None, "active", "recurrence", "relapse"})


def read_condition(resource: Element, source: str, codes: CodeMap) -> AboutPatient:
    """The condition; `value` is {"icd10cm": code or None, "system": of the first coding, "present": bool}."""
    reference = subject_of(resource)
    if code_of(resource.child("verificationStatus")) in VOID:
        return AboutPatient(source, reference, None)
    concept = resource.child("code")
    diagnosis, notes = _diagnosis(concept, codes)
    first = coding_of(concept)
    row = observation_row(
        "condition",
        code=diagnosis or code_of(concept),
        display=words_of(concept),
        value={
            "icd10cm": diagnosis,
            "system": first.text("system", most=400) if first else None,
            "present": code_of(resource.child("clinicalStatus")) in PRESENT,
        },
        effective_at=resource.instant("onsetDateTime") or resource.instant("recordedDate"),
    )
    return AboutPatient(source, reference, row, notes)


def _diagnosis(concept: Element | None, codes: CodeMap) -> tuple[str | None, tuple[str, ...]]:
    """The ICD-10-CM code as it stands there, else by the map of SNOMED CT that was given."""
    codings = list(concept.children("coding")) if concept else []
    for coding in codings:
        code = coding.text("code", most=64)
        if coding.text("system") == ICD10CM and code:
            found = icd10cm(code)
            return found, () if found else (f"{coding.path}: '{code}' is not ICD-10-CM and was left out",)
    snomed = (coding.text("code", most=64) for coding in codings if coding.text("system") == SNOMED)
    return next((codes[code] for code in snomed if code is not None and code in codes), None), ()
