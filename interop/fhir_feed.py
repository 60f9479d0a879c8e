"""How observations that an import has kept reach the patient's case: each measure once, as an event of its own time."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import RowMapping

from care.calendars import local_date
from care.measures import Measure, Measures
from engine.application import FAULTS_OF_A_CASE, Engine, fingerprint
from engine.commands import Actor, DeliverEvent
from engine.errors import Busy, OutcomeUnknown, ThroughlineError
from engine.handlers.deliver_event import OLDEST_MEASURE
from engine.statuses import RUNNING
from engine.store.cases import cases_of_patient
from engine.store.commands import command_with_key
from engine.store.patients import observations_of
from engine.years import targets_in

log = logging.getLogger("throughline.interop")

IMPORTER = Actor("import:fhir", "the FHIR import")
RECORDED = "measure.recorded"


@dataclass(frozen=True, slots=True)
class Refused:
    """An observation of a measure that did not reach the case, and why; ``may_pass`` where it may the next time."""

    patient_id: str
    source: str
    reason: str
    may_pass: bool = False


@dataclass(frozen=True, slots=True)
class FeedReport:
    """How many observations were delivered to cases now, and which could not be."""

    delivered: int
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """An observation of a measure as the payload of an event."""

    row: RowMapping
    measure: Measure
    payload: Mapping[str, Any]


def feed(engine: Engine, patient_ids: Iterable[str]) -> FeedReport:
    """Delivers what imports have kept of the patients' measures to their open cases; what was delivered, is not again.

    One that cannot be (an impossible value, an unknown unit) is named with its reason and stops nothing.
    """
    delivered, refused = 0, []
    for patient_id in patient_ids:
        with engine.db.reading() as connection:
            cases = cases_of_patient(connection, patient_id)
            is_open = any(case["closed_at"] is None for case in cases)
            rows = observations_of(connection, patient_id) if is_open else ()
        for row in rows:
            try:
                delivered += _deliver(engine, row, cases)
            except FAULTS_OF_A_CASE as error:
                log.warning("%s could not be delivered: %s", row["source"], error)
                reason = error.message if isinstance(error, ThroughlineError) else str(error)
                may_pass = isinstance(error, Busy | OutcomeUnknown)
                refused.append(Refused(patient_id, row["source"], reason, may_pass))
    return FeedReport(delivered, tuple(refused))


def _deliver(engine: Engine, row: RowMapping, cases: Sequence[RowMapping]) -> bool:
    """Whether an observation was delivered; not when it is no measure, has been before, or no case takes it."""
    told = _told(row, engine.library.measures())
    if told is None or row["effective_at"] is None:
        return False
    case = _case_for(engine, told, cases)
    key = None if case is None else _key(engine, told, cases)
    if case is None or key is None:
        return False
    command = DeliverEvent(case["id"], RECORDED, told.payload, row["effective_at"])
    return not engine.execute(command, actor=IMPORTER, key=key).replayed


def _told(row: RowMapping, measures: Measures) -> _Told | None:
    """The payload: the code with its number, or those components that are measures; None for anything else."""
    if row["kind"] != "observation":
        return None
    value = row["value"]
    parts = value["components"] if isinstance(value, dict) and "components" in value else None
    if parts is None:
        parts = [{"code": row["code"], "value": value, "unit": row["unit"]}]
    known = [
        (found[0], {"code": part["code"], "value": part["value"], **_unit(part)})
        for part in parts
        if (found := measures.of_code(str(part["code"]))) is not None and _is_number(part["value"])
    ]
    if not known:
        return None
    measure = known[0][0]
    # A laboratory's report carries its collection date and source; what is a vital sign comes from a device.
    source = "lab" if measure.freshness == "laboratory" else "device"
    return _Told(row, measure, {"components": [part for _, part in known], "source": source})


def _unit(part: Mapping[str, Any]) -> dict[str, str]:
    return {"unit": part["unit"]} if part.get("unit") else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _case_for(engine: Engine, told: _Told, cases: Sequence[RowMapping]) -> RowMapping | None:
    """The open case that takes the measure: one whose track has a target of it before others, the newest first."""
    day = local_date(told.row["effective_at"], engine.zone)
    able = [
        case
        for case in cases
        if case["status"] in RUNNING and day >= case["aligned_on"] - OLDEST_MEASURE
    ]
    facts = {part.fact for part in told.measure.parts}

    def has_no_target(case: RowMapping) -> bool:
        targets = targets_in(engine.settings.pathways_dir, case["aligned_on"])
        return facts.isdisjoint(targets.facts(case["track"]).values())

    return min(able, key=has_no_target, default=None)


def _key(engine: Engine, told: _Told, cases: Sequence[RowMapping]) -> str | None:
    """The idempotency key to deliver with; None when what was delivered last to a case of the patient is the same.

    Each correction by the source has its number in the key: one back to an earlier value is a correction, too.
    """
    first = f"import:{told.row['source']}"
    with engine.db.reading() as connection:
        last, key = None, first
        for number in count(1):
            found = command_with_key(connection, key)
            if found is None:
                break
            last, key = found, f"{first}#{number}"
    return None if last is not None and _is_same(told, last, cases) else key


def _is_same(told: _Told, last: RowMapping, cases: Sequence[RowMapping]) -> bool:
    again = DeliverEvent(last["case_id"], RECORDED, told.payload, told.row["effective_at"])
    return fingerprint(again) == last["fingerprint"] and last["case_id"] in {case["id"] for case in cases}
