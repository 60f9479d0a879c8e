"""The preview of an update unfolds beside the answers, shows what is drafted, and axe finds nothing to say about it."""

from __future__ import annotations

from engine.application import Engine
from engine.outgoing.delivery import deliver_outgoing
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.engine.updates import Postbox
from tests.webui.builders import a_patient


def test_the_preview_unfolds_and_shows_the_draft(open_window: Open, engine: Engine) -> None:
    """Opened before and after something was written: each time it is what would be sent now."""
    patient = a_patient(engine).enrolled()
    window = open_window()
    page = window.sign_in()
    page.goto(f"{window.address}/tasks/{patient.task('care_update')['id']}?view=team")
    preview = page.locator("details.preview")
    preview.locator("summary").click()
    preview.get_by_role("heading", name="Measures").wait_for()
    assert findings(page) == []
    preview.locator("summary").click()
    page.locator("[name=answer-summary]").fill("Knee is better")
    page.locator("#draft-note", has_text="Draft kept").wait_for()
    preview.locator("summary").click()
    preview.get_by_text("Knee is better").wait_for()
    page.goto(f"{window.address}/tasks/{patient.task('care_update')['id']}/care-update")
    assert findings(page) == []
    patient.answer("care_update")
    deliver_outgoing(engine, {"care_update.send": Postbox()}, engine.clock.now())
    page.goto(f"{window.address}/cases/{patient.case_id}/care-updates/1")
    assert findings(page) == []
