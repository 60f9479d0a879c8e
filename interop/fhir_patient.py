"""What is kept of a FHIR R4 Patient, as Synthea and US Core write it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from interop.fhir_concepts import code_of
from interop.fhir_elements import Element
from interop.fhir_records import CodeMap, PatientRecord
from interop.identifiers import mbi

MBI_SYSTEMS = ("http://hl7.org/fhir/sid/us-mbi", "http://terminology.hl7.org/NamingSystem/cmsMBI")
# Which number to call first; any other use comes last.
PHONE_USES = ("mobile", "home")


def read_patient(resource: Element, source: str, codes: CodeMap) -> PatientRecord:
    """The patient; raises UnusableElement where there is no name or no whole birth date."""
    born = resource.day("birthDate")
    if born is None:
        raise resource.fail("birthDate", "is missing; a patient needs one")
    number, notes = _mbi(resource)
    values = {
        "name": _name(resource),
        "birth_date": born,
        "sex": resource.text("gender", most=16),
        "mbi": number,
        "phone": _phone(resource),
        "language": _language(resource),
        "pcp": _practice(resource),
    }
    return PatientRecord(source, values, _digest(values), _death(resource), notes)


def _name(resource: Element) -> str:
    names = list(resource.children("name"))
    if not names:
        raise resource.fail("name", "is missing; a patient needs one")
    name = next((each for each in names if each.text("use") == "official"), names[0])
    parts = [*name.texts("given"), name.text("family") or ""]
    whole = " ".join(part for part in parts if part) or name.text("text") or ""
    if not 1 <= len(whole) <= 200:
        raise resource.fail("name", "must have 1 to 200 characters in all")
    return whole


def _mbi(resource: Element) -> tuple[str | None, tuple[str, ...]]:
    for identifier in resource.children("identifier"):
        value = identifier.text("value", most=200)
        if identifier.text("system") in MBI_SYSTEMS and value:
            number = mbi(value)
            left_out = f"{identifier.path}: '{value}' is not a well-formed MBI and was left out"
            return number, () if number else (left_out,)
    return None, ()


def _phone(resource: Element) -> str | None:
    numbers = [each for each in resource.children("telecom") if each.text("system") in ("phone", "sms")]
    numbers.sort(key=_phone_rank)
    return numbers[0].text("value", most=40) if numbers else None


def _phone_rank(contact: Element) -> int:
    use = contact.text("use")
    return PHONE_USES.index(use) if use in PHONE_USES else len(PHONE_USES)


def _language(resource: Element) -> str | None:
    spoken = sorted(resource.children("communication"), key=lambda each: each.members.get("preferred") is not True)
    code = code_of(spoken[0].child("language")) if spoken else None
    return code[:40] if code else None


def _practice(resource: Element) -> str | None:
    displays = (each.label("display") for each in resource.children("generalPractitioner"))
    return next((display for display in displays if display), None)


def _death(resource: Element) -> str | None:
    on = resource.text("deceasedDateTime", most=40)
    return on or ("a day not given" if resource.members.get("deceasedBoolean") is True else None)


def _digest(values: Mapping[str, Any]) -> str:
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
