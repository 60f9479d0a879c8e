"""How what was read from a FHIR file is merged into the database: by source, and only what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping

from engine.store.patients import (
    add_observations,
    add_patient,
    conditions_of,
    observations_from,
    patient,
    patients_from,
    remove_observations,
    update_patient,
)
from interop.errors import UnusableElement
from interop.fhir_files import BATCH, Entry
from interop.fhir_records import AboutPatient, CodeMap, PatientRecord
from interop.fhir_resources import patient_source, read_resource

State = Literal["imported", "updated", "skipped"]
_WEIGHT: Mapping[State, int] = {"skipped": 0, "updated": 1, "imported": 2}

Key = tuple[str, str]  # patient id and source of a row of `observations`


@dataclass(slots=True)
class FileTally:
    """What became of a file's patients, by source; what was left out, and why."""

    states: dict[str, State] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)
    passed_over: set[str] = field(default_factory=set)
    about_patients: int = 0
    unread: set[str] = field(default_factory=set)  # resource types that nothing is kept of
    notes: list[str] = field(default_factory=list)

    def note_state(self, source: str, state: State) -> None:
        """Keeps the weightiest: a patient imported from one file and completed from the next is imported."""
        before = self.states.get(source, "skipped")
        self.states[source] = state if _WEIGHT[state] >= _WEIGHT[before] else before

    def count(self, state: State) -> int:
        return sum(each == state for each in self.states.values())

    def add(self, other: FileTally) -> None:
        """Takes over what another file brought."""
        for source, state in other.states.items():
            self.note_state(source, state)
        self.patients.update(other.patients)
        self.passed_over |= other.passed_over


def write_batch(
    connection: Connection,
    entries: Sequence[Entry],
    tally: FileTally,
    *,
    now: datetime,
    codes: CodeMap,
    organisation: str,
) -> None:
    """Merges a batch of resources about an organisation's patients.

    Raises UnusableElement for one that cannot be used, or is about another organisation's patient.
    """
    patients, about = _sorted(entries, tally, codes)
    # A bundle may be larger than a batch, and a query takes only so many values.
    for start in range(0, len(patients), BATCH):
        part = patients[start : start + BATCH]
        known = _theirs(connection, [record.source for record in part], organisation)
        for record in part:
            _merge_patient(connection, record, known.get(record.source), tally, now, organisation)
    for start in range(0, len(about), BATCH):
        _theirs(connection, {source for source, _ in about[start : start + BATCH]}, organisation)
        _merge_about(connection, about[start : start + BATCH], tally, now)


def _theirs(connection: Connection, sources: Iterable[str], organisation: str) -> Mapping[str, RowMapping]:
    """The patients that are known by these sources. Two record systems may both have a Patient/123: never merged."""
    known = patients_from(connection, sources)
    for source, row in known.items():
        if row["organisation"] != organisation:
            words = f"is known here as a patient of '{row['organisation']}', not of '{organisation}'"
            raise UnusableElement(source, f"{words}; import it with --organisation {row['organisation']}")
    return known


def _sorted(
    entries: Sequence[Entry], tally: FileTally, codes: CodeMap
) -> tuple[list[PatientRecord], list[tuple[str, AboutPatient]]]:
    """The patients; and the rest with the source of whom it is about. What is about nobody is left out."""
    patients: dict[str, PatientRecord] = {}
    about: list[AboutPatient] = []
    sources: dict[str, str] = {}
    for entry in entries:
        record = read_resource(entry.resource, entry.full_url, codes)
        if isinstance(record, PatientRecord):
            patients[record.source] = record
            if entry.full_url:
                sources[entry.full_url] = record.source
        elif record is not None:
            about.append(record)
        else:
            tally.unread.add(str(entry.resource.get("resourceType")))
        tally.notes += record.notes if record is not None else ()
    tally.about_patients += len(about)
    whose = [(sources.get(record.reference) or patient_source(record.reference), record) for record in about]
    for source, record in whose:
        if source is None:
            tally.notes.append(f"{record.source}: its subject '{record.reference}' is no patient; it was left out")
    return list(patients.values()), [(source, record) for source, record in whose if source is not None]


# -- patients ---------------------------------------------------------------------------------------------------
def _merge_patient(
    connection: Connection,
    record: PatientRecord,
    row: RowMapping | None,
    tally: FileTally,
    now: datetime,
    organisation: str,
) -> None:
    if record.values["birth_date"] > now.date():
        raise UnusableElement(record.source, f"birthDate {record.values['birth_date']} is in the future")
    if row is None:
        _add(connection, record, tally, now, organisation)
        return
    tally.patients[record.source] = row["id"]
    if record.died is not None:
        tally.notes.append(f"patient {row['id']} has died ({record.died}); report it in the patient's case")
    if row["source_digest"] == record.digest:
        tally.note_state(record.source, "skipped")
        return
    update_patient(connection, row["id"], now=now, **record.values, source_digest=record.digest)
    tally.note_state(record.source, "updated")


def _add(
    connection: Connection, record: PatientRecord, tally: FileTally, now: datetime, organisation: str
) -> None:
    if record.died is not None:
        tally.notes.append(f"{record.source} was passed over: {record.values['name']} has died ({record.died})")
        tally.passed_over.add(record.source)
        tally.note_state(record.source, "skipped")
        return
    kept = {"source": record.source, "source_digest": record.digest, "organisation": organisation}
    added = add_patient(connection, **record.values, **kept, now=now)
    tally.patients[record.source] = added
    tally.note_state(record.source, "imported")


# -- what is about them -----------------------------------------------------------------------------------------
def _merge_about(
    connection: Connection, about: Sequence[tuple[str, AboutPatient]], tally: FileTally, now: datetime
) -> None:
    """Adds, replaces and removes rows of `observations`, then brings the patients' conditions up to date."""
    ids = _ids(connection, {source for source, _ in about}, tally)
    fresh: dict[Key, tuple[str, Mapping[str, Any] | None]] = {}
    for source, record in about:
        if source in ids:
            fresh[ids[source], record.source] = (source, record.values)
    before = _kept(connection, fresh)
    changed = [key for key, (_, values) in fresh.items() if values != before.get(key)]
    touched = {key[0] for key in changed}
    had = _codes(connection, touched)
    remove_observations(connection, [key for key in changed if key in before])
    rows = [(key, fresh[key][1]) for key in changed]
    add_observations(
        connection,
        [{"patient_id": key[0], "source": key[1], **values} for key, values in rows if values is not None],
    )
    _refresh_conditions(connection, touched, had, now)
    for source in {source for source, _ in about if source in ids}:
        tally.note_state(source, "updated" if ids[source] in touched else "skipped")


def _ids(connection: Connection, sources: set[str], tally: FileTally) -> dict[str, str]:
    """The patients' ids by source; what is about nobody known is noted."""
    ids = {source: row["id"] for source, row in patients_from(connection, sources).items()}
    tally.patients.update(ids)
    for source in sorted(sources - ids.keys() - tally.passed_over):
        tally.notes.append(f"{source.removeprefix('fhir:')} is not known; what is about that patient was left out")
    return ids


def _kept(connection: Connection, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """What is kept now of these rows, without their key."""
    wanted = set(keys)
    rows = observations_from(connection, {key[0] for key in wanted}, {key[1] for key in wanted})
    found: dict[Key, dict[str, Any]] = {}
    for row in rows:
        values = dict(row)
        key = (values.pop("patient_id"), values.pop("source"))
        if key in wanted:
            found[key] = values
    return found


def _codes(connection: Connection, patient_ids: set[str]) -> dict[str, list[str]]:
    """The ICD-10-CM codes of the patients' present imported conditions, each once, the oldest first."""
    codes: dict[str, list[str]] = {}
    for row in conditions_of(connection, patient_ids):
        code = row["value"]["icd10cm"]
        if code and row["value"]["present"] and code not in codes.setdefault(row["patient_id"], []):
            codes[row["patient_id"]].append(code)
    return codes


def _refresh_conditions(connection: Connection, touched: set[str], had: Mapping[str, list[str]], now: datetime) -> None:
    """What a person has added to a patient's conditions stays; what came by import follows the import."""
    has = _codes(connection, touched)
    for patient_id in touched:
        old, new = had.get(patient_id, []), has.get(patient_id, [])
        if old != new:
            own = [code for code in patient(connection, patient_id)["conditions"] if code not in old]
            update_patient(connection, patient_id, now=now, conditions=own + [code for code in new if code not in own])
