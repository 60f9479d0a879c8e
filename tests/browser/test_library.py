"""The library and publishing in a browser: axe-core finds nothing, and a file is brought and published by hand."""

from __future__ import annotations

from pathlib import Path

from engine.application import Engine
from engine.store.versions import versions_in_force
from engine.studio.drafts import draft_from_version, save
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.builders import email

INTAKE = "shared/intake.bpmn"


def a_draft(engine: Engine, old: str, new: str) -> int:
    """A draft of the shared intake in which a text is another."""
    now, by = engine.clock.now(), email("omar")
    with engine.db.writing() as connection:
        digest = next(row["hash"] for row in versions_in_force(connection, now) if row["track"] == "msk")
        text = engine.library.folder.joinpath(INTAKE).read_text(encoding="utf-8")
        draft_id = draft_from_version(connection, digest, INTAKE, by=by, now=now)
        save(connection, draft_id, INTAKE, text.replace(old, new), 0, by=by, now=now)
    return draft_id


def test_the_library_and_publishing_are_accessible(open_window: Open, engine: Engine) -> None:
    """With a version opened, the plan, the plan with what is missing, and the plan with errors."""
    good, bad = a_draft(engine, 'name="Tried"', 'name="Done"'), a_draft(engine, 'form="outreach"', 'form="outreech"')
    window = open_window()
    page = window.sign_in("omar")
    for path in ("/pathways", "/studio/new", f"/studio/drafts/{good}/publish", f"/studio/drafts/{bad}/publish"):
        page.goto(window.address + path)
        for summary in page.locator("main summary").all():
            summary.click()
        assert findings(page) == [], path
    page.goto(f"{window.address}/studio/drafts/{good}/publish")
    page.fill("#note", " ")  # passes the browser, not the server
    page.get_by_role("button", name="Play the scenarios and publish").click()
    page.get_by_role("alert").wait_for()
    assert findings(page) == []


def test_a_file_that_is_brought_opens_in_the_editor(open_window: Open, engine: Engine, tmp_path: Path) -> None:
    """Drawn, with what it replaces said."""
    file = tmp_path / "from my desk.bpmn"
    file.write_text(engine.library.folder.joinpath(INTAKE).read_text("utf-8"), encoding="utf-8")
    window = open_window()
    page = window.sign_in("omar")
    page.goto(f"{window.address}/pathways")
    page.get_by_role("link", name="New draft").click()
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Bring it").click()
    page.locator(".djs-element").first.wait_for()
    assert page.locator("h1").inner_text() == "Intake and consent"
    assert f"This draft replaces {INTAKE}" in page.locator("#toasts").inner_text()
