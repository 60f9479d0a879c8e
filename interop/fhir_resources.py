"""Which FHIR R4 resources are read, each by its own module, and what identifies one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from interop.fhir_condition import read_condition
from interop.fhir_elements import Element
from interop.fhir_encounter import read_encounter
from interop.fhir_observation import read_observation
from interop.fhir_patient import read_patient
from interop.fhir_records import CodeMap, Record

READERS: Mapping[str, Callable[[Element, str, CodeMap], Record]] = {
    "Patient": read_patient,
    "Condition": read_condition,
    "Encounter": read_encounter,
    "Observation": read_observation,
}


def read_resource(resource: Mapping[str, Any], full_url: str | None, codes: CodeMap) -> Record | None:
    """What is kept of a resource, None for a kind that is not read; raises UnusableElement.

    `full_url` is its bundle entry's, for a resource without an id; `codes` maps SNOMED CT to ICD-10-CM.
    """
    kind = resource.get("resourceType")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return None
    identity = _identity(Element(str(kind), resource), full_url)
    return reader(Element(f"{kind}/{identity}", resource), f"fhir:{kind}/{identity}", codes)


def patient_source(reference: str) -> str | None:
    """Where the patient of a reference came from: of "Patient/7", "https://host/Patient/7" or "urn:uuid:7".

    None for a reference that leads to something else, or that asks for a search.
    """
    if reference.startswith("urn:uuid:"):
        return f"fhir:Patient/{reference.removeprefix('urn:uuid:')}"
    parts = reference.partition("/_history/")[0].rsplit("/", 2)
    known = len(parts) >= 2 and parts[-2] == "Patient" and parts[-1]
    return f"fhir:Patient/{parts[-1]}" if known else None


def _identity(resource: Element, full_url: str | None) -> str:
    """The id; else the entry's own; else a digest, so that the same resource again is the same one."""
    given = resource.text("id", most=128) or (full_url or "").rpartition("/")[2].rpartition(":")[2][:128]
    if given:
        return given
    content = json.dumps(resource.members, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]
