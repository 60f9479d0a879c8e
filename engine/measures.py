"""What a recorded measure or a received response tells: facts, by LOINC code or by instrument."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from care.errors import AnswerError, did_you_mean
from care.forms import instrument_facts
from care.questionnaires import Instrument
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


def record_measure(work: Casework, payload: Mapping[str, Any], at: datetime) -> None:
    """A measured value, or the components of one, becomes facts."""
    parts = payload.get("components") or [{"code": payload["code"], "value": payload["value"]}]
    source = str(payload.get("source") or "patient")
    for part in parts:
        name = MEASURES.get(part["code"], f"loinc.{part['code']}")
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


def _instruments(work: Casework) -> dict[str, Instrument]:
    """The instruments of the case's own versions: the same version all through a period (CMS ACCESS)."""
    found: dict[str, Instrument] = {}
    versions = [work.case["version"], *(p.row["version"] for p in work.processes())]
    for digest in versions:
        found |= work.library.definition(work.connection, digest).instruments
    return found
