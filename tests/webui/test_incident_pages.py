"""The pages of incidents: a director sees what stands still and lets it go on; everybody else sees why it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine.application import Engine
from tests.engine.builders import Case
from tests.engine.incidents.builders import FOR_EVER, MENDED, POISON, choosing
from tests.engine.migration.builders import Pathway, migrate
from tests.webui.builders import Visit, fields


@pytest.fixture
def pathway(engine: Engine, tmp_path: Path) -> Pathway:
    folder = tmp_path / "small"
    folder.mkdir()
    return Pathway(engine, folder)


def stuck(pathway: Pathway, visit: Visit) -> Case:
    """A case manager has answered a task, and the diagram failed on it."""
    case = pathway.case()
    page = visit.get(f"/tasks/{case.task('ask')['id']}")
    answer = visit.send(page, "/complete", **fields({"note": "walks better"}))
    assert "what you entered is kept" in answer.text()
    return case


def test_a_case_manager_reads_that_the_answer_is_kept_and_why_it_waits(pathway: Pathway, dana: Visit) -> None:
    """At the task, on the patient's page and in the record; the rail shows no incidents to who cannot settle them."""
    pathway.version(*POISON)
    case = stuck(pathway, dana)
    task = dana.get(f"/tasks/{case.task('ask')['id']}")
    assert "Small stands still at “choose”" in task.text()
    assert "It cannot be completed until that is settled" in task.text()
    assert [form.action for form in task.tree.forms if "/complete" in (form.action or "")] == []
    patient = case.row["patient_id"]
    for address in (f"/patients/{patient}", f"/cases/{case.id}/record"):
        assert "What was entered is kept" in dana.get(address).text()
    assert "Incidents" not in dana.get("/day").texts("nav")[0]
    assert dana.get("/incidents").status == 403


def test_a_director_settles_it(pathway: Pathway, dana: Visit, app: Flask) -> None:
    """From the list to the step, the kept answer told without its words, retried after the diagram was mended."""
    pathway.version(*POISON)
    case = stuck(pathway, dana)
    omar = Visit(app.test_client()).signed_in("omar")
    listed = omar.get("/incidents")
    assert "Small, version 2: choose" in listed.text("main")
    assert 'id="count-incidents" hx-swap-oob="true">1</span>' in omar.get("/counts").response.text
    page = omar.get(f"/incidents/{case.id}-p1-i1")
    assert f"'{FOR_EVER}' could not be worked out" in page.text("main")
    assert "Dana Reed has completed “ask”" in page.text("main")
    assert "walks better" not in page.text("main")
    drawn = omar.get(f"/incidents/{case.id}-p1-i1/diagram").response.get_json()["diagrams"][0]
    assert drawn["failed"] == ["choose"]
    again = omar.send(page, "/retry", reason="looked at it")
    assert "It failed again" in again.text()
    migrate(case, pathway.version(*MENDED))
    done = omar.send(omar.get(again.path), "/retry", reason="mended")
    assert "Settled by Omar Reyes" in done.text("main")
    assert case.fact("answer.note") == "walks better"
    assert "Nothing stands still" in omar.get("/incidents").text("main")


def test_a_skip_asks_for_a_reason_and_goes_where_it_is_told(pathway: Pathway, dana: Visit, app: Flask) -> None:
    """Without a reason the page comes back with what was chosen."""
    pathway.version(*POISON)
    case = stuck(pathway, dana)
    omar = Visit(app.test_client()).signed_in("omar")
    page = omar.get(f"/incidents/{case.id}-p1-i1")
    refused = omar.send(page, "/skip", to="left", reason=" ")
    assert (refused.status, refused.text("#reason-error")) == (
        422,
        "Say why the element may be left out for this patient.",
    )
    done = omar.send(refused, "/skip", reason="she came in person")
    assert done.status == 200
    assert case.elements() == ["left"]


def test_everybody_of_one_step_is_retried_at_once(pathway: Pathway, dana: Visit, app: Flask) -> None:
    """Those who were moved to a mended version go on; the auditor reads and settles nothing."""
    pathway.version(*POISON)
    cases = [stuck(pathway, dana) for _ in range(3)]
    mended = pathway.version(*choosing("true"))
    iris = Visit(app.test_client()).signed_in("iris")
    forms = iris.get("/incidents").tree.forms
    assert [form.action for form in forms if "retry" in (form.action or "")] == []
    for case in cases[:2]:
        migrate(case, mended)
    omar = Visit(app.test_client()).signed_in("omar")
    after = omar.send(omar.get("/incidents"), "/incidents/retry", reason="mended")
    assert "2 patients went on, 1 failed again" in after.text()
    assert [case.elements() for case in cases] == [["left"], ["left"], ["ask"]]
