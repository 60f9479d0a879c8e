"""axe-core finds nothing to say about any page, in light and in dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from engine.application import Engine
from tests.browser.conftest import Open
from tests.webui.builders import a_patient, days_pass

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def findings(page: Page) -> list[str]:
    """What axe finds: rule and element."""
    if not AXE.is_file():
        pytest.skip(f"{AXE} is not installed; 'make install' brings it")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    assert found["passes"], "axe looked at nothing"
    return [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(open_window: Open, engine: Engine, scheme: str) -> None:
    """Names, roles, contrast, order: the door, the list, a task with an error, a patient, and the rest."""
    patient = a_patient(engine).enrolled()
    patient.answer("care_update")
    urgent = a_patient(engine, "Bea Short")
    urgent.answer("intake", region="knee")
    urgent.answer("baseline", red_flag="yes", red_flag_detail="recent serious injury")
    days_pass(engine, 9)
    window = open_window(color_scheme=scheme)
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_is_accessible_too(open_window: Open, engine: Engine, scheme: str) -> None:
    """Narrow windows lay things out anew."""
    patient = a_patient(engine).enrolled()
    window = open_window(width=390, height=844, color_scheme=scheme)
    page = window.sign_in()
    assert findings(page) == []
    page.goto(f"{window.address}/patients/{patient.id}")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_diagrams_draw_themselves_within_the_policy(open_window: Open, engine: Engine) -> None:
    """bpmn-js writes no style that the policy would block: the window's console stays silent."""
    patient = a_patient(engine).enrolled()
    window = open_window()
    page = window.sign_in(path=f"/patients/{patient.id}")
    page.locator(".djs-element").first.wait_for()
    page.goto(f"{window.address}/pathways")
    page.locator("main .cols a").first.click()
    page.locator(".djs-element").first.wait_for()
