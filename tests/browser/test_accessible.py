"""axe-core finds nothing to say about any page, in light and in dark."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from engine.application import Engine
from engine.migration.batches import begin
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.engine.migration.builders import Pathway
from tests.webui.builders import a_patient, actor, days_pass
from tests.webui.everybody import addresses, with_everybody
from tests.webui.test_migrate_page import NEW, OLD
from webui.app import create_app


def test_every_page_is_accessible(open_window: Open, engine: Engine) -> None:
    """Names, roles, contrast, order: the door, the list, a task with an error, a patient, and the rest."""
    patient = a_patient(engine).enrolled()
    patient.answer("care_update")
    urgent = a_patient(engine, "Bea Short")
    urgent.answer("intake", region="knee")
    urgent.answer("baseline", red_flag="yes", red_flag_detail="recent serious injury")
    days_pass(engine, 9)
    window = open_window()
    window.page.goto(f"{window.address}/sign-in")
    assert findings(window.page) == []
    page = window.sign_in()
    task = patient.task("pain_checkin")["id"]
    paths = ["/day?view=team", "/team", "/patients", f"/patients/{patient.id}", "/pathways", "/record", "/password"]
    paths += ["/programme", "/programme?track=msk&group=nearest"]
    for path in [*paths, f"/patients/{patient.id}/cases/{patient.case_id}/report", f"/cases/{patient.case_id}/record"]:
        page.goto(window.address + path)
        assert findings(page) == [], path
    page.goto(f"{window.address}/pathways")
    page.locator("main .cols a").first.click()
    page.locator(".djs-element").first.wait_for()
    assert findings(page) == []
    page.goto(f"{window.address}/tasks/{task}?view=team")
    assert findings(page) == []
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("alert").wait_for()
    assert findings(page) == []
    page.keyboard.press("Escape")
    page.locator("#task-title").focus()
    page.keyboard.press("?")
    assert findings(page) == []


def test_a_phone_is_accessible_too(open_window: Open, engine: Engine) -> None:
    """Narrow windows lay things out anew."""
    patient = a_patient(engine).enrolled()
    window = open_window(width=390, height=844)
    page = window.sign_in()
    assert findings(page) == []
    page.goto(f"{window.address}/patients/{patient.id}")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_address_that_answers_with_a_page_is_accessible(open_window: Open, engine: Engine) -> None:
    """The route table is walked, so that a page nobody thought of here is looked at, too; in light and in dark."""
    with_everybody(engine)
    patient = a_patient(engine).enrolled()
    walked = [each for each in addresses(create_app(engine), patient) if each.method == "GET" and not each.is_api]
    window = open_window()
    page = window.sign_in("adam")
    looked_at = set()
    for each in walked:
        answer = page.request.get(window.address + each.path, max_redirects=0)
        if answer.status != 200 or "<html" not in answer.text():
            continue
        page.goto(answer.url)
        settle(page)
        looked_at.add(each.endpoint)
        assert findings(page) == [], each.path
    assert len(looked_at) > 25


def settle(page: Page) -> None:
    """Wait until the counts stand in the rail; where a script of its own draws, until that has fetched all."""
    if page.locator("head script[src]").count() > 1:
        page.wait_for_load_state("networkidle")
    expect(page.locator("nav [aria-busy]")).to_have_count(0)  # not wait_for_function: the page's policy forbids to eval


def test_moving_and_replaying_cases_is_accessible(open_window: Open, engine: Engine, tmp_path: Path) -> None:
    """Who moves and who cannot, a batch that was left, the moved, those moved back, the replayed, and the forbidden."""
    folder = tmp_path / "small"
    folder.mkdir()
    pathway = Pathway(engine, folder)
    pathway.version(*OLD)
    cases = [pathway.case() for _ in range(12)]
    cases[0].answer("ask")
    digest = pathway.version(*NEW)
    window = open_window()
    page = window.sign_in("omar", f"/pathways/{digest}/migrate")
    for summary in page.locator("main summary").all():
        summary.click()
    assert findings(page) == []
    page.goto(f"{window.address}/pathways/{digest}/replay")
    page.get_by_role("button", name="Replay 12 cases").click()
    page.get_by_text("12 of 12 played again").wait_for()
    assert findings(page) == []
    batch = begin(engine, digest, actor=actor("omar"), note="No falls any more.")
    page.goto(f"{window.address}/pathways/{digest}/migrate/batches/{batch}")
    assert findings(page) == []
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="11 patients moved to version").wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Move them back").click()
    page.get_by_role("heading", name="11 patients moved back").wait_for()
    assert findings(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{window.address}/pathways/{digest}/migrate")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page = open_window().sign_in("dana")
    page.goto(f"{window.address}/pathways/{digest}/migrate")
    page.get_by_role("heading", name="This is not open to you").wait_for()
    assert findings(page) == []


def test_the_diagrams_draw_themselves_within_the_policy(open_window: Open, engine: Engine) -> None:
    """bpmn-js writes no style that the policy would block: the window's console stays silent."""
    patient = a_patient(engine).enrolled()
    window = open_window()
    page = window.sign_in(path=f"/patients/{patient.id}")
    page.locator(".djs-element").first.wait_for()
    page.goto(f"{window.address}/pathways")
    page.locator("main .cols a").first.click()
    page.locator(".djs-element").first.wait_for()
