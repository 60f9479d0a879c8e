"""Who saw which patient, as it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from engine.store.accesses import (
    LISTED,
    VIEWED,
    Access,
    accesses_between,
    accesses_of_patient,
    accesses_of_user,
    add_access,
    is_repeated,
    patients_of_accesses,
    whom_by_access,
)
from engine.store.database import Database
from engine.store.organisations import add_organisation
from engine.store.patients import add_patient

NOW = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)
DANA, LEE = "dana@example.org", "lee@example.org"


def patient(db: Database, name: str, organisation: str = "main") -> str:
    with db.writing() as connection:
        return add_patient(
            connection, name=name, birth_date=date(1950, 3, 1), now=NOW, organisation=organisation
        )


def access(*patients: str, act: str = VIEWED, at: datetime = NOW, by: str = DANA) -> Access:
    return Access(at, by, "case_manager", act, "pages.patient", "/patients/p1", patients)


def add(db: Database, new: Access) -> int:
    with db.writing() as connection:
        return add_access(
            connection,
            at=new.at,
            email=new.email,
            role=new.role,
            act=new.act,
            page=new.page,
            address=new.address,
            patients=new.patients,
            case_id=new.case_id,
            detail=new.detail,
        )


def test_accesses_are_found_by_patient_by_person_and_by_day(db: Database) -> None:
    """The latest first, in pages that begin before a number."""
    ada, bea = patient(db, "Ada Long"), patient(db, "Bea Short")
    first = add(db, access(ada, bea, act=LISTED))
    second = add(db, access(ada, at=NOW + timedelta(hours=1)))
    third = add(db, access(bea, at=NOW + timedelta(days=1), by=LEE))
    with db.reading() as connection:
        assert [row["id"] for row in accesses_of_patient(connection, ada, None, 9)] == [second, first]
        assert [row["id"] for row in accesses_of_patient(connection, ada, second, 9)] == [first]
        assert [row["id"] for row in accesses_of_user(connection, LEE, None, 9, organisation=None)] == [third]
        day = accesses_between(connection, NOW, NOW + timedelta(days=1), None, 9, organisation=None)
        assert [row["id"] for row in day] == [second, first]
        assert whom_by_access(connection, [first, third], organisation=None) == {first: {ada, bea}, third: {bea}}


def test_an_organisation_reads_only_what_was_about_its_own(db: Database) -> None:
    """Of a list that held others too, its own names."""
    with db.writing() as connection:
        add_organisation(connection, "north", "North clinic")
    ada, otto = patient(db, "Ada Long"), patient(db, "Otto North", "north")
    add(db, access(ada))
    both = add(db, access(ada, otto, act=LISTED))
    with db.reading() as connection:
        assert [row["id"] for row in accesses_of_user(connection, DANA, None, 9, organisation="north")] == [both]
        until = NOW + timedelta(days=1)
        assert len(accesses_between(connection, NOW, until, None, 9, organisation="north")) == 1
        assert [row["id"] for row in patients_of_accesses(connection, [both], organisation="north")] == [otto]
        assert whom_by_access(connection, [both], organisation="north") == {both: {otto}}


def test_the_same_within_a_minute_is_one_view(db: Database) -> None:
    """Of the same patients at the same address, by the same person; anything else is another."""
    ada, bea = patient(db, "Ada Long"), patient(db, "Bea Short")
    add(db, access(ada))
    soon = NOW + timedelta(seconds=59)
    with db.reading() as connection:
        assert is_repeated(connection, access(ada, at=soon))
        assert not is_repeated(connection, access(ada, at=NOW - timedelta(hours=1)))  # the clock was set back
        assert not is_repeated(connection, access(ada, at=NOW + timedelta(seconds=60)))
        assert not is_repeated(connection, access(bea, at=soon))
        assert not is_repeated(connection, access(ada, bea, at=soon))
        assert not is_repeated(connection, access(ada, at=soon, by=LEE))
        assert not is_repeated(connection, replace(access(ada, at=soon), page="pages.case_record"))
        assert not is_repeated(connection, replace(access(ada, at=soon), detail={"searched": "ada"}))


@pytest.mark.parametrize("table", ["accesses", "access_patients"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_the_database_refuses_to_change_what_was_seen(db: Database, table: str, act: str) -> None:
    """Also to whoever gets past the program."""
    add(db, access(patient(db, "Ada Long")))
    column = "email" if table == "accesses" else "patient_id"
    with pytest.raises(DatabaseError, match="append-only"), db.writing() as connection:
        connection.execute(text(act.format(table, column, column)))
