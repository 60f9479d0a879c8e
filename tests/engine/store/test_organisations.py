"""Organisations, and whose patient somebody is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.errors import InvalidInput, NotFound, Refused
from engine.store.database import Database
from engine.store.organisations import MAIN, add_organisation, all_organisations, subject
from engine.store.patients import add_patient
from engine.store.people import add_user, colleagues, user

NOW = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)


@pytest.fixture
def north(db: Database) -> str:
    with db.writing() as connection:
        add_organisation(connection, "north", "North clinic")
    return "north"


def a_user(db: Database, email: str, role: str, organisation: str | None = None) -> None:
    with db.writing() as connection:
        add_user(
            connection,
            email=email,
            name=email,
            role=role,
            password_hash="h",
            one_time=False,
            now=NOW,
            organisation=organisation,
        )


def test_every_database_begins_with_one(db: Database, north: str) -> None:
    """Listed by name beside those that were added."""
    with db.reading() as connection:
        assert [row["id"] for row in all_organisations(connection)] == [MAIN, north]


@pytest.mark.parametrize("wrong", ["", "North", "a b", "-x", "x" * 33])
def test_an_id_is_short_and_plain(db: Database, wrong: str) -> None:
    """The message shows what one looks like."""
    with pytest.raises(InvalidInput, match="north-clinic"), db.writing() as connection:
        add_organisation(connection, wrong, "A clinic")


def test_an_id_is_one_organisation(db: Database, north: str) -> None:
    """A second one of the same id is refused."""
    with pytest.raises(Refused, match="north"), db.writing() as connection:
        add_organisation(connection, north, "Another clinic")


@pytest.mark.parametrize(
    ("role", "organisation"),
    [("case_manager", MAIN), ("lead", MAIN), ("clinical_director", None), ("auditor", None), ("admin", None)],
)
def test_who_works_a_list_belongs_to_an_organisation(db: Database, role: str, organisation: str | None) -> None:
    """Nobody becomes a case manager of all by an omission."""
    a_user(db, "dana@example.org", role)
    with db.reading() as connection:
        assert user(connection, "dana@example.org")["organisation"] == organisation


def test_an_unknown_organisation_is_refused(db: Database, north: str) -> None:
    """With a hint at one that there is."""
    with pytest.raises(InvalidInput, match="north"):
        a_user(db, "dana@example.org", "lead", "nort")
    with pytest.raises(InvalidInput, match="north"), db.writing() as connection:
        add_patient(connection, name="Ada", birth_date=date(1950, 3, 1), now=NOW, organisation="nort")


def test_colleagues_are_those_who_see_the_patient(db: Database, north: str) -> None:
    """The organisation's own people and those who see all."""
    a_user(db, "dana@example.org", "case_manager")
    a_user(db, "ben@example.org", "case_manager", north)
    a_user(db, "omar@example.org", "clinical_director")
    with db.reading() as connection:
        found = [row["email"] for row in colleagues(connection, north)]
    assert found == ["ben@example.org", "omar@example.org"]


def test_a_patient_is_of_the_main_organisation_unless_another_is_named(db: Database, north: str) -> None:
    """And an id that is nobody's is not found."""
    with db.writing() as connection:
        ada = add_patient(connection, name="Ada", birth_date=date(1950, 3, 1), now=NOW)
        otto = add_patient(connection, name="Otto", birth_date=date(1950, 3, 1), now=NOW, organisation=north)
    with db.reading() as connection:
        assert [subject(connection, "patient", each).organisation for each in (ada, otto)] == [MAIN, north]
        for kind in ("patient", "case", "task"):
            with pytest.raises(NotFound, match=kind):
                subject(connection, kind, "p99")
