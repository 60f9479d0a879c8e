"""The pages of background work: what was given up is seen, tried again and let be by who looks after it."""

from __future__ import annotations

import io
import json

import pytest
from flask import Flask

from engine.application import Engine
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.import_fhir import ask_for_import
from engine.outgoing.outgoing import Undeliverable
from engine.store.organisations import MAIN
from interop.import_work import FhirImporter
from tests.engine.builders import DANA, Case
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, rows
from tests.interop.synthea import a_whole_bundle
from tests.webui.builders import Visit
from tests.webui.everybody import with_everybody


@pytest.fixture
def case(engine: Engine) -> Case:
    """A case whose update was given up."""
    found = a_case_with_an_update(engine)
    deliver(found, Postbox([Undeliverable("no such address")]))
    return found


@pytest.fixture
def lena(app: Flask, engine: Engine) -> Visit:
    """A team lead's browser."""
    with_everybody(engine)
    return Visit(app.test_client()).signed_in("lena")


def test_a_lead_lets_it_be_tried_again(case: Case, lena: Visit) -> None:
    """From the list to the attempt that failed; then it waits, and arrives."""
    listed = lena.get("/background")
    assert "Failed 1" in listed.text("nav[aria-label=Status]")
    assert "no such address" in listed.text("main")
    page = lena.get("/background/1")
    assert "no such address" in page.text("main")
    after = lena.send(page, "/retry")
    assert "under the same key" in after.text()
    deliver(case, Postbox())
    assert "Done." in lena.get("/background/1").text("main")
    assert "Nothing was given up" in lena.get("/background").text("main")
    assert "Update to the PCP 1" in lena.get("/background?status=done&kind=care_update.send").text("main")


def test_a_lead_lets_it_be(case: Case, lena: Visit) -> None:
    """Not without a reason; afterwards the page says who, and why."""
    page = lena.get("/background/1")
    assert lena.send(page, "/drop", reason=" ").status == 422
    assert "let it be: told by phone" in lena.send(page, "/drop", reason="told by phone").text("main")
    assert rows(case)[0]["status"] == "dropped"
    assert lena.send(page, "/retry").status == 409
    assert "told by phone" in lena.get("/background?status=dropped").text("main")


def test_case_managers_and_auditors_have_no_such_page(case: Case, app: Flask) -> None:
    """Nor is it in their rail."""
    for name in ("dana", "iris"):
        visit = Visit(app.test_client()).signed_in(name)
        assert visit.get("/background").status == 403
        assert "Background work" not in visit.get("/day").texts("nav")[0]


def test_files_are_taken_and_a_worker_reads_them(engine: Engine, lena: Visit) -> None:
    """The page of the import says what came of it; its files are kept no longer than that."""
    page = lena.get("/imports")
    token = dict(page.form("/imports").form_values())["csrf_token"]
    content = json.dumps(a_whole_bundle()).encode()
    sent = {"csrf_token": token, "files": (io.BytesIO(content), "ann.json")}
    answer = lena.client.post("/imports", data=sent, follow_redirects=True)
    assert "The files are taken" in answer.text
    deliver_outgoing(engine, {"import.fhir": FhirImporter()}, engine.clock.now())
    assert "1 new, 0 changed" in lena.get("/imports").text("main")
    assert "ann.json" in lena.get(answer.request.path).text("main")
    sent = {"csrf_token": token, "files": (io.BytesIO(b"x"), "ann.exe")}
    assert lena.client.post("/imports", data=sent).status_code == 422


def test_who_let_work_about_no_case_be_tried_again_stands_on_its_page(engine: Engine, lena: Visit) -> None:
    """No history could say so."""
    row_id = ask_for_import(engine, [("ann.json", b"{}")], MAIN, DANA)
    deliver_outgoing(engine, {"import.fhir": FhirImporter()}, engine.clock.now())
    page = lena.get(f"/background/{row_id}")
    assert "Lena Park let it be tried again" in lena.send(page, "/retry").text("main")


def test_another_clinic_s_work_is_not_there(case: Case, lena: Visit, app: Flask) -> None:
    """Neither in the list nor by its number, not to be tried again and not to be let be."""
    nina = Visit(app.test_client()).signed_in("nina")
    assert "Nothing was given up" in nina.get("/background").text("main")
    assert nina.get("/background/1").status == 404
    token = {"csrf_token": dict(nina.get("/imports").form("/imports").form_values())["csrf_token"]}
    for act in ("retry", "drop"):
        assert nina.client.post(f"/background/1/{act}", data={**token, "reason": "x"}).status_code == 404
    assert rows(case)[0]["status"] == "failed"
