"""Verifying from a page: the result in words, for one case and for all, and who verified is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from engine.application import Engine
from engine.proof.checkpoints import write_daily
from engine.store.tables import accesses
from tests.webui.builders import Visit, a_patient


def tampered(engine: Engine, case_id: str) -> None:
    with engine.db.writing() as connection:
        connection.execute(text("DROP TRIGGER history_refuses_update"))
        connection.execute(text(f"UPDATE history SET summary = 'x' WHERE case_id = '{case_id}' AND seq = 2"))


def verifications(engine: Engine) -> list[tuple[str, str | None, bool]]:
    with engine.db.reading() as connection:
        rows = connection.execute(select(accesses).where(accesses.c.act == "verified")).mappings()
        return [(row["email"], row["case_id"], row["detail"]["whole"]) for row in rows]


def test_a_case_is_verified_from_its_record(engine: Engine, visit: Visit) -> None:
    """A sentence that says how many entries and which checkpoints, on a page of its own without JavaScript."""
    patient = a_patient(engine).enrolled()
    write_daily(engine.db, engine.settings, engine.clock.now())
    iris = visit.signed_in("iris")
    page = iris.send(iris.get(f"/cases/{patient.case_id}/record"), "/verify")
    assert page.status == 200
    words = page.text("#proof-result")
    assert words.startswith("The record is whole. All ")
    assert "One checkpoint, of Tue 13 Jan 2026, holds it. Verified at 09:00" in words
    assert verifications(engine) == [("iris@example.org", patient.case_id, True)]


def test_htmx_gets_the_part_alone(engine: Engine, dana: Visit) -> None:
    """What stands in the record's page is exchanged, and nothing around it."""
    patient = a_patient(engine)
    part = dana.send(dana.get(f"/cases/{patient.case_id}/record"), "/verify", htmx=True)
    assert "<main" not in part.response.text
    assert "No checkpoint holds it yet" in part.text("#proof-result")


def test_a_fault_is_said_with_its_case_and_what_to_do(engine: Engine, visit: Visit) -> None:
    """In the case and over all of them; the sentence names the entry."""
    patient, other = a_patient(engine), a_patient(engine, "Bo Short")
    tampered(engine, patient.case_id)
    iris = visit.signed_in("iris")
    page = iris.send(iris.get(f"/cases/{patient.case_id}/record"), "/verify")
    assert "entry 2 was changed after it was written" in page.text("#proof-result")
    assert "tell whoever runs this server" in page.text("#proof-result")
    all_ = iris.send(iris.get("/record/verify"), "/record/verify")
    assert f"{patient.case_id}: entry 2 was changed" in all_.text("#proof-result")
    assert other.case_id not in all_.text("#proof-result")
    assert verifications(engine) == [("iris@example.org", patient.case_id, False), ("iris@example.org", None, False)]


def test_checkpoints_are_listed_before_anything_is_verified(engine: Engine, visit: Visit) -> None:
    """A visit verifies nothing and says when there is none yet."""
    iris = visit.signed_in("iris")
    assert "None is written yet" in iris.get("/record/verify").text("main")
    a_patient(engine)
    write_daily(engine.db, engine.settings, engine.clock.now())
    page = iris.get("/record/verify")
    assert len(page.all("tbody tr")) == 1
    assert page.all("#proof-result") == []
    assert verifications(engine) == []
    assert "There are none before that" in iris.get("/record/verify?before=1").text("main")


def test_a_checkpoint_that_cannot_be_read_is_told_on_every_page(engine: Engine, visit: Visit) -> None:
    """Listed as such, found by both verifications, and in words where an export needs it."""
    patient = a_patient(engine)
    write_daily(engine.db, engine.settings, engine.clock.now())
    with engine.db.writing() as connection:
        connection.execute(text("DROP TRIGGER checkpoints_refuses_update"))
        connection.execute(text("UPDATE checkpoints SET at = 'garbage'"))
    iris = visit.signed_in("iris")
    assert "Cannot be read: it was changed" in iris.get("/record/verify").text("tbody tr")
    words = "Checkpoint 1 cannot be read: it was changed after it was signed."
    assert words in iris.send(iris.get("/record/verify"), "/record/verify").text("#proof-result")
    assert words in iris.send(iris.get(f"/cases/{patient.case_id}/record"), "/verify").text("#proof-result")
    refused = iris.send(iris.get(f"/cases/{patient.case_id}/export"), "/export", format=["json"])
    assert refused.status == 409
    assert "checkpoint in the database cannot be read" in refused.text("main")


def test_the_result_says_what_was_looked_at_and_which_files_are_lost(engine: Engine, dana: Visit) -> None:
    """A checkpoint whose file was deleted is told in words; and what one case's verification leaves to that of all."""
    patient = a_patient(engine)
    write_daily(engine.db, engine.settings, engine.clock.now())
    for file in engine.settings.checkpoints.iterdir():
        file.unlink()
    words = dana.send(dana.get(f"/cases/{patient.case_id}/record"), "/verify").text("#proof-result")
    assert "1 checkpoint has no file: it was deleted, or not written yet." in words
    assert "Whether the earlier ones fit theirs is looked at when all records are verified." in words


@pytest.mark.parametrize(("name", "status"), [("dana", 403), ("omar", 403), ("iris", 200)])
def test_all_of_it_is_for_auditors(engine: Engine, visit: Visit, name: str, status: int) -> None:
    assert visit.signed_in(name).get("/record/verify").status == status


def test_keys_that_cannot_be_read_are_said(engine: Engine, dana: Visit) -> None:
    """A sentence that names the setting and the file, no stack trace."""
    patient = a_patient(engine)
    folder = engine.settings.signing_key.with_name("signing.keys")
    folder.mkdir()
    (folder / "broken.pem").write_text("not a key", encoding="ascii")
    page = dana.send(dana.get(f"/cases/{patient.case_id}/record"), "/verify")
    assert page.status == 409
    assert "The record cannot be verified, because THROUGHLINE_SIGNING_KEY_FILE" in page.text("main")
