"""Several tasks of one patient on one screen: with the keyboard, without JavaScript, for everybody's eyes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine.application import Engine
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.builders import Patient
from tests.webui.two_tracks import in_two_tracks


@pytest.fixture
def both(engine: Engine, tmp_path: Path) -> tuple[Patient, Patient]:
    return in_two_tracks(engine, tmp_path)


def leave_the_update(page: Page) -> None:
    page.locator("label.leave", has_text="update").get_by_role("checkbox").check()


def forms_open(patient: Patient) -> set[str]:
    return {task["form"] for task in patient.tasks()}


def test_the_bundle_is_done_with_the_keyboard_alone(open_window: Open, both: tuple[Patient, Patient]) -> None:
    """From the card by Enter; c leads to the answers, digits choose, Ctrl+Enter completes all."""
    msk, bh = both
    page = open_window().sign_in()
    page.get_by_role("link", name="Do 5 together for Ada Long").press("Enter")
    expect(page.locator("h1")).to_have_text("5 tasks together for Ada Long")
    leave_the_update(page)
    page.locator("input[name^=answer-nrs_1]").first.focus()
    page.keyboard.press("4")
    expect(page.get_by_label("On how many of the last 7 days")).to_be_focused()
    page.keyboard.type("3")
    page.get_by_text("The patient declined the screen").click()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/day**")
    expect(page.get_by_role("status")).to_contain_text("are completed")
    assert forms_open(msk) == {"care_update"}
    assert forms_open(bh) == {"pain_checkin"}


def test_a_double_click_completes_each_task_once(open_window: Open, both: tuple[Patient, Patient]) -> None:
    """And nobody is told that somebody else was first."""
    msk, bh = both
    page = open_window().sign_in(path=f"/patients/{msk.id}/together")
    leave_the_update(page)
    page.locator("input[name^=answer-nrs_1][value='4']").check()
    page.get_by_label("On how many of the last 7 days").fill("3")
    page.get_by_text("The patient declined the screen").click()
    page.get_by_role("button", name="Complete").dblclick()
    page.wait_for_url("**/day**")
    expect(page.get_by_role("status")).to_contain_text("are completed")
    assert (forms_open(msk), forms_open(bh)) == ({"care_update"}, {"pain_checkin"})


def test_a_question_of_several_tasks_shows_when_its_condition_holds(
    open_window: Open, both: tuple[Patient, Patient]
) -> None:
    """The screen's items appear once the one shared answer says that the patient was asked; a draft is kept."""
    page = open_window().sign_in(path=f"/patients/{both[0].id}/together")
    item = page.locator("fieldset:has(input[name^=answer-hrsn_1-])")
    expect(item).to_have_count(1)
    expect(item).to_be_hidden()
    page.locator("input[name^=answer-sdoh-screen_outcome][value=asked]").check()
    expect(item).to_be_visible()
    expect(page.locator("#draft-note")).to_have_text("Draft kept")


def test_the_bundle_is_done_without_javascript(open_window: Open, both: tuple[Patient, Patient]) -> None:
    """Fail, mend, complete, each by a page load; the first line of the summary leads to its question."""
    msk, bh = both
    page = open_window(java_script_enabled=False).sign_in(path=f"/patients/{msk.id}/together")
    leave_the_update(page)
    page.get_by_label("On how many of the last 7 days").fill("3")
    page.get_by_role("button", name="Complete").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("nothing was completed")
    expect(page.get_by_label("On how many of the last 7 days")).to_have_value("3")
    page.locator("input[name^=answer-nrs_1][value='4']").check()
    page.get_by_text("The patient declined the screen").click()
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_role("status")).to_contain_text("are completed")
    assert (forms_open(msk), forms_open(bh)) == ({"care_update"}, {"pain_checkin"})


def test_the_bundle_is_accessible(open_window: Open, both: tuple[Patient, Patient]) -> None:
    """axe finds nothing: the day with its cards, the screen, the screen with faults, and at phone width."""
    page = open_window().sign_in()
    assert findings(page) == []
    page.get_by_role("link", name="Do 5 together").click()
    page.locator("#answers").wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Complete").click()
    page.get_by_role("alert").wait_for()
    assert findings(page) == []
    narrow = open_window(width=390, height=844).sign_in(path=f"/patients/{both[0].id}/together")
    assert findings(narrow) == []
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 390
