"""Importing FHIR files: what goes in, what a second time changes, what is reported."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import RowMapping, select

from engine.clock import SetClock
from engine.store.database import Database
from engine.store.patients import add_patient, observations_of, patient, update_patient
from engine.store.tables import observations, patients
from interop.fhir_import import ImportReport, import_files
from tests.interop.synthea import (
    ADA,
    MBI_SYSTEM,
    SNOMED,
    a_blood_pressure,
    a_bundle,
    a_condition,
    a_patient,
    a_whole_bundle,
    an_encounter,
    an_observation,
    write,
    write_lines,
)

Importer = Callable[..., ImportReport]


@pytest.fixture
def imported(db: Database, clock: SetClock) -> Importer:
    """Imports paths into the test's database."""

    def run(*paths: Path, **more: Any) -> ImportReport:
        return import_files(paths, db=db, clock=clock, **more)

    return run


def the_patient(db: Database) -> RowMapping:
    with db.reading() as connection:
        return connection.execute(select(patients)).mappings().one()


def kept_about(db: Database, kind: str) -> Sequence[RowMapping]:
    with db.reading() as connection:
        return [row for row in observations_of(connection, the_patient(db)["id"]) if row["kind"] == kind]


def everything(db: Database) -> list[list[dict[str, Any]]]:
    with db.reading() as connection:
        tables = [select(patients).order_by(patients.c.id), select(observations).order_by(*observations.primary_key)]
        return [[dict(row) for row in connection.execute(query).mappings()] for query in tables]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.imported, report.updated, report.skipped, len(report.failed)


def test_a_bundle_brings_the_patient_with_identifiers_and_contact(
    db: Database, tmp_path: Path, imported: Importer
) -> None:
    """The official name, the MBI without dashes, phone and language are taken; the report gives the id."""
    report = imported(write(tmp_path, "ada.json", a_whole_bundle()))
    row = the_patient(db)
    assert counts(report) == (1, 0, 0, 0)
    assert report.patients == {f"fhir:Patient/{ADA}": row["id"]}
    taken = (row["name"], row["birth_date"], row["sex"], row["mbi"], row["phone"], row["language"])
    assert taken == (
        "Ada12 Augusta4 Lovelace9", date(1951, 12, 10), "female", "1EG4TE5MK73", "555-555-0101", "en-US",
    )  # fmt: skip


def test_only_conditions_coded_in_icd10cm_count_towards_a_track(
    db: Database, tmp_path: Path, imported: Importer
) -> None:
    """SNOMED CT is kept as it came, but no mapping to ICD-10-CM is invented."""
    imported(write(tmp_path, "ada.json", a_whole_bundle()))
    assert the_patient(db)["conditions"] == ["M17.11"]
    assert [row["code"] for row in kept_about(db, "condition")] == ["M17.11", "44054006"]


def test_a_map_of_snomed_codes_that_is_given_is_used(db: Database, tmp_path: Path, imported: Importer) -> None:
    """With the organisation's own map a SNOMED condition counts."""
    imported(write(tmp_path, "ada.json", a_whole_bundle()), codes={"44054006": "E11.9"})
    assert the_patient(db)["conditions"] == ["M17.11", "E11.9"]


@pytest.mark.parametrize("status", ["resolved", "inactive", "remission"])
def test_a_condition_that_is_over_does_not_count(db: Database, tmp_path: Path, imported: Importer, status: str) -> None:
    """What a patient had is not what qualifies them now."""
    imported(write(tmp_path, "ada.json", a_bundle(a_patient(), a_condition("c1", "M17.11", status=status))))
    assert the_patient(db)["conditions"] == []


def test_observations_keep_value_unit_and_instant(db: Database, tmp_path: Path, imported: Importer) -> None:
    """A quantity is its number and UCUM unit at the instant it was measured; a panel keeps its components."""
    imported(write(tmp_path, "ada.json", a_whole_bundle()))
    weight, pressure = kept_about(db, "observation")
    assert (weight["code"], weight["value"], weight["unit"]) == ("29463-7", 81.4, "kg")
    assert weight["effective_at"] == datetime(2025, 5, 5, 13, 0, tzinfo=UTC)
    parts = [(part["code"], part["value"], part["unit"]) for part in pressure["value"]["components"]]
    assert parts == [("8480-6", 152, "mm[Hg]"), ("8462-4", 91, "mm[Hg]")]


def test_an_encounter_keeps_its_class_and_its_end(db: Database, tmp_path: Path, imported: Importer) -> None:
    """From when to when, and of which kind."""
    imported(write(tmp_path, "ada.json", a_whole_bundle()))
    (visit,) = kept_about(db, "encounter")
    assert (visit["code"], visit["display"]) == ("AMB", "Encounter for check up")
    assert visit["value"]["ended_at"] == "2025-05-05T13:30:00+00:00"


def test_the_same_file_again_changes_nothing(db: Database, tmp_path: Path, imported: Importer) -> None:
    """A second import skips the patient and leaves every row as it was."""
    file = write(tmp_path, "ada.json", a_whole_bundle())
    imported(file)
    before = everything(db)
    assert counts(imported(file)) == (0, 0, 1, 0)
    assert everything(db) == before


def test_a_changed_file_updates_only_what_changed(db: Database, tmp_path: Path, imported: Importer) -> None:
    """A new phone number and a resolved condition come in; the weight that was corrected is replaced."""
    imported(write(tmp_path, "ada.json", a_whole_bundle()))
    phone = [{"system": "phone", "value": "555-555-0199", "use": "mobile"}]
    changed = a_bundle(
        a_patient(telecom=phone),
        a_condition("c1", "M17.11", status="resolved"),
        an_observation("o1", "29463-7", 80.9, "kg"),
    )
    assert counts(imported(write(tmp_path, "ada.json", changed))) == (0, 1, 0, 0)
    row = the_patient(db)
    assert (row["phone"], row["conditions"]) == ("555-555-0199", [])
    assert [each["value"] for each in kept_about(db, "observation") if each["code"] == "29463-7"] == [80.9]


def test_what_was_entered_in_error_is_taken_out_again(db: Database, tmp_path: Path, imported: Importer) -> None:
    """An observation that its source withdraws does not stay."""
    imported(write(tmp_path, "ada.json", a_whole_bundle()))
    void = an_observation("o1", "29463-7", 81.4, "kg", status="entered-in-error")
    imported(write(tmp_path, "void.json", a_bundle(a_patient(), void)))
    assert [row["code"] for row in kept_about(db, "observation")] == ["85354-9"]


def test_what_a_person_entered_survives_an_unchanged_import(db: Database, tmp_path: Path, imported: Importer) -> None:
    """A condition and a phone number that a person gave stay when the file says what it said before."""
    file = write(tmp_path, "ada.json", a_whole_bundle())
    imported(file)
    identity = the_patient(db)["id"]
    with db.writing() as connection:
        now = datetime(2026, 1, 14, tzinfo=UTC)
        update_patient(connection, identity, now=now, phone="555-555-0142", conditions=["M17.11", "M54.16"])
    imported(file, write(tmp_path, "more.json", a_bundle(a_patient(), a_condition("c9", "M16.0"))))
    row = the_patient(db)
    assert (row["phone"], row["conditions"]) == ("555-555-0142", ["M54.16", "M17.11", "M16.0"])


def test_a_bulk_export_is_put_together_from_its_files(db: Database, tmp_path: Path, imported: Importer) -> None:
    """NDJSON has one file a resource type: conditions find the patient whose file is read first."""
    about = {"subject": {"reference": f"Patient/{ADA}"}}
    write_lines(tmp_path, "Condition.ndjson", a_condition("c1", "M17.11", **about))
    write_lines(tmp_path, "Observation.ndjson", an_observation("o1", "29463-7", 81.4, "kg", **about))
    write_lines(tmp_path, "Organization.ndjson", {"resourceType": "Organization", "id": "org"})
    write_lines(tmp_path, "Patient.ndjson", a_patient())
    assert counts(imported(tmp_path)) == (1, 0, 0, 0)
    assert the_patient(db)["conditions"] == ["M17.11"]
    assert len(kept_about(db, "observation")) == 1
    assert counts(imported(tmp_path)) == (0, 0, 1, 0)


def test_ndjson_of_many_batches_goes_in_whole(db: Database, tmp_path: Path, imported: Importer) -> None:
    """What does not fit into one batch is read in several, in one transaction."""
    about = {"subject": {"reference": f"https://fhir.example.org/Patient/{ADA}"}}
    readings = [an_observation(f"o{n}", "29463-7", 70 + n / 100, "kg", **about) for n in range(2_300)]
    commits = db.commits
    imported(write_lines(tmp_path, "all.ndjson", a_patient(), *readings))
    assert db.commits == commits + 1
    assert len(kept_about(db, "observation")) == 2_300


def test_bad_files_are_named_with_their_reason_and_the_rest_goes_in(
    db: Database, tmp_path: Path, imported: Importer
) -> None:
    """Of a folder with one file of each fault, the good one is imported and each other says what is wrong."""
    write(tmp_path, "good/ada.json", a_whole_bundle())
    (tmp_path / "broken.json").write_text('{"resourceType": "Bundle", "type"')
    (tmp_path / "latin1.json").write_bytes('{"name": "Zoë"}'.encode("latin-1"))
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "empty.ndjson").write_text("")
    write(tmp_path, "single.json", a_patient("lone"))
    write(tmp_path, "list.json", [1, 2])
    write(tmp_path, "searchset.json", a_bundle(a_patient("s"), kind="searchset"))
    write(tmp_path, "nobody.json", a_bundle())
    write(tmp_path, "orphan.json", a_bundle(an_observation("x", "29463-7", 1, "kg")))
    write(tmp_path, "year.json", a_bundle(a_patient("y", birthDate="1951")))
    write(tmp_path, "date.json", a_bundle(a_patient("d", birthDate="1951-02-30")))
    write(tmp_path, "future.json", a_bundle(a_patient("f", birthDate="2031-02-03")))
    write(tmp_path, "nameless.json", a_bundle(a_patient("n", name=[])))
    write(tmp_path, "odd.json", a_bundle(a_patient("o", telecom="555")))
    report = imported(tmp_path)
    reasons = {fault.file.name: fault.reason for fault in report.failed}
    expected = {
        "broken.json": "is not JSON",
        "latin1.json": "not UTF-8",
        "deep.json": "nested too deeply",
        "empty.ndjson": "is empty",
        "single.json": "not a Bundle but a Patient",
        "list.json": "not a Bundle but no FHIR resource",
        "searchset.json": "type 'searchset'",
        "nobody.json": "has no Patient",
        "year.json": "Patient/y.birthDate: '1951' is not a whole day",
        "date.json": "Patient/d.birthDate: '1951-02-30' is not a day",
        "future.json": "in the future",
        "nameless.json": "Patient/n.name: is missing",
        "odd.json": "Patient/o.telecom: must be a list, not a text",
    }
    assert reasons.keys() == expected.keys()
    assert {name: told for name, told in expected.items() if told not in reasons[name]} == {}
    assert report.imported == 1


def test_care_of_unknown_patients_is_a_fault(tmp_path: Path, imported: Importer) -> None:
    """A file without a Patient, about nobody that was imported before, says so."""
    (fault,) = imported(write(tmp_path, "orphan.json", a_bundle(an_encounter()))).failed
    assert "has no Patient" in fault.reason


def test_a_file_that_is_too_large_is_refused_unread(
    tmp_path: Path, imported: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit bounds what is held in memory; NDJSON is the way for more."""
    monkeypatch.setattr("interop.fhir_files.MOST_BYTES", 1_000)
    (fault,) = imported(write(tmp_path, "large.json", a_whole_bundle())).failed
    assert "use NDJSON" in fault.reason


def test_a_file_that_fails_leaves_nothing_behind(db: Database, tmp_path: Path, imported: Importer) -> None:
    """One transaction a file: the patient before the broken one does not stay."""
    imported(write_lines(tmp_path, "two.ndjson", a_patient(), a_patient("b", birthDate="unknown")))
    assert everything(db) == [[], []]


def test_synthea_files_of_hospitals_are_passed_over(tmp_path: Path, imported: Importer) -> None:
    """The files without patients that Synthea writes are no fault; a note says what they hold."""
    hospitals = a_bundle({"resourceType": "Organization", "id": "h"}, {"resourceType": "Location", "id": "l"})
    report = imported(write(tmp_path, "hospitalInformation.json", hospitals | {"type": "batch"}))
    assert counts(report) == (0, 0, 0, 0)
    assert "Location, Organization" in report.notes[0].reason


def test_a_patient_who_has_died_is_passed_over(db: Database, tmp_path: Path, imported: Importer) -> None:
    """Nobody is enrolled, or called, after death; the report says who was passed over."""
    dead = a_patient(deceasedDateTime="2020-02-02T00:00:00-05:00")
    report = imported(write(tmp_path, "ada.json", a_bundle(dead, a_condition("c1", "M17.11"))))
    assert counts(report) == (0, 0, 1, 0)
    assert "has died (2020-02-02" in report.notes[0].reason
    assert everything(db) == [[], []]


def test_a_death_of_a_known_patient_is_reported(db: Database, tmp_path: Path, imported: Importer) -> None:
    """The import does not end a case by itself: a person reports the death there."""
    imported(write(tmp_path, "ada.json", a_bundle(a_patient())))
    report = imported(write(tmp_path, "ada.json", a_bundle(a_patient(deceasedBoolean=True))))
    assert "report it in the patient's case" in report.notes[0].reason


def test_an_mbi_of_somebody_else_is_a_fault(db: Database, tmp_path: Path, imported: Importer) -> None:
    """Two patients never share an MBI; the reason names who has it."""
    with db.writing() as connection:
        add_patient(
            connection, name="Grace Hopper", birth_date=date(1950, 1, 1), mbi="1EG4TE5MK73",
            now=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
    (fault,) = imported(write(tmp_path, "ada.json", a_whole_bundle())).failed
    assert "patient 'p1' already has the MBI" in fault.reason


def test_a_malformed_mbi_is_left_out_and_said(db: Database, tmp_path: Path, imported: Importer) -> None:
    """The patient goes in without it."""
    number = [{"system": MBI_SYSTEM, "value": "1S00E00AA00"}]
    report = imported(write(tmp_path, "ada.json", a_bundle(a_patient(identifier=number))))
    assert the_patient(db)["mbi"] is None
    assert "'1S00E00AA00' is not a well-formed MBI" in report.notes[0].reason


def test_a_resource_without_id_is_the_same_one_each_time(db: Database, tmp_path: Path, imported: Importer) -> None:
    """Its entry's full URL identifies it, else its content."""
    bundle = a_whole_bundle()
    for entry in bundle["entry"]:
        del entry["resource"]["id"]
    for entry in bundle["entry"][-2:]:
        del entry["fullUrl"]
    file = write(tmp_path, "ada.json", bundle)
    imported(file)
    before = everything(db)
    imported(file)
    assert everything(db) == before
    assert len(kept_about(db, "observation")) == 2


def test_a_folder_without_files_is_a_fault(tmp_path: Path, imported: Importer) -> None:
    """A mistyped folder must not look like success."""
    empty = tmp_path / "empty"
    empty.mkdir()
    reasons = [fault.reason for fault in imported(empty, tmp_path / "absent.json").failed]
    assert reasons == ["holds no .json or .ndjson file", "cannot be opened: No such file or directory"]


def test_progress_is_told_of_every_file(tmp_path: Path, imported: Importer) -> None:
    """Whoever watches gets the files one by one, and their number at the start."""
    seen: list[tuple[str, int]] = []

    def progress(items: Any, *, total: int, label: str) -> Any:
        for item in items:
            seen.append((item.name, total))
            yield item

    write(tmp_path, "a.json", a_bundle(a_patient("a", identifier=[])))
    write(tmp_path, "b.json", a_bundle(a_patient("b", identifier=[])))
    imported(tmp_path, progress=progress)
    assert seen == [("a.json", 2), ("b.json", 2)]


RESOURCES = [
    a_condition("c1", "M17.11"),
    a_condition("c2", "44054006", SNOMED),
    a_condition("c3", "I10", status="resolved"),
    an_encounter("e1"),
    an_observation("o1", "29463-7", 81.4, "kg"),
    an_observation("o2", "8867-4", 1e-7, "/min", effectiveDateTime="2024-02"),
    an_observation("o3", "72166-2", 0, "", valueQuantity=None, valueString="Never smoker"),
    an_observation("o4", "29463-7", 2, "kg", status="cancelled"),
    a_blood_pressure("o5"),
]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.lists(st.sampled_from(RESOURCES), max_size=9), place=st.integers(0, 9), data=st.data())
def test_importing_twice_changes_nothing(
    db: Database, tmp_path: Path, clock: SetClock, chosen: list[dict[str, Any]], place: int, data: st.DataObject
) -> None:
    """Whatever a bundle holds, in whatever order, the second import finds all as it is."""
    resources = copy.deepcopy(chosen)
    resources.insert(place, a_patient())
    file = write(tmp_path, "ada.json", a_bundle(*resources))
    import_files([file], db=db, clock=clock)
    before = everything(db)
    clock.instant = datetime(2026, 1, 14, 9, data.draw(st.integers(0, 59)), tzinfo=UTC)
    assert counts(import_files([file], db=db, clock=clock)) == (0, 0, 1, 0)
    assert everything(db) == before


def test_a_patient_row_holds_where_it_came_from(db: Database, tmp_path: Path, imported: Importer) -> None:
    """An auditor sees the source of an imported patient."""
    report = imported(write(tmp_path, "ada.json", a_bundle(a_patient())))
    with db.reading() as connection:
        row = patient(connection, report.patients[f"fhir:Patient/{ADA}"])
    assert row["source"] == f"fhir:Patient/{ADA}"
