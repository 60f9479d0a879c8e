"""What a recorded measure or a received response tells: facts, by LOINC code or by instrument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from care.calendars import local_date, start_of_day
from care.errors import AnswerError, did_you_mean
from care.forms import instrument_facts
from care.measures import Measures, body_mass_index
from care.questionnaires import Instrument
from engine.contact import patient_was_reached
from engine.errors import InvalidInput
from engine.measure_files import shipped_measures
from engine.measure_payload import read_payload

if TYPE_CHECKING:
    from engine.casework import Casework

# Scores of instruments that may come as a number. What they can be at all: the NRS runs from 0 to 10, T from 0 to 100.
SCORES = {"72514-3": "nrs.score", "77866-2": "pf6b.score", "77865-4": "pi6a.score"}
_SCORE_RANGES: dict[str, tuple[Decimal | int, Decimal | int]] = {
    "nrs.score": (0, 10), "pf6b.score": (0, 100), "pi6a.score": (0, 100),
}  # fmt: skip
_PARTS = [part for measure in shipped_measures().by_id.values() for part in measure.parts]

#: LOINC code -> fact of what is shipped (configuration/measures.yaml); a code without a name here keeps its own.
MEASURES: dict[str, str] = {part.loinc: part.fact for part in _PARTS} | SCORES
#: What the facts of these codes can be at all, by the limits that are shipped.
RANGES: dict[str, tuple[Decimal | int, Decimal | int]] = {
    part.fact: (part.lowest, part.highest) for part in _PARTS
} | _SCORE_RANGES


def record_measure(work: Casework, payload: Mapping[str, Any], at: datetime) -> None:
    """A measured value, or the components of one, becomes facts in canonical units; raises InvalidInput by field."""
    measures = _measures(work)
    source = str(payload.get("source") or "patient")
    found = read_payload(measures, payload, {code: (name, _SCORE_RANGES[name]) for code, name in SCORES.items()})
    for fact in found:
        work.facts.record(fact.name, fact.value, fact.unit, at, source)
    record_body_mass_index(work, {fact.name for fact in found}, at, source)


def record_body_mass_index(work: Casework, told: set[str], at: datetime, source: str) -> None:
    """With a weight or a height comes the BMI, as of the day of the weight, unless one was measured that day."""
    measures = _measures(work)
    if not {"weight", "height", "bmi"} <= measures.by_id.keys():
        return
    weight, height, bmi = (measures.by_id[name].parts[0].fact for name in ("weight", "height", "bmi"))
    if not {weight, height} & told or bmi in told:
        return
    weights, tall = work.facts.series(weight), work.facts.value(height)
    value = work.facts.value(weight) if weight in told else weights[-1]["value"] if weights else None
    if value is None or tall is None or (found := body_mass_index(measures, value, tall)) is None:
        return
    if weight not in told:
        day = weights[-1]["on"]
        if any(each["on"] == day for each in work.facts.series(bmi)):
            return
        if day != local_date(at, work.zone):
            # The weight is as old as it is: a BMI with the height's date would look fresher for the report.
            at = start_of_day(day, work.zone) + timedelta(hours=12)
    work.facts.record(bmi, found, measures.by_id["bmi"].unit.code, at, source)


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


def _instruments(work: Casework) -> dict[str, Instrument]:
    """The shipped instruments, the case's own versions before them: one version all through a period (CMS ACCESS)."""
    found: dict[str, Instrument] = dict(work.library.instruments())
    for digest in _versions(work):
        found |= work.library.definition(work.connection, digest).instruments
    return found


def _measures(work: Casework) -> Measures:
    """The measures of the folder, the case's own versions before them: units and limits do not change in a period."""
    found = dict(work.library.measures().by_id)
    for digest in _versions(work):
        own = work.library.definition(work.connection, digest).measures
        found |= own.by_id if own is not None else {}
    return Measures(found)


def _versions(work: Casework) -> Sequence[str]:
    return [work.case["version"], *(p.row["version"] for p in work.processes())]
