"""A subprocess that is drawn as one box: its diagram opens in the editor, and what is found inside can be reached."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from engine.application import Engine
from engine.studio.drafts import draft_from_text
from tests.browser.conftest import Open
from tests.webui.builders import email

DIAGRAM = """
<definitions id="file" targetNamespace="urn:elsewhere" xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">
  <process id="brought" name="Brought" isExecutable="true">
    <subProcess id="box" name="Box">
      <startEvent id="inner_start"/><userTask id="inside" name="Inside"/><endEvent id="inner_end"/>
      <sequenceFlow id="in" sourceRef="inner_start" targetRef="inside"/>
      <sequenceFlow id="out" sourceRef="inside" targetRef="inner_end"/>
    </subProcess>
  </process>
  <di:BPMNDiagram id="drawing"><di:BPMNPlane id="plane" bpmnElement="brought">
    <di:BPMNShape id="box_di" bpmnElement="box"><dc:Bounds x="300" y="200" width="100" height="80"/></di:BPMNShape>
    <di:BPMNShape id="s_di" bpmnElement="inner_start"><dc:Bounds x="40" y="62" width="36" height="36"/></di:BPMNShape>
    <di:BPMNShape id="t_di" bpmnElement="inside"><dc:Bounds x="120" y="40" width="100" height="80"/></di:BPMNShape>
    <di:BPMNShape id="e_di" bpmnElement="inner_end"><dc:Bounds x="260" y="62" width="36" height="36"/></di:BPMNShape>
  </di:BPMNPlane></di:BPMNDiagram>
</definitions>"""


def test_a_finding_inside_a_collapsed_subprocess_leads_into_it(open_window: Open, engine: Engine) -> None:
    """The file is drawn though part of it stands on a sheet of its own; the finding's button turns to that sheet."""
    with engine.db.writing() as connection:
        draft_id = draft_from_text(
            connection, "Brought", None, "brought.bpmn", DIAGRAM, by=email("omar"), now=engine.clock.now()
        )
    page = open_window().sign_in("omar", f"/studio/drafts/{draft_id}")
    expect(page.locator("[data-findings-said]")).to_contain_text(re.compile("error"), timeout=30_000)
    box, inside = (page.locator(f'.djs-element[data-element-id="{each}"]') for each in ("box", "inside"))
    expect(box).to_be_visible()
    expect(inside).not_to_be_visible()
    page.locator("[data-findings-list]").get_by_role("button", name="Inside", exact=True).first.click()
    expect(inside).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Inside")
