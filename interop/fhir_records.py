"""What is kept of FHIR resources, as values: a patient, and what is about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# SNOMED CT to ICD-10-CM, as the organisation maps it; none is shipped, since a mapping is a clinical decision.
CodeMap = Mapping[str, str]

# FHIR R4, event-status, encounter-status and condition-ver-status: recorded by mistake, or never true.
VOID = frozenset({"entered-in-error", "cancelled", "refuted"})


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A Patient: `values` are columns of `patients`; `died` says when, where the file says so at all.

    `notes` say what was left out and why.
    """

    source: str
    values: Mapping[str, Any]
    digest: str
    died: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AboutPatient:
    """Another resource: whom it is about, and columns of `observations`; None where it is void."""

    source: str
    reference: str
    values: Mapping[str, Any] | None
    notes: tuple[str, ...] = ()


Record = PatientRecord | AboutPatient


def observation_row(kind: str, **values: Any) -> dict[str, Any]:
    """Columns of `observations` but whose and from where; those not given are empty."""
    return {"kind": kind, "code": None, "display": None, "value": None, "unit": None, "effective_at": None} | values
