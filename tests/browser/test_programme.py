"""The programme's numbers change the list below them, with JavaScript and without."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from engine.application import Engine
from tests.browser.conftest import Open
from tests.worklists.many_years import BAD, GOOD, Years

LAST_SUMMER = date(2025, 6, 27)  # two hundred days before the tests' clock


@pytest.mark.parametrize("script", [True, False])
def test_a_number_leads_to_its_patients(open_window: Open, engine: Engine, script: bool) -> None:
    """The list changes, the address says so, and with the script focus and place stay where they were."""
    years = Years(engine.db)
    years.add("Ada Long", "msk", GOOD, aligned_on=LAST_SUMMER)
    years.add("Bea Short", "msk", BAD, aligned_on=LAST_SUMMER)
    page = open_window(java_script_enabled=script).sign_in(path="/programme")
    names = page.locator(".patients tbody td:first-child")
    expect(names).to_have_text(["Ada Long", "Bea Short"])
    page.locator("#at-risk-msk").click()
    expect(names).to_have_text(["Bea Short"])
    page.wait_for_url("**/programme?**group=at-risk**")
    if script:
        expect(page.locator("#at-risk-msk")).to_be_focused()
    page.go_back()
    expect(names).to_have_text(["Ada Long", "Bea Short"])


def test_on_a_phone_only_the_tables_scroll(open_window: Open, engine: Engine) -> None:
    """Nothing is wider than the window."""
    Years(engine.db).add("Ada Long", "msk", GOOD, aligned_on=LAST_SUMMER)
    page = open_window(width=390, height=844).sign_in(path="/programme")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
