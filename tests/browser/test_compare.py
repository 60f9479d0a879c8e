"""Two versions side by side: four colours with their signs, and sentences that lead to the elements and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine.application import Engine
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.second_version import with_second_version

SIDE = {"before": "[data-side=before]", "after": "[data-side=after]"}


@pytest.fixture
def path(engine: Engine) -> str:
    """The page that compares both versions of MSK."""
    return f"/pathways/compare?after={with_second_version(engine)}"


def marked(page: Page, side: str, kind: str) -> list[str]:
    """The ids of the shapes and lines that one side shows as of a kind."""
    found = page.locator(f"{SIDE[side]} .djs-element.compare-{kind}")
    return sorted(str(each.get_attribute("data-element-id")) for each in found.all())


def test_what_differs_has_its_colour_on_both_sides(open_window: Open, path: str) -> None:
    """Added only after, taken out only before, changed and moved on both; a line that follows its end has no colour."""
    page = open_window().sign_in("dana", path)
    page.locator(".compare-badge").first.wait_for()
    assert marked(page, "after", "added") == ["call_pharmacist", "call_pharmacist_to_sdoh_done"]
    assert marked(page, "before", "added") == []
    assert len(marked(page, "before", "removed")) == 1
    assert marked(page, "after", "removed") == []
    for side in SIDE:
        assert marked(page, side, "changed") == ["pain_checkin", "sdoh_call_to_sdoh_done"]
        assert marked(page, side, "moved") == ["note_missed_checkin", "sdoh_done"]
    assert set(page.locator(f"{SIDE['after']} .compare-badge").all_inner_texts()) == {"+", "~", "→"}
    strokes = {
        kind: page.locator(f"{SIDE['after']} .compare-{kind} .djs-visual > :first-child").first.evaluate(
            "node => getComputedStyle(node).stroke"
        )
        for kind in ("added", "changed", "moved")
    }
    assert len(set(strokes.values())) == 3


def test_a_line_leads_to_its_element_and_an_element_to_its_line(open_window: Open, path: str) -> None:
    """In both diagrams; the keyboard does it, too."""
    page = open_window().sign_in("dana", path)
    page.locator(".compare-badge").first.wait_for()
    page.get_by_role("button", name="Weekly pain check-in: due changed").focus()
    page.keyboard.press("Enter")
    for side in SIDE.values():
        task = page.locator(f"{side} [data-element-id=pain_checkin].compare-chosen")
        expect(task).to_be_visible()
        expect(task).to_be_in_viewport()
    page.get_by_role("button", name="Note missed check-in: moved").click()
    page.locator(f"{SIDE['after']} [data-element-id=pain_checkin] .djs-hit").first.click()
    expect(page.locator(".compare-line.is-chosen")).to_have_text(
        "~Changed: Weekly pain check-in: due changed from “P2D” to “P4D”."
    )


def test_both_move_together_until_they_are_told_not_to(open_window: Open, path: str) -> None:
    """Zooming one zooms the other; unlinked, the other stays."""
    page = open_window().sign_in("dana", path)
    page.locator(".compare-badge").first.wait_for()
    view = f"{SIDE['before']} .viewport"
    seen = page.locator(view).get_attribute("transform")
    page.locator(SIDE["after"]).get_by_role("button", name="Larger").click()
    moved = page.locator(view).get_attribute("transform")
    assert moved != seen
    page.get_by_label("Move together").uncheck()
    page.locator(SIDE["after"]).get_by_role("button", name="Whole").click()
    assert page.locator(view).get_attribute("transform") == moved


def test_the_page_is_accessible(open_window: Open, path: str) -> None:
    """With diagrams drawn, and another one chosen that has not changed."""
    page = open_window().sign_in("iris", path)
    page.locator(".compare-badge").first.wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="Closure", exact=True).click()
    page.get_by_label("One above the other").check()
    expect(page.locator(".compare-badge")).to_have_count(0)
    assert findings(page) == []
