"""Imported measures reach the patient's case: once, in their own time, and what cannot be is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.application import Engine
from engine.commands import Actor, CloseCase, StartCase
from engine.library import Library
from engine.store.facts import facts, latest
from engine.store.tasks import open_tasks_of_case
from interop.fhir_feed import FeedReport, feed
from interop.fhir_import import import_files
from tests.interop.synthea import a_blood_pressure, a_bundle, a_patient, an_observation, write

DANA = Actor("dana@example.org", "Dana Reed")
# The clock stands at Tuesday 13 January 2026, 9:00 in New York; the bundles' observations are of 5 May 2025.
LAST_WEEK = {"effectiveDateTime": "2026-01-06T08:30:00-05:00"}


@pytest.fixture(scope="module")
def library() -> Library:
    """Compiled versions, shared by the engines of this module."""
    return Library()


@pytest.fixture
def engine(engine: Engine, library: Library) -> Engine:
    """An engine whose versions are compiled once."""
    return Engine(engine.db, engine.clock, engine.settings, library)


@pytest.fixture
def patient_id(engine: Engine, tmp_path: Path) -> str:
    """A patient who was imported, with a blood pressure and a weight of half a year ago."""
    bundle = a_bundle(a_patient(), a_blood_pressure(), an_observation("o1", "29463-7", 81.4, "kg"))
    return next(iter(_import(engine, tmp_path, bundle)))


def _import(engine: Engine, folder: Path, bundle: Mapping[str, Any]) -> list[str]:
    report = import_files([write(folder, "ada.json", bundle)], db=engine.db, clock=engine.clock)
    assert report.failed == []
    return list(report.patients.values())


def imported(engine: Engine, folder: Path, *resources: dict[str, Any]) -> FeedReport:
    """Import a bundle of the patient with these resources, and feed."""
    return feed(engine, _import(engine, folder, a_bundle(a_patient(), *resources)))


def started(engine: Engine, patient_id: str, track: str = "msk") -> str:
    return engine.execute(StartCase(patient_id, track), actor=DANA).case_id


def measured(engine: Engine, case: str, *names: str) -> list[tuple[str, Any, str]]:
    """Name, value and source of a case's facts with these names."""
    with engine.db.reading() as connection:
        rows: Sequence[Any] = facts(connection, case)
    return [(row["name"], row["value"], row["source"]) for row in rows if row["name"] in names]


PRESSURE = ("bp.systolic", "bp.diastolic")


def test_what_was_imported_before_the_case_reaches_it(engine: Engine, patient_id: str) -> None:
    """A vital sign has the source device, and is true when it was measured."""
    case = started(engine, patient_id)
    assert feed(engine, [patient_id]) == FeedReport(2, ())
    assert measured(engine, case, *PRESSURE, "weight.value") == [
        ("weight.value", 81.4, "device"),
        ("bp.systolic", 152, "device"),
        ("bp.diastolic", 91, "device"),
    ]
    with engine.db.reading() as connection:
        (weight,) = facts(connection, case, "weight.value")
    assert weight["effective_at"].isoformat().startswith("2025-05-05T13:00")


def test_the_same_again_does_nothing(engine: Engine, patient_id: str, tmp_path: Path) -> None:
    """However often the file is imported."""
    case = started(engine, patient_id)
    feed(engine, [patient_id])
    assert imported(engine, tmp_path, a_blood_pressure()) == FeedReport(0, ())
    assert len(measured(engine, case, *PRESSURE)) == 2


def test_a_laboratory_value_is_converted_and_comes_from_the_laboratory(
    engine: Engine, patient_id: str, tmp_path: Path
) -> None:
    """LDL in mmol/L becomes mg/dL; a code that is no measure stays an observation."""
    case = started(engine, patient_id)
    feed(engine, [patient_id])
    ldl = an_observation("o2", "18262-6", 2.6, "mmol/L", **LAST_WEEK)
    pulse = an_observation("o3", "8867-4", 71, "/min")
    assert imported(engine, tmp_path, ldl, pulse).delivered == 1
    assert measured(engine, case, "ldl.value", "loinc.8867-4") == [("ldl.value", 100.5, "lab")]


def test_a_corrected_observation_arrives_as_the_newer_value(engine: Engine, patient_id: str, tmp_path: Path) -> None:
    """Once: what its source has changed since is told again, and stands beside what was told before."""
    case = started(engine, patient_id)
    feed(engine, [patient_id])
    corrected = an_observation("o1", "29463-7", 80.9, "kg")
    assert [imported(engine, tmp_path, corrected).delivered for _ in range(2)] == [1, 0]
    assert [value for _, value, _ in measured(engine, case, "weight.value")] == [81.4, 80.9]


def test_a_correction_back_to_the_first_value_arrives_too(engine: Engine, patient_id: str, tmp_path: Path) -> None:
    """However often the source changes its mind, the case ends with what it says now; the same again does nothing."""
    case = started(engine, patient_id)
    feed(engine, [patient_id])
    told = (80.9, 81.4, 81.4, 80.9, 81.4)
    reports = [imported(engine, tmp_path, an_observation("o1", "29463-7", value, "kg")) for value in told]
    assert [report.delivered for report in reports] == [1, 1, 0, 1, 1]
    values = [value for _, value, _ in measured(engine, case, "weight.value")]
    assert values == [81.4, 80.9, 81.4, 80.9, 81.4]
    with engine.db.reading() as connection:
        assert latest(connection, case, "weight.value")["value"] == 81.4


def test_what_cannot_be_is_named_and_stops_nothing(engine: Engine, patient_id: str, tmp_path: Path) -> None:
    """The reason says the field; the rest is delivered, and the same file tells the same again."""
    case = started(engine, patient_id)
    wrong = (
        an_observation("o4", "29463-7", 8140, "kg", **LAST_WEEK),
        an_observation("o5", "29463-7", 12, "stone", **LAST_WEEK),
        an_observation("o6", "8302-2", 170, "cm", **LAST_WEEK),
    )
    report = imported(engine, tmp_path, *wrong)
    assert report.delivered == 3  # the height, and what had been imported before
    assert [(each.source, each.reason.split(":")[0]) for each in report.refused] == [
        ("fhir:Observation/o4", "payload.components.0.value"),
        ("fhir:Observation/o5", "payload.components.0.unit"),
    ]
    assert measured(engine, case, "height.value") == [("height.value", 170, "device")]


def test_nothing_reaches_a_patient_without_an_open_case(engine: Engine, patient_id: str) -> None:
    """Observations stay where they are until there is one; a closed case is not touched."""
    assert feed(engine, [patient_id]).delivered == 0
    case = started(engine, patient_id)
    engine.execute(CloseCase(case, "withdrawn", "moved away"), actor=DANA)
    assert feed(engine, [patient_id]).delivered == 0


def test_what_is_older_than_a_case_takes_is_left_out(engine: Engine, patient_id: str, tmp_path: Path) -> None:
    """Two years before alignment at most, as for any event of a measure."""
    started(engine, patient_id)
    old = an_observation("o7", "4548-4", 7.4, "%", effectiveDateTime="2023-12-01T08:00:00-05:00")
    report = imported(engine, tmp_path, old)
    assert (report.delivered, report.refused) == (2, ())


def test_a_measure_goes_to_the_case_whose_track_has_a_target_of_it(
    engine: Engine, patient_id: str
) -> None:
    """With two cases the blood pressure is one fact of one case, whichever began last."""
    first = started(engine, patient_id, "ckm")
    second = started(engine, patient_id, "msk")
    assert feed(engine, [patient_id]).delivered == 2
    assert (len(measured(engine, first, *PRESSURE)), measured(engine, second, *PRESSURE)) == (2, [])


def test_an_imported_pressure_that_alarms_opens_a_safety_review(engine: Engine, tmp_path: Path) -> None:
    """What came by a file is looked at as what came by a cuff is."""
    (patient_id,) = _import(engine, tmp_path, a_bundle(a_patient()))
    case = started(engine, patient_id, "ckm")
    alarming = a_blood_pressure(systolic=191, diastolic=101) | LAST_WEEK
    assert imported(engine, tmp_path, alarming) == FeedReport(1, ())
    with engine.db.reading() as connection:
        reviews = [row for row in open_tasks_of_case(connection, case) if row["kind"] == "safety"]
    assert [(row["priority"], row["role"]) for row in reviews] == [("urgent", "clinical_director")]
