"""A clinical director tries a draft in the browser: the token is watched, the pages are accessible, and JavaScript is
needed for the picture alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine.application import Engine
from engine.store.versions import newest_versions
from engine.studio.drafts import draft_from_version, opened_file, save
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.builders import email

HERE, WALKED, FAILED = ".djs-element.is-here", ".djs-element.is-walked", ".djs-element.is-failed"


@pytest.fixture
def address_of_draft(engine: Engine) -> str:
    """Where a draft of MSK is tried, in which the day-30 reminder of the baseline has a date that is none."""
    folder, now, by = engine.settings.pathways_dir, engine.clock.now(), email("omar")
    with engine.db.writing() as connection:
        (msk,) = [row for row in newest_versions(connection) if row["track"] == "msk"]
        draft = draft_from_version(connection, msk["hash"], "msk.bpmn", by=by, now=now)
        file = opened_file(connection, draft, "shared/enrolment.bpmn", folder)
        wrong = file.text.replace('case.aligned_on + duration("P30D")', 'date(intake.goal) + duration("P30D")')
        assert wrong != file.text
        save(connection, draft, "shared/enrolment.bpmn", wrong, 0, by=by, now=now)
    return f"/studio/drafts/{draft}/try"


def _mended(engine: Engine, address: str) -> None:
    draft, folder = int(address.split("/")[3]), engine.settings.pathways_dir
    with engine.db.writing() as connection:
        file = opened_file(connection, draft, "shared/enrolment.bpmn", folder)
        text = file.text.replace("date(intake.goal)", "case.aligned_on")
        save(connection, draft, file.path, text, file.revision, by=email("omar"), now=engine.clock.now())


def _answered(page: Page) -> None:
    page.get_by_role("button", name="As usual Welcome the patient and ask for consent").click()


def test_a_director_walks_a_patient_through_a_draft_and_saves_the_walk(
    open_window: Open, engine: Engine, address_of_draft: str
) -> None:
    """Begin, meet the fault at its element, mend it, watch the token go on, keep the walk; axe finds nothing."""
    page = open_window().sign_in("omar", address_of_draft)
    assert findings(page) == []
    page.get_by_role("button", name="Begin the walk").click()
    expect(page.locator(HERE).first).to_be_visible()
    _answered(page)
    expect(page.get_by_role("alert")).to_contain_text("Day 30")
    expect(page.locator(FAILED)).to_have_attribute("data-element-id", "baseline_day_30")
    assert findings(page) == []
    _mended(engine, address_of_draft)
    page.get_by_role("link", name="Try it").click()
    _answered(page)
    expect(page.locator(".try-walk")).to_contain_text("Collect baseline measures: due")
    expect(page.locator(WALKED).first).to_be_visible()
    page.get_by_label("1 week").check()
    page.get_by_label("Meanwhile").select_option("everything is done")
    page.get_by_role("button", name="Let it pass").click()
    expect(page.locator(".try-now")).to_contain_text("day 7")
    for each in page.locator(".try-happens details, .try-before details").all():
        each.evaluate("details => { details.open = true }")
    assert findings(page) == []
    page.get_by_role("link", name="Save as a scenario").click()
    page.get_by_label("Title").fill("A first week")
    page.get_by_label("What does it show?").fill("A week in which everything is done.")
    assert findings(page) == []
    page.get_by_role("button", name="Play it and keep it").click()
    expect(page.get_by_role("status")).to_contain_text("scenarios/msk-a-first-week.yaml")


def test_a_walk_needs_no_javascript(open_window: Open, engine: Engine, address_of_draft: str) -> None:
    """The same forms, answered by a task's own form; in the picture's place it says what is missing."""
    _mended(engine, address_of_draft)
    page = open_window(java_script_enabled=False).sign_in("omar", address_of_draft)
    page.get_by_role("button", name="Begin the walk").click()
    expect(page.get_by_text("The diagram is drawn with JavaScript")).to_be_visible()
    page.get_by_role("link", name="Answer Welcome").click()
    page.get_by_label("Yes, consent given").check()
    page.get_by_label("Knee").check()
    page.get_by_role("button", name="Complete").click()
    expect(page.locator(".try-walk")).to_contain_text("Collect baseline measures: due")
    page.get_by_role("button", name="Undo the last step").click()
    expect(page.locator(".try-task")).to_contain_text("Welcome the patient")
