"""The page Who saw it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from engine.application import Engine
from engine.clock import SetClock
from engine.store.accesses import EXPORTED, LISTED, VERIFIED, VIEWED, add_access
from tests.webui.builders import Patient, Visit, a_patient, email
from tests.webui.everybody import NORTH, with_everybody


def later(engine: Engine, minutes: int) -> None:
    assert isinstance(engine.clock, SetClock)
    engine.clock.instant += timedelta(minutes=minutes)


@pytest.fixture
def ada(engine: Engine) -> Patient:
    return a_patient(engine)


@pytest.fixture
def iris(app: Flask) -> Visit:
    return Visit(app.test_client()).signed_in("iris")


def test_who_saw_a_patient_is_told_in_sentences(dana: Visit, iris: Visit, engine: Engine, ada: Patient) -> None:
    """Views, lists and exports apart; what repeats once, with how often; each export with its hashes."""
    dana.get(f"/patients/{ada.id}")
    later(engine, 12)
    dana.get(f"/patients/{ada.id}")
    dana.get("/patients?q=ada")
    with engine.db.writing() as connection:
        add_access(
            connection,
            at=engine.clock.now(),
            email=email("iris"),
            role="auditor",
            act=EXPORTED,
            page="pages.download_export",
            address=f"/cases/{ada.case_id}/export",
            patients=[ada.id],
            case_id=ada.case_id,
            detail={"formats": ["json", "xes"], "files": {"record.json": "ab12"}, "manifest": "cd34"},
        )
    page = iris.get(f"/record/access?patient={ada.id}")
    lines = page.texts(".accesses > li")
    assert any("09:00–09:12 Dana Reed looked at the patient page, 2 times" in each for each in lines)
    assert any("Dana Reed saw the name in Patients, searching for “ada” list" in each for each in lines)
    (export,) = [each for each in lines if "exported" in each]
    assert "Iris Lang exported the record as JSON, XES" in export
    assert "record.jsonab12manifestcd34" in export.replace(" ", "")


def test_the_command_line_is_told_in_sentences(iris: Visit, engine: Engine, ada: Patient) -> None:
    """As somebody who looked at the record and verified it."""
    found = {"at": engine.clock.now(), "email": "system:cli", "role": "system", "case_id": ada.case_id}
    for act, name, detail in ((VIEWED, "show", None), (VERIFIED, "verify", {"whole": True, "sentence": "All."})):
        page, address = f"throughline history {name}", f"/cases/{ada.case_id}/{name}"
        with engine.db.writing() as connection:
            add_access(connection, **found, act=act, page=page, address=address, patients=[ada.id], detail=detail)
    lines = " ".join(iris.get(f"/record/access?patient={ada.id}").texts(".accesses > li"))
    assert "The command line looked at the record" in lines
    assert "The command line verified the record, found whole" in lines


def test_looking_at_the_access_record_is_recorded_too(iris: Visit, ada: Patient) -> None:
    """The second look shows the first."""
    iris.get(f"/record/access?patient={ada.id}")
    lines = iris.get(f"/record/access?patient={ada.id}").texts(".accesses > li")
    assert any("Iris Lang looked at the access record" in each for each in lines)


def test_what_a_person_saw_and_what_was_seen_on_a_day(dana: Visit, iris: Visit, engine: Engine, ada: Patient) -> None:
    """With the patients' names, and a way to all names that a list held."""
    a_patient(engine, "Bea Short")
    dana.get("/patients")
    dana.get(f"/patients/{ada.id}")
    page = iris.get(f"/record/access?person={email('dana')}")
    assert page.text("#accesses") == "What Dana Reed saw"
    assert any("Looked at the patient page of Ada Long" in each for each in page.texts(".accesses > li"))
    (whose,) = [each for each in page.all(".accesses a") if "Whose" in each.text_content()]
    assert iris.get(whose.get("href")).texts("main li a") == ["Ada Long", "Bea Short"]
    assert "Dana Reed looked at the patient page of Ada Long" in iris.get("/record/access").text("main")
    assert "Nobody looked at a patient" in iris.get("/record/access?day=2026-01-12").text("main")


def test_lists_of_one_day_that_are_told_in_one_line_keep_all_names(
    dana: Visit, iris: Visit, engine: Engine, ada: Patient
) -> None:
    """The line counts each patient once, and leads to all of them."""
    dana.get("/patients")
    a_patient(engine, "Bea Short")
    later(engine, 2)
    dana.get("/patients")
    a_patient(engine, "Cy Tall")
    with engine.db.writing() as connection:
        cy = connection.execute(text("SELECT id FROM patients WHERE name = 'Cy Tall'")).scalar_one()
        about = {"act": LISTED, "page": "pages.patients", "address": "/patients", "patients": [cy]}
        add_access(connection, at=engine.clock.now(), email=email("dana"), role="case_manager", **about)
    page = iris.get(f"/record/access?person={email('dana')}")
    (line,) = [each for each in page.texts(".accesses > li") if "in Patients" in each]
    assert "Saw 3 names in Patients, 3 times" in line
    (whose,) = [each for each in page.all(".accesses a") if "Whose" in each.text_content()]
    assert iris.get(whose.get("href")).texts("main li a") == ["Ada Long", "Bea Short", "Cy Tall"]


def test_a_patient_is_found_by_name(iris: Visit, ada: Patient) -> None:
    """And leads to who saw them; nobody by that name says how to search."""
    (link,) = iris.get("/record/access?q=ada").all("section[aria-labelledby=found] a")
    assert iris.get(link.get("href")).text("#accesses") == "Who saw Ada Long"
    assert "Search by name, MBI" in iris.get("/record/access?q=zzz").text("main")


def test_it_is_for_auditors(app: Flask, engine: Engine, dana: Visit, iris: Visit, ada: Patient) -> None:
    """Others are neither let in nor shown the way."""
    assert dana.get("/record/access").status == 403
    assert not [each for each in dana.get("/record").all("a") if "Who saw it" in each.text_content()]
    assert [each for each in iris.get("/record").all("a") if "Who saw it" in each.text_content()]


def test_an_organisations_auditor_reads_about_its_own_patients(
    app: Flask, engine: Engine, dana: Visit, ada: Patient
) -> None:
    """Of a person who sees all only what was about them."""
    with_everybody(engine)
    a_patient(engine, "Otto North", assignee=None, organisation=NORTH)
    omar = Visit(app.test_client()).signed_in("omar")
    omar.get("/patients")
    omar.get(f"/patients/{ada.id}")
    noel = Visit(app.test_client()).signed_in("noel")
    lines = noel.get(f"/record/access?person={email('omar')}").texts(".accesses > li")
    assert len(lines) == 1
    assert "Saw 1 name in Patients" in lines[0]
    assert noel.get(f"/record/access?patient={ada.id}").status == 404
    assert noel.get("/record/access/1").status in (200, 404)
    assert "Ada Long" not in noel.get("/record/access").text("main")


@pytest.mark.parametrize(
    "query", ["day=yesterday", "day=9999-99-99", "person=nobody", "before=-1", "before=x", "before=9999999999999999999"]
)
def test_an_address_that_is_wrong_shows_today(iris: Visit, query: str) -> None:
    """Never an error."""
    assert iris.get(f"/record/access?{query}").status == 200


@pytest.mark.parametrize(("path", "status"), [("patient=p99", 404), ("patient=%00", 400)])
def test_nobody_is_told_as_nobody(iris: Visit, path: str, status: int) -> None:
    """In words."""
    assert iris.get(f"/record/access?{path}").status == status


def test_an_access_that_is_not_there_is_not_found(iris: Visit) -> None:
    """Also a number beyond any."""
    assert iris.get("/record/access/99999999999999999999").status == 404
