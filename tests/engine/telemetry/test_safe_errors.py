"""What a log tells of an error: its kind and its place, never the value that it is about."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from threading import Thread

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from engine.errors import InvalidInput, SettingsError
from engine.store.database import Database
from engine.store.tables import patients
from tests.logged import logged

log = logging.getLogger("throughline.test")
MBI = "1EG4TE5MK73"


def add_ada(db: Database) -> None:
    """Past the store, which would refuse a second one itself."""
    now = datetime(2026, 1, 13, tzinfo=UTC)
    row = {"id": "p1", "number": 1, "name": "Ada Quimby", "birth_date": date(1951, 12, 10), "mbi": MBI}
    rest = {"conditions": [], "equity": {}, "created_at": now, "updated_at": now}
    with db.writing() as connection:
        connection.execute(insert(patients), row | rest)


def test_a_row_that_the_database_refuses_is_not_told(db: Database) -> None:
    """PostgreSQL's detail and SQLAlchemy's parameters hold the patient; file, line and function stay."""
    add_ada(db)
    with pytest.raises(IntegrityError) as caught:
        add_ada(db)
    with logged() as written:
        log.error("not added: %s", caught.value, exc_info=caught.value)
    assert "IntegrityError" in written.text
    assert "test_safe_errors.py" in written.text
    assert not [word for word in (MBI, "Quimby", "1951") if word in written.text]


def test_an_error_shows_no_parameters(db: Database) -> None:
    """Also where somebody prints it without asking what is in it."""
    add_ada(db)
    with pytest.raises(IntegrityError) as caught:
        add_ada(db)
    assert "Quimby" not in str(caught.value)


def test_causes_are_told_without_their_words() -> None:
    """The chain of errors is what somebody looks for; the values in it are not."""
    with logged() as written:
        try:
            try:
                int("Quimby")
            except ValueError as error:
                raise InvalidInput({"name": "'Quimby' is no name"}) from error
        except InvalidInput:
            log.exception("not taken")
    (line,) = written.lines
    told = [each for each in line["exception"].splitlines() if not each.startswith("  ")]
    assert told == ["InvalidInput: invalid-input", "caused by ValueError"]


def test_words_about_no_patient_are_told() -> None:
    """A setting that is wrong says so: whoever runs the server has to read it."""
    with logged() as written:
        log.error("cannot start: %s", SettingsError("THROUGHLINE_TIMEZONE", "there is no time zone 'Mars'"))
    assert "no time zone 'Mars'" in written.text


def test_the_last_words_of_a_thread_are_a_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python would print the error with the value in it."""
    import threading

    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    with logged() as written:
        thread = Thread(target=int, args=("Quimby",))
        thread.start()
        thread.join()
    (line,) = written.lines
    assert (line["level"], line["exception"].splitlines()[0]) == ("critical", "ValueError")


def test_text_for_people_has_the_same_fields() -> None:
    """On a terminal a line reads as words and `name=value`."""
    with logged(log_format="text") as written:
        log.warning("left", extra={"case_id": "p1-msk-1", "patient": "Quimby"})
    assert "case_id=p1-msk-1" in written.text
    assert "Quimby" not in written.text
