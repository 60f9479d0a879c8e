"""Patients as they are kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.errors import NotFound, Refused
from engine.store.database import Database
from engine.store.patients import add_patient, locked_patient, patient, patients_after, update_patient

NOW = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)
LATER = datetime(2026, 1, 14, 14, 0, tzinfo=UTC)


def add(db: Database, name: str = "Ada Lovelace", **more: Any) -> str:
    with db.writing() as connection:
        return add_patient(connection, name=name, birth_date=date(1951, 12, 10), now=NOW, **more)


def test_patients_are_numbered_in_the_order_they_come(db: Database) -> None:
    """p1, p2, p3: short enough to be said on the phone."""
    assert [add(db) for _ in range(3)] == ["p1", "p2", "p3"]


def test_a_patient_is_read_as_it_was_written(db: Database) -> None:
    """Lists and objects included."""
    added = add(db, conditions=["M17.11"], equity={"rural": True}, language="es")
    with db.reading() as connection:
        row = patient(connection, added)
    assert (row["conditions"], row["equity"], row["language"]) == (["M17.11"], {"rural": True}, "es")
    assert row["created_at"] == row["updated_at"] == NOW


def test_a_change_keeps_the_rest_and_notes_when(db: Database) -> None:
    """Only the named columns are written."""
    added = add(db, phone="555-0101", mbi="1EG4TE5MK73")
    with db.writing() as connection:
        update_patient(connection, added, now=LATER, phone="555-0199", mbi="1EG4TE5MK73")
        row = locked_patient(connection, added)
    assert (row["phone"], row["name"], row["updated_at"]) == ("555-0199", "Ada Lovelace", LATER)


def test_an_mbi_belongs_to_one_patient(db: Database) -> None:
    """Neither a new patient nor a change takes another's."""
    add(db, mbi="1EG4TE5MK73")
    other = add(db)
    with pytest.raises(Refused, match="patient 'p1' already has"):
        add(db, mbi="1EG4TE5MK73")
    with db.writing() as connection, pytest.raises(Refused, match="patient 'p1' already has"):
        update_patient(connection, other, now=LATER, mbi="1EG4TE5MK73")


def test_an_unknown_patient_is_not_found(db: Database) -> None:
    """Reading, locking and changing say so."""
    with db.writing() as connection:
        for ask in (patient, locked_patient):
            with pytest.raises(NotFound, match="no patient 'p9'"):
                ask(connection, "p9")
        with pytest.raises(NotFound, match="no patient 'p9'"):
            update_patient(connection, "p9", now=LATER, name="Grace")


def test_a_search_takes_signs_for_what_they_are(db: Database) -> None:
    """A percent sign or underscore finds only itself."""
    add(db, "Ada 100% Lovelace")
    add(db, "Grace Hopper")
    with db.reading() as connection:
        pages = [patients_after(connection, 0, 10, q, organisation=None) for q in ("%", "_", "HOPPER")]
        found = [[row["name"] for row in page] for page in pages]
    assert found == [["Ada 100% Lovelace"], [], ["Grace Hopper"]]
