"""Drafts over HTTP: begun from a version or a file, read and saved by the editor, closed to those who may not."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.application import Engine
from engine.store.studio import files_of
from tests.webui.builders import Answer, Visit, email
from tests.webui.test_library_page import newest

INTAKE = "shared/intake.bpmn"
BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


@pytest.fixture
def omar(visit: Visit) -> Visit:
    """A clinical director's browser."""
    return visit.signed_in("omar")


def token(visit: Visit) -> str:
    return str(visit.get("/studio/new").all("[name=csrf_token]")[0].get("value"))


def begun(visit: Visit, engine: Engine, path: str = INTAKE) -> str:
    """The address of a new draft of a file of MSK."""
    data = {"csrf_token": token(visit), "base": newest(engine, "msk"), "path": path}
    return visit.client.post("/studio/drafts", data=data).headers["Location"]


def sent(visit: Visit, path: str, body: Any) -> TestResponse:
    return visit.client.post(path, json=body, headers={"X-CSRFToken": token(visit)})


def brought(visit: Visit, name: str, data: bytes) -> Answer:
    form = {"csrf_token": token(visit), "file": (io.BytesIO(data), name)}
    return Answer(visit.client.post("/studio/new/bring", data=form, follow_redirects=True))


def test_an_editor_reads_and_saves_a_file(omar: Visit, engine: Engine) -> None:
    """The answer of a save is its revision and what lint finds."""
    draft = begun(omar, engine)
    file = omar.client.get(f"{draft}/file?path={INTAKE}").json
    assert (file["revision"], file["changed"]) == (0, False)
    text = file["text"].replace('form="outreach"', 'form="outreech"')
    saved = sent(omar, f"{draft}/file", {"path": INTAKE, "text": text, "revision": 0})
    assert (saved.status_code, saved.json["revision"], saved.json["errors"]) == (200, 1, 1)
    (finding,) = saved.json["findings"]
    assert (finding["file"], finding["element"], finding["severity"]) == (INTAKE, "reach_for_intake", "error")
    assert "outreach" in finding["hint"]
    assert omar.client.get(f"{draft}/findings").json["findings"] == [finding]


def test_a_save_upon_an_older_text_gets_the_newer_one(omar: Visit, engine: Engine) -> None:
    """409 with who, when, and the text itself."""
    draft = begun(omar, engine)
    text = omar.client.get(f"{draft}/file?path={INTAKE}").json["text"]
    sent(omar, f"{draft}/file", {"path": INTAKE, "text": text + "<!-- first -->", "revision": 0})
    late = sent(omar, f"{draft}/file", {"path": INTAKE, "text": text + "<!-- second -->", "revision": 0})
    assert late.status_code == 409
    assert (late.json["by"], late.json["revision"]) == ("Omar Reyes", 1)
    assert late.json["text"].endswith("<!-- first -->")


def test_a_lost_answer_is_no_other_person(omar: Visit, engine: Engine) -> None:
    """The window saves on; another window of the same person's is told so."""
    draft = begun(omar, engine)
    text = omar.client.get(f"{draft}/file?path={INTAKE}").json["text"]
    body = {"path": INTAKE, "text": text + "<!-- lost -->", "revision": 0, "window": "a-1", "edition": 1}
    sent(omar, f"{draft}/file", body)
    again = sent(omar, f"{draft}/file", {**body, "text": text + "<!-- later -->", "edition": 2})
    assert (again.status_code, again.json["revision"]) == (200, 2)
    other = sent(omar, f"{draft}/file", {**body, "window": "b-2", "edition": 7})
    assert (other.status_code, other.json["own"]) == (409, True)
    assert other.json["title"] == "You have saved this file in another window"


def test_a_director_takes_back_what_a_draft_changes_in_one_file(omar: Visit, engine: Engine) -> None:
    """It is again as published, the others stay, who did it is kept, and whoever draws on is asked."""
    draft = begun(omar, engine)
    text = omar.client.get(f"{draft}/file?path={INTAKE}").json["text"]
    window = {"path": INTAKE, "text": f"{text}<!-- drawn -->", "revision": 0, "window": "a-1", "edition": 1}
    assert not offered(omar.get(draft))
    revision = sent(omar, f"{draft}/file", window).json["revision"]
    form = "id: falls\ntitle: Falls\nfields: []\n"
    sent(omar, f"{draft}/file", {"path": "forms/falls.yaml", "text": form, "revision": 0})
    page = omar.get(draft)
    assert offered(page)
    back = omar.send(page, "/take-back")
    assert f"{INTAKE} is again as it is published" in back.text("#toasts")
    assert not offered(back)
    again = omar.client.get(f"{draft}/file?path={INTAKE}").json
    assert (again["text"], again["changed"]) == (text, False)
    late = sent(omar, f"{draft}/file", {**window, "text": f"{text}<!-- late -->", "revision": revision, "edition": 2})
    assert (late.status_code, late.json["text"], late.json["revision"]) == (409, text, again["revision"])
    gone = omar.send(omar.get(f"{draft}?file=forms/falls.yaml"), "/take-back")
    assert "forms/falls.yaml is no longer part of this draft" in gone.text("#toasts")
    assert omar.client.get(f"{draft}/file?path=forms/falls.yaml").status_code == 404
    assert "changes nothing" in omar.send(omar.get(draft), "/take-back").text("#toasts")
    with engine.db.reading() as connection:
        assert files_of(connection, int(draft.rpartition("/")[2]))[INTAKE]["saved_by"] == email("omar")


def test_what_a_draft_began_with_is_discarded_and_not_taken_back(omar: Visit) -> None:
    """Without it there would be nothing to open."""
    page = omar.send(omar.get("/studio/new"), "/studio/new/blank", name="Falls prevention", kind="bpmn")
    assert "discard the draft instead" in omar.send(page, "/take-back").text("#toasts")


def offered(page: Answer) -> bool:
    """Whether the page shows the way to take the open file's changes back."""
    (found,) = page.all("[data-take-back]")
    return found.get("hidden") is None


@pytest.mark.parametrize(
    "text", ["id: zz\ntitle: Z\nfields: []\nminimum: 2026-02-30\n", "a: 0b_", "a: " + "[" * 99_999]
)
def test_a_form_that_no_yaml_reader_takes_leaves_the_draft_usable(omar: Visit, engine: Engine, text: str) -> None:
    """It is kept with a finding, and every page of the draft opens."""
    draft = begun(omar, engine)
    saved = sent(omar, f"{draft}/file", {"path": "forms/intake.yaml", "text": text, "revision": 0})
    assert saved.status_code == 200
    assert "forms/intake.yaml" in {each["file"] for each in saved.json["findings"] if each["severity"] == "error"}
    for page in ("", "?file=forms/intake.yaml", "/findings", "/choices", "/publish", "/try", "/compare", "/download"):
        assert omar.client.get(draft + page).status_code == 200, page


def test_a_fault_of_lint_does_not_undo_a_save(omar: Visit, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is kept, its revision told, and the finding says that nothing was checked."""
    draft = begun(omar, engine)

    def failing(*_: object) -> None:
        raise KeyError("a rule of ours")

    monkeypatch.setattr("webui.pages.studio_files.findings_of", failing)
    saved = sent(omar, f"{draft}/file", {"path": "forms/zz.yaml", "text": "id: zz", "revision": 0})
    assert (saved.status_code, saved.json["revision"], saved.json["errors"]) == (200, 1, 1)
    assert "what you saved is kept" in saved.json["findings"][0]["message"]


@pytest.mark.parametrize("route", ["file", "preview", "presence"])
@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"path": "x\\ud800", "text": "\\n\\ud800", "revision": 0, "track": "msk"}']
)
def test_json_that_no_text_can_hold_is_refused(omar: Visit, engine: Engine, route: str, body: bytes) -> None:
    """Nested without end, or half of a pair of UTF-16: 422 in words."""
    headers = {"X-CSRFToken": token(omar), "Content-Type": "application/json"}
    answer = omar.client.post(f"{begun(omar, engine)}/{route}", data=body, headers=headers)
    assert answer.status_code == 422
    assert "nested too deep" in answer.json["detail"] or "half of a pair" in answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"path": INTAKE, "text": "<a>", "revision": 0}, "line 1"),
        ({"path": "../x.bpmn", "text": "<a/>", "revision": 0}, "no file that can be changed here"),
        ({"path": INTAKE, "text": "<a/>"}, "revision"),
        (["path"], "JSON object"),
    ],
)
def test_a_save_that_cannot_be_taken_is_answered_in_json(omar: Visit, engine: Engine, body: Any, words: str) -> None:
    """A title and what to do, never a page."""
    answer = sent(omar, f"{begun(omar, engine)}/file", body)
    assert answer.status_code == 422
    assert answer.is_json
    assert words in answer.json["detail"]


def test_the_panel_is_told_what_may_be_chosen(omar: Visit, engine: Engine) -> None:
    """Names of the draft's own folder: a form that it has added is among them."""
    draft = begun(omar, engine)
    form = "id: falls\ntitle: Falls\nfields: []\n"
    sent(omar, f"{draft}/file", {"path": "forms/falls.yaml", "text": form, "revision": 0})
    choices = omar.client.get(f"{draft}/choices").json
    assert {"id": "falls", "title": "Falls"} in choices["forms"]
    assert {"id": "intake", "name": "Intake and consent", "file": INTAKE} in choices["processes"]
    assert {"name": "case.day", "type": "number"} in choices["facts"]
    assert "care_update.send" in {each["name"] for each in choices["operations"]}


def test_a_diagram_that_is_brought_replaces_the_file_of_its_process(omar: Visit, engine: Engine) -> None:
    """Whatever its file is called; its large size is no matter."""
    text = omar.client.get(f"/pathways/{newest(engine, 'msk')}/download?file={INTAKE}").text
    page = brought(omar, "C:\\Desk\\copy (2).bpmn", (text + "<!-- " + "x" * 400_000 + " -->").encode())
    assert page.status == 200
    assert page.text("h1") == "Intake and consent"
    assert f"This draft replaces {INTAKE}" in page.text()


def test_bpmn_that_the_engine_does_not_run_is_kept_and_named(omar: Visit) -> None:
    """The finding names the element."""
    process = '<process id="foreign"><startEvent id="s"/><scriptTask id="does_it" name="x"/></process>'
    page = brought(omar, "foreign.bpmn", f"<definitions {BPMN}>{process}</definitions>".encode())
    assert page.status == 200
    findings = omar.client.get(f"{page.path}/findings").json
    assert "does_it" in {each["element"] for each in findings["findings"]}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.bpmn", b"", "is empty"),
        ("a.bpmn", b"just words", "line 1"),
        ("a.bpmn", b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "Line 2"),
        ("a.bpmn", f"<definitions {BPMN}>\n\0</definitions>".encode(), "NUL"),
        ("a.bpmn", f"<definitions {BPMN}>é</definitions>".encode("latin-1"), "line 1"),
        ("a.xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "neither BPMN nor DMN"),
        ("a.bpmn", b"PK\x03\x04\x00\x00", "NUL"),
        ("a.zip", b"PK\x03\x04\x00\x00", "ends in one of"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(omar: Visit, name: str, data: bytes, words: str) -> None:
    """The page comes again with the sentence at the field."""
    page = brought(omar, name, data)
    assert page.status == 422
    assert words in page.text("#file-wrong")


def test_a_file_that_is_too_large_is_refused(omar: Visit) -> None:
    """Before it is read, with the limit of files."""
    page = brought(omar, "a.bpmn", b"<" + b"x" * 2_100_000)
    assert page.status == 413
    assert "At most 2 MB are taken here" in page.text("main")
    assert "Choose a smaller file" in page.text("main")


def test_an_empty_diagram_is_begun_under_its_name(omar: Visit) -> None:
    """Once: a second of the same name is refused until the first is published or the name is another."""
    page = omar.send(omar.get("/studio/new"), "/studio/new/blank", name="Falls prevention", kind="bpmn")
    assert page.text("h1") == "Falls prevention"
    assert omar.send(omar.get("/studio/new"), "/studio/new/blank", name=" ", kind="bpmn").status == 422
    assert omar.send(omar.get("/studio/new"), "/studio/new/blank", name="MSK", kind="bpmn").status == 409


@pytest.mark.parametrize(("who", "reads"), [("dana", 403), ("iris", 200)])
def test_who_is_no_director_changes_nothing(app: Any, visit: Visit, engine: Engine, who: str, reads: int) -> None:
    """An auditor looks at drafts, a case manager does not."""
    director, other = visit.signed_in("omar"), Visit(app.test_client()).signed_in(who)
    draft = begun(director, engine)
    assert other.get(draft).status == reads
    assert other.client.get(f"{draft}/findings").status_code == reads
    field = other.get("/keys").all("[name=csrf_token]")[0].get("value")
    routes = ("file", "discard", "take-back", "publish", "presence")
    for path in (*(f"{draft}/{route}" for route in routes), "/studio/drafts"):
        answer = other.client.post(path, json={}, headers={"X-CSRFToken": field})
        assert answer.status_code == 403, path
    assert other.get("/studio/new").status == 403


def test_a_discarded_draft_is_out_of_the_library(omar: Visit, engine: Engine) -> None:
    """And what is published stays."""
    draft = begun(omar, engine)
    assert "Intake and consent" in omar.get("/pathways").text("section[aria-labelledby=drafts-title]")
    text = omar.client.get(f"{draft}/file?path={INTAKE}").json["text"].replace('name="Tried"', 'name="Done"')
    sent(omar, f"{draft}/file", {"path": INTAKE, "text": text, "revision": 0})
    page = omar.send(omar.get(f"{draft}/publish"), "/discard")
    assert "is discarded" in page.text()
    assert page.all("section[aria-labelledby=drafts-title]") == []
