"""The same links and forms work without JavaScript; only the diagram does not draw itself."""

from __future__ import annotations

from playwright.sync_api import expect

from engine.application import Engine
from tests.browser.conftest import Open
from tests.webui.builders import a_patient


def test_a_task_is_completed_without_javascript(open_window: Open, engine: Engine) -> None:
    """Sign in, open, fail, mend, complete; the message and the next task come with a page load."""
    ada = a_patient(engine)
    page = open_window(java_script_enabled=False).sign_in()
    page.locator(".row-title").click()
    page.get_by_text("Knee").click()
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("alert")).to_contain_text("an answer is needed", ignore_case=True)
    page.get_by_text("Yes, consent given").click()
    page.get_by_text("Phone", exact=True).first.click()
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("status")).to_contain_text("It led to: Collect baseline measures")
    expect(page.locator("#pane h1")).to_have_text(ada.task("baseline")["title"])


def test_attempts_drafts_and_search_work_without_javascript(open_window: Open, engine: Engine) -> None:
    """Small forms open by themselves where the browser opens details."""
    a_patient(engine)
    page = open_window(java_script_enabled=False).sign_in()
    page.locator(".row-title").click()
    page.get_by_label("What does the patient want to be able to do again?").fill("Garden")
    page.get_by_role("button", name="Keep as draft").click()
    expect(page.get_by_label("What does the patient want to be able to do again?")).to_have_value("Garden")
    page.get_by_text("Log an attempt to reach Ada Long").click()
    page.get_by_label("Outcome").select_option("no_answer")
    page.get_by_role("button", name="Note the attempt").click()
    expect(page.get_by_role("status")).to_contain_text("The attempt is noted.")
    page.get_by_role("searchbox").fill("nobody")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".empty")).to_contain_text("Nothing here fits “nobody”")
    expect(page.locator(".count").first).to_be_hidden()
