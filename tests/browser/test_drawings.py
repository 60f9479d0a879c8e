"""A file of several drawings: the one of its process is shown, and another once a finding in it is chosen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from engine.application import Engine
from engine.studio.drafts import draft_from_text
from tests.browser.conftest import Open
from tests.browser.test_editor import kept_text, opened, shape
from tests.webui.builders import email

_PROCESS = """
  <process id="{id}" name="{name}" isExecutable="{executable}">
    <startEvent id="{id}_start"/><sequenceFlow id="{id}_flow" sourceRef="{id}_start" targetRef="{id}_ask"/>
    <userTask id="{id}_ask" name="{task}"/>
  </process>"""
_DRAWING = """
  <di:BPMNDiagram id="{id}_drawing"><di:BPMNPlane id="{id}_plane" bpmnElement="{id}">
    <di:BPMNShape id="{id}_s1" bpmnElement="{id}_start">
      <dc:Bounds x="200" y="120" width="36" height="36"/></di:BPMNShape>
    <di:BPMNShape id="{id}_s2" bpmnElement="{id}_ask">
      <dc:Bounds x="320" y="100" width="100" height="80"/></di:BPMNShape>
  </di:BPMNPlane></di:BPMNDiagram>"""
VISIT = {"id": "visit", "name": "Visit", "executable": "true", "task": "Examine"}
AFTER = {"id": "after", "name": "Afterwards", "executable": "false", "task": "Call back"}
TEXT = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:theirs"'
    ' xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">'
    + "".join(_PROCESS.format(**each) for each in (AFTER, VISIT))
    + "".join(_DRAWING.format(**each) for each in (AFTER, VISIT))
    + "</definitions>"
)


@pytest.fixture(autouse=True)
def long_enough() -> Iterator[None]:
    """A save is answered with what lint finds in the whole folder: on a busy machine that takes some seconds."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


def a_foreign_draft(engine: Engine) -> str:
    now = engine.clock.now()
    with engine.db.writing() as connection:
        number = draft_from_text(connection, "Visit", None, "visit.bpmn", TEXT, by=email("omar"), now=now)
    return f"/studio/drafts/{number}"


def drawing(page: Page, name: str) -> None:
    expect(page.locator(f'svg[aria-label="BPMN diagram: {name}"]')).to_be_visible()


def test_a_finding_in_another_drawing_leads_there(open_window: Open, engine: Engine) -> None:
    """The process that gave the file its name comes first; what stands elsewhere is named, and is one click away."""
    address = a_foreign_draft(engine)
    page = opened(open_window(), address)
    drawing(page, "Visit")
    expect(shape(page, "visit_ask")).to_be_visible()
    page.locator("[data-findings-list]").get_by_role("button", name="Call back").first.click()
    drawing(page, "Afterwards")
    expect(page.locator('.djs-element.selected[data-element-id="after_ask"]')).to_be_visible()
    expect(page.locator(".diagram-mark").first).to_be_visible()
    assert kept_text(engine, address, "visit.bpmn") == TEXT


def test_what_is_drawn_in_another_drawing_is_saved_with_the_first(open_window: Open, engine: Engine) -> None:
    """Turning to another drawing loses neither."""
    address = a_foreign_draft(engine)
    page = opened(open_window(), address)
    page.locator("[data-findings-list]").get_by_role("button", name="Call back").first.click()
    page.get_by_label("Name", exact=True).fill("Write back")
    expect(page.locator("[data-saved]")).to_contain_text("Saved 0")
    kept = kept_text(engine, address, "visit.bpmn")
    assert 'name="Write back"' in kept
    assert 'name="Examine"' in kept
    assert kept.count("BPMNShape id=") == 4
