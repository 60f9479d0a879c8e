"""What a recorded measure or a received response tells: facts, by LOINC code or by instrument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from care.errors import AnswerError, did_you_mean
from care.forms import instrument_facts
from care.questionnaires import Instrument
from engine.contact import patient_was_reached
from engine.errors import InvalidInput

if TYPE_CHECKING:
    from engine.casework import Casework

# LOINC code -> fact (CMS ACCESS IG 0.9.8, measure profiles); a code without a name here keeps its own.
MEASURES = {
    "8480-6": "bp.systolic",
    "8462-4": "bp.diastolic",
    "18262-6": "ldl.value",
    "29463-7": "weight.value",
    "39156-5": "bmi.value",
    "8280-0": "waist.value",
    "4548-4": "hba1c.value",
    "98979-8": "egfr.value",
    "14959-1": "uacr.value",
    "72514-3": "nrs.score",
    "77866-2": "pf6b.score",
    "77865-4": "pi6a.score",
}

# What a value of a scored instrument can be at all: the NRS runs from 0 to 10, the T tables from 0 to 100. The other
# measures are not negative; narrower limits are a clinical decision and stand nowhere here.
RANGES: dict[str, tuple[int, int]] = {"nrs.score": (0, 10), "pf6b.score": (0, 100), "pi6a.score": (0, 100)}


def record_measure(work: Casework, payload: Mapping[str, Any], at: datetime) -> None:
    """A measured value, or the components of one, becomes facts."""
    parts = payload.get("components") or [{"code": payload["code"], "value": payload["value"]}]
    source = str(payload.get("source") or "patient")
    for part in parts:
        name = MEASURES.get(part["code"], f"loinc.{part['code']}")
        low, high = RANGES.get(name, (0, None) if part["code"] in MEASURES else (None, None))
        if (low is not None and part["value"] < low) or (high is not None and part["value"] > high):
            allowed = f"from {low} to {high}" if high is not None else f"{low} or more"
            raise InvalidInput({"payload.value": f"{name} is {allowed}, not {part['value']}"})
        unit = part.get("unit") or payload.get("unit")
        work.facts.record(name, part["value"], unit, at, source)


def record_response(work: Casework, payload: Mapping[str, Any], at: datetime) -> None:
    """An answered instrument is scored; raises InvalidInput for answers that cannot be."""
    instruments = _instruments(work)
    instrument = instruments.get(payload["instrument"])
    if instrument is None:
        hint = did_you_mean(payload["instrument"], instruments)
        raise InvalidInput({"payload.instrument": f"no instrument '{payload['instrument']}'; {hint}"})
    answers = list(payload["answers"])
    if len(answers) != len(instrument.items):
        count = len(instrument.items)
        raise InvalidInput(
            {"payload.answers": f"{instrument.id} has {count} items, {len(answers)} answers were given"}
        )
    try:
        found = instrument_facts(instrument, answers)
    except AnswerError as error:
        raise InvalidInput({f"payload.answers.{error.field}": error.message}) from error
    source = "clinician" if payload.get("mode") == "clinician" else "patient"
    for fact in found:
        work.facts.record(fact.name, fact.value, fact.unit, at, source)
    patient_was_reached(work)
    if instrument.id == "phq9" and (answers[8] or 0) > 0:
        # PHQ-9 item 9 above 0: a safety review the same day, whatever else is open
        work.raise_later("safety.flagged", {"reason": "PHQ-9 item 9 was answered above 0"})


def _instruments(work: Casework) -> dict[str, Instrument]:
    """The shipped instruments, the case's own versions before them: one version all through a period (CMS ACCESS)."""
    found: dict[str, Instrument] = dict(work.library.instruments())
    versions = [work.case["version"], *(p.row["version"] for p in work.processes())]
    for digest in versions:
        found |= work.library.definition(work.connection, digest).instruments
    return found
