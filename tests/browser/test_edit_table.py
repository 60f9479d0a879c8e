"""Decision tables and forms are changed in the browser, kept as one works, and what is wrong is said in words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engine.application import Engine
from engine.compare import compare
from engine.dmn import parse_decisions
from engine.functions import FUNCTIONS
from engine.settings import SHIPPED_PATHWAYS
from engine.store.studio import files_of
from engine.studio.drafts import draft_from_version, save
from tests.browser.axe import findings
from tests.browser.conftest import Open
from tests.webui.builders import email
from tests.webui.second_version import first_version

PLATEAU = "decisions/plateau.dmn"
SLOW = 30_000  # a save answers with what lint finds in all files
TABLES = sorted(file.name for file in (SHIPPED_PATHWAYS / "decisions").glob("*.dmn"))


def a_draft(engine: Engine, path: str) -> int:
    """A draft of MSK that is opened with one of its files."""
    with engine.db.writing() as connection:
        base = str(first_version(engine)["hash"])
        return draft_from_version(connection, base, path, by=email("omar"), now=engine.clock.now())


def saved(engine: Engine, draft_id: int, path: str) -> str | None:
    """The text that the draft keeps of a file."""
    with engine.db.reading() as connection:
        row = files_of(connection, draft_id).get(path)
    return None if row is None else str(row["text"])


def open_table(page: Page, decision: str) -> None:
    page.get_by_role("button", name=decision, exact=True).click()
    page.locator(".decision-table-name", has_text=decision).wait_for()


def write(page: Page, cell: str, text: str) -> None:
    """Types into a cell as a person does."""
    page.get_by_role("textbox", name=cell).first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def test_a_cell_is_changed_kept_and_undone(open_window: Open, engine: Engine) -> None:
    """After a reload it is still there; undo brings the old one back, and nothing else has changed."""
    draft_id = a_draft(engine, PLATEAU)
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}")
    open_table(page, "Course of GAD-7")
    write(page, "Row 4, Change from baseline", ">= 6")
    expect(page.locator("[data-saved]")).to_contain_text("Saved", timeout=SLOW)
    page.reload()
    open_table(page, "Course of GAD-7")
    expect(page.get_by_role("textbox", name="Row 4, Change from baseline")).to_have_text(">= 6")
    before = (SHIPPED_PATHWAYS / PLATEAU).read_text(encoding="utf-8")
    text = saved(engine, draft_id, PLATEAU)
    assert text is not None
    told = [each.sentence for each in compare({PLATEAU: before}, {PLATEAU: text}).changes]
    assert told == ["Course of GAD-7, row 4: Change from baseline changed from >= 4 to >= 6."]
    page.get_by_role("textbox", name="Row 4, Change from baseline").first.click()
    page.keyboard.press("End")
    page.keyboard.type("0")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("textbox", name="Row 4, Change from baseline")).to_have_text(">= 6")


def test_a_slip_in_a_cell_is_told_at_its_row(open_window: Open, engine: Engine) -> None:
    """The row is marked, its decision counts it, and the finding leads there."""
    draft_id = a_draft(engine, PLATEAU)
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}")
    open_table(page, "Course of GAD-7")
    write(page, "Row 4, Change from baseline", ">= * 6")
    finding = page.get_by_role("button", name="Course of GAD-7, row 4")
    finding.wait_for()
    expect(page.locator("[data-findings-list]")).to_contain_text("unexpected '*'")
    expect(page.locator("[data-view=gad7_course]")).to_contain_text("1")
    open_table(page, "Plateau: BH")
    finding.click()
    page.locator(".decision-table-name", has_text="Course of GAD-7").wait_for()
    expect(page.locator("td[data-row-id=gad7_course_worse]").first).to_be_in_viewport()


def test_a_file_that_the_editor_would_spoil_is_not_opened(open_window: Open, engine: Engine) -> None:
    """dmn-js keeps one of two elements with one id: the page says so and leaves the file alone."""
    draft_id = a_draft(engine, PLATEAU)
    text = (SHIPPED_PATHWAYS / PLATEAU).read_text(encoding="utf-8")
    twins = text.replace('<rule id="gad7_course_worse"', '<rule id="gad7_course_never"')
    with engine.db.writing() as connection:
        save(connection, draft_id, PLATEAU, twins, 0, by=email("omar"), now=engine.clock.now())
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}")
    expect(page.locator("[data-editor-note]")).to_contain_text("This file cannot be changed here: dmn-js would lose")
    expect(page.locator("[data-findings-list]")).to_contain_text("stands for 2 elements", timeout=SLOW)
    assert saved(engine, draft_id, PLATEAU) == twins


@pytest.mark.parametrize("name", TABLES)
def test_what_the_editor_writes_means_the_same(open_window: Open, engine: Engine, name: str) -> None:
    """Every shipped table: a change that is taken back leaves a file that the engine reads and that says the same."""
    path = f"decisions/{name}"
    before = (SHIPPED_PATHWAYS / path).read_text(encoding="utf-8")
    with engine.db.writing() as connection:
        base = str(first_version(engine)["hash"])
        assert path in first_version(engine)["sources"] or name != "plateau.dmn"
        draft_id = draft_from_version(connection, base, PLATEAU, by=email("omar"), now=engine.clock.now())
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}")
    page.goto(f"{page.url.split('?')[0]}?file={path}")
    page.locator(".tjs-table td").first.wait_for()
    page.locator(".tjs-table td [contenteditable]").first.click()
    page.keyboard.press("End")
    page.keyboard.type(" ")
    expect(page.locator("[data-saved]")).to_contain_text("Saved", timeout=SLOW)
    text = saved(engine, draft_id, path)
    assert text is not None
    assert text != before
    assert compare({path: before}, {path: text}).changes == ()
    assert (
        parse_decisions(text.encode(), path, functions=FUNCTIONS).keys()
        == parse_decisions(before.encode(), path, functions=FUNCTIONS).keys()
    )


def test_a_form_is_written_beside_what_it_asks(open_window: Open, engine: Engine) -> None:
    """A new one begins with an example; a slip is named with its line; what is saved is there after a reload."""
    draft_id = a_draft(engine, "msk.bpmn")
    path = "forms/call_pharmacist.yaml"
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}?file={path}")
    page.get_by_role("button", name="Begin with an example").click()
    preview = page.locator("[data-form-preview]")
    expect(preview.get_by_role("heading", name="Call pharmacist")).to_be_visible()
    expect(preview.get_by_text("What came of it?")).to_be_hidden()
    preview.get_by_text("Yes").click()
    expect(preview.get_by_text("What came of it?")).to_be_visible()
    area = page.get_by_role("textbox", name=f"Text of {path}")
    area.press("Control+End")
    page.keyboard.type("  - {name: x, titel: y, type: text}")
    expect(preview.get_by_role("alert")).to_contain_text(
        "Line 25: field 4, titel is not a known field; did you mean 'title'?"
    )
    preview.get_by_role("button", name="Line 25").click()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type("  - {name: x, title: Which one?, type: text}")
    expect(preview.get_by_text("Which one?")).to_be_visible()
    expect(page.locator("[data-saved]")).to_contain_text("Saved", timeout=SLOW)
    page.reload()
    expect(preview.get_by_text("Which one?")).to_be_visible()
    assert "Which one?" in (saved(engine, draft_id, path) or "")


def test_both_editors_are_accessible(open_window: Open, engine: Engine) -> None:
    """A table with a finding, the picture of the decisions, and a form with its preview."""
    draft_id = a_draft(engine, PLATEAU)
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}")
    open_table(page, "Course of GAD-7")
    write(page, "Row 4, Change from baseline", ">= * 6")
    page.get_by_role("button", name="Course of GAD-7, row 4").wait_for()
    assert findings(page) == []
    page.get_by_role("button", name="How they depend").click()
    page.locator(".dmn-drd-container .djs-element").first.wait_for()
    assert findings(page) == []
    page.goto(f"{page.url}?file=forms/prom_milestone.yaml")
    page.locator(".preview-title").wait_for()
    assert findings(page) == []
