"""An auditor traces a patient: time under the hand, the diagram and the timeline each leading to the other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from engine.application import Engine
from tests.browser.axe import findings
from tests.browser.conftest import Open, Window
from tests.webui.builders import Patient, a_patient, days_pass


def a_patient_past_week_4(engine: Engine) -> Patient:
    ada = a_patient(engine).enrolled()
    for _ in range(4):
        days_pass(engine, 7)
        for task in ada.tasks():
            if task["form"] in ("pain_checkin", "prom_milestone"):
                ada.answer(task["form"])
    return ada


def record_of(window: Window, patient: Patient, query: str = "") -> Page:
    """The auditor's page of a record, its diagram drawn."""
    window.sign_in("iris", f"/cases/{patient.case_id}/record")
    if query:
        window.page.goto(f"{window.address}/cases/{patient.case_id}/record?{query}")
    window.page.locator(".djs-element.is-walked").first.wait_for()
    return window.page


def element(page: Page, name: str) -> str:
    """The classes of an element of the drawn diagram."""
    return page.locator(f'.djs-element[data-element-id="{name}"]').first.get_attribute("class") or ""


def test_time_moves_the_diagram_and_the_sentence(open_window: Open, engine: Engine) -> None:
    """By the keys, by the slider and by a day; the address says where one is, and brings one back there."""
    patient = a_patient_past_week_4(engine)
    page = record_of(open_window(), patient)
    expect(page.locator("[data-instant]")).to_contain_text("Day 28")
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("seq="))
    page.locator("#when").focus()
    page.keyboard.press("Home")
    expect(page.locator("[data-instant]")).to_contain_text("Day 0")
    expect(page.locator("[data-sentence]")).to_contain_text("Screen for social needs")
    page.locator("#when").press("End")
    expect(page.locator("[data-instant]")).to_contain_text("Day 28")
    assert "is-here" in element(page, "care_year_day_365")
    expect(page.locator(".walked-count").first).to_have_text("×4")
    page.get_by_label("At the end of").fill("2026-01-21")
    page.get_by_role("button", name="Go there").click()
    page.locator(".djs-element.is-walked").first.wait_for()
    expect(page.locator("[data-instant]")).to_contain_text("Day 7")
    assert "on=2026-01-21" in page.url


def test_an_element_leads_to_its_entries_and_an_entry_to_its_element(open_window: Open, engine: Engine) -> None:
    """Nothing else moves: the diagram stays as it is drawn, the list shows what the step is about."""
    patient = a_patient_past_week_4(engine)
    page = record_of(open_window(), patient)
    page.locator('.djs-element[data-element-id="pain_checkin"]').first.click()
    expect(page.locator(".trace-filter")).to_contain_text("8 things happened at Weekly pain check-in")
    assert "element=pain_checkin" in page.url
    assert "is-chosen" in element(page, "pain_checkin")
    page.get_by_role("link", name="Show everything").click()
    expect(page.locator(".trace-filter")).to_have_count(0)
    assert "is-chosen" not in element(page, "pain_checkin")
    page.get_by_role("link", name="at Plateau rule").first.click()
    page.locator('.djs-element[data-element-id="plateau_rule"].is-chosen').wait_for()
    expect(page.locator(".line.is-marked")).to_contain_text("Plateau rule")


def test_a_decision_opens_in_place(open_window: Open, engine: Engine) -> None:
    """Its table, what it read and the row that answered; sent as a link, the page opens there again."""
    patient = a_patient_past_week_4(engine)
    page = record_of(open_window(), patient)
    page.locator(".line", has_text="Plateau rule").locator("summary").first.click()
    expect(page.locator(".answered-row").first).to_contain_text("this row answered")
    assert page.locator(".opened .read").first.inner_text().split() == ["Read", "msk"]


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_is_accessible_with_everything_open(open_window: Open, engine: Engine, width: int) -> None:
    """Also where it is narrow: nothing scrolls sideways but tables and the diagram."""
    patient = a_patient_past_week_4(engine)
    window = open_window(width=width)
    page = record_of(window, patient)
    page.locator(".line", has_text="Plateau rule").locator("summary").first.click()
    page.locator(".answered-row").first.wait_for()
    page.locator(".line", has_text="milestone").locator("summary").first.click()
    page.locator(".answered-form").first.wait_for()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="on a page of its own").first.click()
    page.locator("h1", has_text="milestone").wait_for()
    assert findings(page) == []


def test_without_a_script_the_record_is_all_there(open_window: Open, engine: Engine) -> None:
    """Words in place of the drawing, links in place of the slider, an entry on a page of its own."""
    patient = a_patient_past_week_4(engine)
    window = open_window(java_script_enabled=False)
    page = window.sign_in("iris", f"/cases/{patient.case_id}/record")
    expect(page.locator("[data-sentence]")).to_contain_text("Waits at:")
    page.get_by_role("link", name="← Before").click()
    assert "seq=" in page.url
    page.locator(".line summary").first.click()
    page.locator(".line[id] details[open] a").first.click()
    expect(page.locator(".opened")).to_contain_text("version 1")
