"""An update to the PCP as a FHIR R4 document Bundle: the Composition first, then every resource it refers to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from uuid import UUID, uuid5

from care.care_update import CareUpdate, Measure, Measured
from interop.care_update_sections import NOT_ON_RECORD, Section, number, sections

Resource = dict[str, Any]

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
MBI, NPI = "http://hl7.org/fhir/sid/us-mbi", "http://hl7.org/fhir/sid/us-npi"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
URI = "urn:ietf:rfc:3986"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
# The sections that the International Patient Summary and C-CDA have a LOINC code for; the others have a title alone.
SECTION_CODES = {"diagnoses": "11450-4", "medicines": "10160-0", "measures": "30954-2", "goal": "61146-7"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_UCUM = frozenset({"T", "points", "code", ""})


@dataclass(slots=True)
class _Entries:
    """The resources of a bundle in order, each under a UUID that follows from the bundle's key and its own name."""

    key: UUID
    found: list[Resource] = field(default_factory=list)

    def add(self, name: str, resource: Resource) -> Resource:
        """Adds a resource; returns the reference to it."""
        url = f"urn:uuid:{uuid5(self.key, name)}"
        self.found.append({"fullUrl": url, "resource": resource})
        return {"reference": url}


def bundle(update: CareUpdate, key: str) -> Resource:
    """The document; ``key``, a UUID, is its identifier, so that a second one with the same key is the same."""
    entries = _Entries(UUID(key))
    author = _people(entries, update)
    parts = _parts(entries, update, author["patient"])
    composition = _composition(update, key, author, parts)
    first = {"fullUrl": f"urn:uuid:{uuid5(entries.key, 'composition')}", "resource": composition}
    return {
        "resourceType": "Bundle",
        "identifier": identifier(key),
        "type": "document",
        "timestamp": update.composed_at.isoformat(),
        "entry": [first, *entries.found],
    }


def bundle_bytes(update: CareUpdate, key: str) -> bytes:
    """The document as JSON; the same update and key give the same bytes."""
    return json.dumps(bundle(update, key), ensure_ascii=False, indent=1).encode()


def identifier(key: str) -> Resource:
    return {"system": URI, "value": f"urn:uuid:{key}"}


def _composition(
    update: CareUpdate, key: str, people: Mapping[str, Resource], parts: Mapping[str, list[Resource]]
) -> Resource:
    return {
        "resourceType": "Composition",
        "language": "en-US",
        "identifier": identifier(key),
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": update.document_type}], "text": "Care update"},
        "subject": people["patient"],
        "date": update.composed_at.isoformat(),
        "author": [people[name] for name in ("case_manager", "organisation") if name in people],
        "title": update.title,
        "custodian": people["organisation"],
        "section": [_section(each, parts.get(each.key, [])) for each in sections(update)],
    }


def _section(section: Section, entries: list[Resource]) -> Resource:
    found: Resource = {"title": section.title}
    if section.key in SECTION_CODES:
        found["code"] = {"coding": [{"system": LOINC, "code": SECTION_CODES[section.key]}]}
    found["text"] = {"status": "generated", "div": _div(section)}
    if entries:
        found["entry"] = entries
    elif section.is_empty:
        reason = {"system": f"{_TERMINOLOGY}list-empty-reason", "code": "unavailable"}
        found["emptyReason"] = {"coding": [reason], "text": NOT_ON_RECORD}
    return found


def _div(section: Section) -> str:
    body = "".join(f"<p>{_written(line)}</p>" for line in section.lines)
    if section.table is not None:
        head = "".join(f"<th>{_written(each)}</th>" for each in section.table.headings)
        rows = "".join(
            f"<tr>{''.join(f'<td>{_written(cell)}</td>' for cell in row)}</tr>" for row in section.table.rows
        )
        body += f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'


def _written(text: str) -> str:
    """Text in XHTML; control characters and halves of pairs, which XML has no way to write, are left out."""
    return escape(_NOT_XML.sub("", text), quote=False)


# -- who --------------------------------------------------------------------------------------------------------------
def _people(entries: _Entries, update: CareUpdate) -> dict[str, Resource]:
    found = {}
    pcp = None if update.pcp is None else {"resourceType": "Practitioner", "name": [{"text": update.pcp}]}
    patient = _patient(update)
    if pcp is not None:
        patient["generalPractitioner"] = [{"reference": f"urn:uuid:{uuid5(entries.key, 'pcp')}"}]
    found["patient"] = entries.add("patient", patient)
    if pcp is not None:
        entries.add("pcp", pcp)
    found["organisation"] = entries.add("organisation", _organisation(update))
    if update.case_manager is not None:
        manager = {
            "resourceType": "Practitioner",
            "name": [{"text": update.case_manager.name}],
            "telecom": [{"system": "email", "value": update.case_manager.email, "use": "work"}],
        }
        found["case_manager"] = entries.add("case_manager", manager)
    return found


def _patient(update: CareUpdate) -> Resource:
    who = update.patient
    identifiers = [{"system": MBI, "value": who.mbi}] if who.mbi else []
    found: Resource = {
        "resourceType": "Patient",
        "identifier": [*identifiers, {"system": "urn:throughline:patient", "value": who.id}],
        "name": [{"text": who.name}],
        "birthDate": who.birth_date.isoformat(),
    }
    if who.sex in ("male", "female", "other", "unknown"):
        found["gender"] = who.sex
    if who.phone:
        found["telecom"] = [{"system": "phone", "value": who.phone}]
    if who.language:
        found["communication"] = [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": who.language}]}}]
    return found


def _organisation(update: CareUpdate) -> Resource:
    sender = update.organisation
    found: Resource = {"resourceType": "Organization", "name": sender.name}
    if sender.npi:
        found["identifier"] = [{"system": NPI, "value": sender.npi}]
    ways = (("phone", sender.phone), ("email", sender.email))
    telecom = [{"system": kind, "value": value} for kind, value in ways if value]
    if telecom:
        found["telecom"] = telecom
    if sender.address:
        found["address"] = [{"text": sender.address}]
    return found


# -- what -------------------------------------------------------------------------------------------------------------
def _parts(entries: _Entries, update: CareUpdate, patient: Resource) -> dict[str, list[Resource]]:
    """The resources of each section, as references."""
    conditions = [_condition(each.code, each.title, patient) for each in update.diagnoses]
    observations = [found for each in update.measures for found in _observations(each, patient)]
    targets = [_target(each, patient) for each in update.measures if each.target is not None]
    goals = [_goal(update.goal, patient)] if update.goal else []
    listed = update.medicines
    medicines = [] if listed is None else [_medicine(each, listed.on.isoformat(), patient) for each in listed.entries]
    return {
        "diagnoses": _added(entries, "condition", conditions),
        "measures": _added(entries, "observation", observations) + _added(entries, "target", targets),
        "goal": _added(entries, "goal", goals),
        "medicines": _added(entries, "medicine", medicines),
    }


def _added(entries: _Entries, name: str, resources: Iterable[Resource]) -> list[Resource]:
    return [entries.add(f"{name}-{place}", each) for place, each in enumerate(resources, start=1)]


def _condition(code: str, title: str | None, patient: Resource) -> Resource:
    coding = {"system": ICD10CM, "code": code} | ({"display": title} if title else {})
    active = {"system": f"{_TERMINOLOGY}condition-clinical", "code": "active"}
    return {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [active]},
        "code": {"coding": [coding]},
        "subject": patient,
    }


def _observations(measure: Measure, patient: Resource) -> list[Resource]:
    """The baseline and, where it is another, the latest value."""
    values = [(measure.baseline, "Baseline")]
    if measure.latest != measure.baseline:
        values.append((measure.latest, "Latest"))
    return [_observation(measure, value, note, patient) for value, note in values]


def _observation(measure: Measure, value: Measured, note: str, patient: Resource) -> Resource:
    quantity: Resource = {"value": float(value.value), "unit": measure.unit or "1"}
    if measure.unit not in _NOT_UCUM:
        quantity |= {"system": UCUM, "code": measure.unit}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": _measure_code(measure),
        "subject": patient,
        "effectiveDateTime": value.on.isoformat(),
        "valueQuantity": quantity,
        "note": [{"text": note}],
    }


def _measure_code(measure: Measure) -> Resource:
    coding = {"coding": [{"system": LOINC, "code": measure.loinc}]} if measure.loinc else {}
    return {**coding, "text": measure.title}


def _target(measure: Measure, patient: Resource) -> Resource:
    found: Resource = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": f"{measure.title}: {measure.target} (baseline {number(measure.baseline.value)})"},
        "subject": patient,
        "target": [{"measure": _measure_code(measure), "detailString": measure.target}],
    }
    if measure.met is not None:
        code = "achieved" if measure.met else "not-achieved"
        found["achievementStatus"] = {"coding": [{"system": f"{_TERMINOLOGY}goal-achievement", "code": code}]}
    return found


def _goal(words: str, patient: Resource) -> Resource:
    return {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "description": {"text": words},
        "subject": patient,
        "expressedBy": patient,
    }


def _medicine(words: str, on: str, patient: Resource) -> Resource:
    return {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": words},
        "subject": patient,
        "dateAsserted": on,
    }
