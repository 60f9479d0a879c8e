"""What was seen and what was signed stays as it was written: the database itself refuses another word."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from engine.store.accesses import add_access
from engine.store.database import Database
from engine.store.patients import add_patient
from engine.store.tables import checkpoint_leaves, checkpoints

NOW = datetime(2026, 7, 6, 14, tzinfo=UTC)
CHANGES = [
    "UPDATE accesses SET email = 'nobody'",
    "DELETE FROM accesses",
    "DELETE FROM access_patients",
    "UPDATE checkpoints SET root = 'x'",
    "DELETE FROM checkpoints",
    "UPDATE checkpoint_leaves SET head = 'x'",
]
REPLACEMENTS = [
    "INSERT OR REPLACE INTO accesses SELECT id, at, 'nobody', role, act, page, address, case_id, detail FROM accesses",
    "INSERT OR REPLACE INTO access_patients SELECT * FROM access_patients",
    "INSERT OR REPLACE INTO checkpoints SELECT number + 1, day, at, cases, entries, 'x', previous, key_id, signature "
    "FROM checkpoints",
    "INSERT OR REPLACE INTO checkpoint_leaves SELECT * FROM checkpoint_leaves",
]


@pytest.fixture
def written(db: Database) -> Database:
    """An access to a patient, and a checkpoint with a leaf."""
    with db.writing() as connection:
        patient = add_patient(connection, name="Ada Long", birth_date=date(1950, 3, 1), now=NOW)
        seen = {"role": "auditor", "act": "viewed", "page": "pages.patient", "address": "/patients/p1"}
        add_access(connection, at=NOW, email="iris@example.org", patients=[patient], **seen)
        add_access(connection, at=NOW, email="iris@example.org", patients=[patient], **seen)
        signed = {"cases": 1, "entries": 3, "root": "r", "previous": "p", "key_id": "k", "signature": "s"}
        connection.execute(insert(checkpoints).values(number=1, day=NOW.date(), at=NOW, **signed))
        connection.execute(insert(checkpoint_leaves).values(checkpoint=1, case_id="p1-msk-1", length=3, head="h"))
    return db


@pytest.mark.parametrize("statement", CHANGES)
def test_neither_changed_nor_deleted(written: Database, statement: str) -> None:
    """On both databases."""
    with pytest.raises(DBAPIError, match="append-only"), written.writing() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize("statement", REPLACEMENTS)
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_nor_replaced(written: Database, statement: str) -> None:
    """SQLite's INSERT OR REPLACE would delete without telling a trigger of it."""
    with pytest.raises(DBAPIError, match="append-only"), written.writing() as connection:
        connection.execute(text(statement))
