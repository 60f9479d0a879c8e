"""The auditor verifies a record and takes it along, in a real browser: nothing jumps, and all can use it."""

from __future__ import annotations

from zipfile import ZipFile

from engine.application import Engine
from engine.proof.checkpoints import write_daily
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.builders import a_patient


def test_verify_and_export(open_window: Open, engine: Engine) -> None:
    """The result comes into the record's page; all records are verified; the archive arrives; axe finds nothing."""
    patient = a_patient(engine).enrolled()
    write_daily(engine.db, engine.settings, engine.clock.now())
    window = open_window()
    page = window.sign_in("iris", f"/cases/{patient.case_id}/record")
    page.get_by_role("button", name="Verify").click()
    result = page.locator("#proof #proof-result")
    result.wait_for()
    assert "One checkpoint, of Tue 13 Jan 2026, holds it." in result.inner_text()
    assert page.url.endswith("/record")
    assert findings(page) == []
    page.goto(f"{window.address}/record/verify")
    page.get_by_role("button", name="Verify all records").click()
    page.locator("#proof-result").wait_for()
    assert findings(page) == []
    page.goto(f"{window.address}/cases/{patient.case_id}/export")
    page.get_by_label("XES").check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename == f"{patient.case_id}-export.zip"
    assert ZipFile(waiting.value.path()).namelist() == ["MANIFEST.json", "record.pdf", "events.xes"]
    page.reload()
    assert "PDF, XES" in page.locator("tbody tr").first.inner_text()
    assert findings(page) == []
