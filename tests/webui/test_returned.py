"""An answer that a retry could not take comes back to its task: filled in, with a sentence that says why."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from engine.application import Engine
from tests.engine.bpmn import diagrams as d
from tests.engine.builders import Case
from tests.engine.incidents.builders import MENDED, POISON, retry
from tests.engine.incidents.test_handed_back import ASKS_MORE
from tests.engine.incidents.test_kept import beside_a_timer
from tests.engine.migration.builders import Pathway, migrate
from tests.webui.builders import Visit, fields


@pytest.fixture
def pathway(engine: Engine, tmp_path: Path) -> Pathway:
    folder = tmp_path / "small"
    folder.mkdir()
    return Pathway(engine, folder)


@pytest.fixture
def case(pathway: Pathway, dana: Visit, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Case:
    """Dana has answered; two days later the mended version asks for more, and lee has begun meanwhile."""
    pathway.version(*POISON)
    found = pathway.case()
    address = f"/tasks/{found.task('ask')['id']}"
    for visit, note in ((Visit(app.test_client()).signed_in("lee"), "lee's words"), (dana, "half of it")):
        keeps(visit, address, note)
    dana.send(dana.get(address), "/complete", **fields({"note": "walks better"}))
    found.to_day(2)
    monkeypatch.setattr(d, "FORM", ASKS_MORE)
    migrate(found, pathway.version(*MENDED))
    retry(found)
    return found


def keeps(visit: Visit, address: str, note: str) -> None:
    """What the page does by itself while somebody writes."""
    token = visit.get(address).form("/complete").fields["csrf_token"]
    visit.client.post(f"{address}/draft", data={"csrf_token": token, **fields({"note": note})})


def note_in(page: object) -> str:
    return str(page.form("/complete").fields["answer-note"])  # type: ignore[attr-defined]


def test_whoever_opens_the_task_finds_what_was_typed_and_may_correct_and_send_it(
    case: Case, dana: Visit, app: Flask
) -> None:
    """As of the day it was given; a colleague's own draft stays theirs, and the sentence ends with the task."""
    address = f"/tasks/{case.task('ask')['id']}"
    page = dana.get(address)
    assert note_in(page) == "walks better"
    assert "You completed this on" in page.text("#pane")
    assert "its form does not take it as it is (Pain). What was entered is filled in here" in page.text("#pane")
    assert page.form("/complete").fields["occurred_on"] == case.on(0).isoformat()
    assert "walks better" in dana.get(page.all("#pane .notice a")[0].get("href")).text("main")
    lee = Visit(app.test_client()).signed_in("lee")
    theirs = lee.get(address)
    assert note_in(theirs) == "lee's words"
    assert "what Dana Reed entered stands in the record" in theirs.text("#pane")
    omar = Visit(app.test_client()).signed_in("omar")
    assert note_in(omar.get(address)) == "walks better"
    assert "not carried out, because its form does not take it as it is (pain)" in omar.get(
        f"/incidents/{case.id}-p1-i1"
    ).text("main")
    done = dana.send(page, "/complete", **fields({"pain": 3}))
    assert done.status == 200
    assert (case.fact("answer.pain"), case.elements()) == (3, ["right"])
    assert "could not be carried out" not in dana.get(address).text()


def test_what_was_corrected_and_not_sent_yet_is_kept_as_any_draft(case: Case, dana: Visit) -> None:
    """It is newer than the answer that it began from; the sentence stays."""
    address = f"/tasks/{case.task('ask')['id']}"
    keeps(dana, address, "walks much better")
    again = dana.get(address)
    assert note_in(again) == "walks much better"
    assert "could not be carried out" in again.text("#pane")


def test_an_answer_whose_task_is_gone_is_read_at_the_task_the_incident_and_in_the_record(
    pathway: Pathway, dana: Visit, app: Flask, engine: Engine
) -> None:
    """Nothing of it stands on the incident's page itself."""
    pathway.version(*beside_a_timer("answer.wait"))
    case = pathway.case()
    page = dana.get(f"/tasks/{case.task('ask')['id']}")
    engine.clock.instant += timedelta(days=8)  # type: ignore[attr-defined]
    sent = dana.send(page, "/complete", **fields({"note": "too late"}), late_reason="Was away")
    assert "what you entered is kept" in sent.text()
    migrate(case, pathway.version(*beside_a_timer("P2D", interrupting=True)))
    retry(case)
    assert "the task had ended before. What was entered stands in the record" in dana.get(page.path).text("#pane")
    omar = Visit(app.test_client()).signed_in("omar")
    told = omar.get(f"/incidents/{case.id}-p1-i1")
    assert "Dana Reed has completed “ask”" in told.text("main")
    assert "not carried out, because the task had ended before" in told.text("main")
    assert "too late" not in told.text("main")
    (link,) = [each for each in told.all("main a") if each.text_content() == "What was entered"]
    assert "too late" in omar.get(link.get("href")).text("main")


def test_tasks_done_together_keep_their_answers_and_get_them_back(
    pathway: Pathway, dana: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sent them reads that they are kept, not that they were not needed; the day stays with the single task."""
    def version(condition: str) -> str:
        return pathway.version(
            d.start(),
            d.parallel("both"),
            d.user("other"),
            *POISON[1:-3],
            d.flow("start both ask choose right end"),
            d.flow("both other end"),
            d.flow("choose left", condition),
            d.flow("left end"),
        )

    version("count(for i in 1..100000000 return i) = 1")
    case = pathway.case()
    together = f"/patients/{case.row['patient_id']}/together"
    page = dana.get(together)
    (name,) = [name for name in page.form("/together").fields if name.startswith("answer-")][:1]
    left = case.task("other")["id"]
    told = dana.send(page, "/together", **{name: "walks better", "leave": left})
    assert "what you entered is kept and will be carried out" in told.text("main")
    assert "not recorded" not in told.text("main")
    case.to_day(2)
    monkeypatch.setattr(d, "FORM", ASKS_MORE)
    migrate(case, version("true"))
    retry(case)
    again = dana.get(together)
    assert "walks better" in again.form("/together").fields.values()
    assert "the task by itself keeps its day too" in again.text("main")
    assert again.form("/together").fields["occurred_on"] == case.on(2).isoformat()
