"""Small FHIR R4 bundles in the shape that Synthea writes, made up for these tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
MBI_SYSTEM = "http://hl7.org/fhir/sid/us-mbi"

ADA = "5cbc121b-cd71-4428-b8b7-31e53eba8184"


def a_patient(identity: str = ADA, **overrides: Any) -> dict[str, Any]:
    """A whole valid Patient."""
    return {
        "resourceType": "Patient",
        "id": identity,
        "identifier": [
            {"system": "https://github.com/synthetichealth/synthea", "value": identity},
            {"system": MBI_SYSTEM, "value": "1EG4-TE5-MK73"},
        ],
        "name": [
            {"use": "maiden", "family": "Byron345", "given": ["Ada12"]},
            {"use": "official", "family": "Lovelace9", "given": ["Ada12", "Augusta4"], "prefix": ["Mrs."]},
        ],
        "telecom": [{"system": "phone", "value": "555-555-0101", "use": "home"}],
        "gender": "female",
        "birthDate": "1951-12-10",
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en-US"}]}}],
        **overrides,
    }


def a_condition(identity: str, code: str, system: str = ICD10CM, status: str = "active", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identity,
        "clinicalStatus": {"coding": [{"code": status}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": system, "code": code, "display": "Osteoarthritis of knee"}]},
        "subject": {"reference": f"urn:uuid:{ADA}"},
        "onsetDateTime": "2019-03-02T10:15:00-05:00",
        **more,
    }


def an_encounter(identity: str = "e1", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [{"coding": [{"system": SNOMED, "code": "185349003"}], "text": "Encounter for check up"}],
        "subject": {"reference": f"urn:uuid:{ADA}"},
        "period": {"start": "2025-05-05T09:00:00-04:00", "end": "2025-05-05T09:30:00-04:00"},
        **more,
    }


def an_observation(identity: str, code: str, value: float, unit: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code, "display": "Body Weight"}], "text": "Body Weight"},
        "subject": {"reference": f"urn:uuid:{ADA}"},
        "effectiveDateTime": "2025-05-05T09:00:00-04:00",
        "valueQuantity": {"value": value, "unit": unit, "code": unit},
        **more,
    }


def a_blood_pressure(identity: str = "bp1", systolic: int = 152, diastolic: int = 91) -> dict[str, Any]:
    part = {"system": LOINC, "display": "Systolic Blood Pressure"}
    return {
        "resourceType": "Observation",
        "id": identity,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "85354-9", "display": "Blood pressure panel"}]},
        "subject": {"reference": f"urn:uuid:{ADA}"},
        "effectiveDateTime": "2025-05-05T09:05:00-04:00",
        "component": [
            {"code": {"coding": [{**part, "code": "8480-6"}]}, "valueQuantity": {"value": systolic, "code": "mm[Hg]"}},
            {"code": {"coding": [{**part, "code": "8462-4"}]}, "valueQuantity": {"value": diastolic, "code": "mm[Hg]"}},
        ],
    }


def a_bundle(*resources: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    """A bundle whose entries have full URLs and requests."""
    entries = [
        {
            "fullUrl": f"urn:uuid:{each['id']}",
            "resource": each,
            "request": {"method": "POST", "url": each["resourceType"]},
        }
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def a_whole_bundle() -> dict[str, Any]:
    """A patient with two conditions, an encounter and two observations; the patient does not stand first."""
    return a_bundle(
        an_encounter(),
        a_condition("c1", "M17.11"),
        a_condition("c2", "44054006", SNOMED),
        a_patient(),
        an_observation("o1", "29463-7", 81.4, "kg"),
        a_blood_pressure(),
    )


def write(folder: Path, name: str, document: Any) -> Path:
    """A JSON file of the document."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def write_lines(folder: Path, name: str, *resources: dict[str, Any]) -> Path:
    """An NDJSON file of the resources."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(each) + "\n" for each in resources), encoding="utf-8")
    return file
