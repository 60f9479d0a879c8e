"""Who saw it, in a browser: what was looked at stands there, and axe-core finds nothing at any width."""

from __future__ import annotations

from engine.application import Engine
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.builders import a_patient


def test_an_auditor_reads_who_saw_a_patient(open_window: Open, engine: Engine) -> None:
    """A look at the patient page, found from the record by name; the page by person, by day and one list of names."""
    patient = a_patient(engine)
    worker = open_window()
    worker.sign_in().goto(f"{worker.address}/patients/{patient.id}")
    window = open_window()
    page = window.sign_in("iris", path="/record")
    page.get_by_role("link", name="Who saw it").click()
    page.get_by_role("searchbox").fill("ada")
    page.get_by_role("button", name="Find").click()
    assert findings(page) == []
    page.get_by_role("link", name="Who saw Ada Long").click()
    page.get_by_text("looked at the patient page").first.wait_for()
    assert findings(page) == []
    page.get_by_label("By person").select_option(label="Dana Reed, case manager")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("heading", name="What Dana Reed saw").wait_for()
    assert findings(page) == []
    page.get_by_role("link", name="Whose").first.click()
    page.get_by_role("heading", name="1 patient").wait_for()
    assert findings(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{window.address}/record/access?patient={patient.id}")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
