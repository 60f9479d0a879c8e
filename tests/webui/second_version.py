"""A second version of MSK for pages that show two: a task more, one gone elsewhere, another due, a row, a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from engine.application import Engine
from engine.bundle import content_hash
from engine.store.tables import versions

PHARMACIST = (
    '<bpmn:userTask id="call_pharmacist" name="Call the pharmacist"><bpmn:extensionElements>'
    '<tl:task kind="outreach" role="case_manager" due="P3D" form="outreach" why="Medicines are checked." />'
    "</bpmn:extensionElements><bpmn:incoming>sdoh_call_to_sdoh_done</bpmn:incoming>"
    "<bpmn:outgoing>call_pharmacist_to_sdoh_done</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:sequenceFlow id="call_pharmacist_to_sdoh_done" sourceRef="call_pharmacist" targetRef="sdoh_done" />'
)


def first_version(engine: Engine) -> Mapping[str, Any]:
    """MSK as it is shipped."""
    with engine.db.reading() as connection:
        query = select(versions).where(versions.c.process_id == "msk", versions.c.number == 1)
        return dict(connection.execute(query).mappings().one())


def with_second_version(engine: Engine) -> str:
    """Publishes it and returns its hash."""
    row = dict(first_version(engine))
    sources = changed(row["sources"])
    row |= {"hash": content_hash(sources), "number": 2, "note": "The pharmacist is called.", "sources": sources}
    row["published_at"] = engine.clock.now() + timedelta(minutes=1)
    with engine.db.writing() as connection:
        connection.execute(insert(versions).values(**row))
    return str(row["hash"])


def changed(sources: Mapping[str, str]) -> dict[str, str]:
    """The sources of the second version."""
    return {
        **sources,
        "msk.bpmn": _diagram(sources["msk.bpmn"]),
        "decisions/plateau.dmn": _row(sources["decisions/plateau.dmn"]),
        "forms/prom_milestone.yaml": sources["forms/prom_milestone.yaml"].replace(
            "{instrument: whodas12, when", "{instrument: whodas12, required: true, when"
        ),
    }


def _diagram(text: str) -> str:
    text = text.replace('<bpmn:endEvent id="sdoh_done"', PHARMACIST + '<bpmn:endEvent id="sdoh_done"')
    text = text.replace(
        'sourceRef="sdoh_call" targetRef="sdoh_done"', 'sourceRef="sdoh_call" targetRef="call_pharmacist"'
    )
    text = text.replace(
        "<bpmn:incoming>sdoh_call_to_sdoh_done</bpmn:incoming>\n    </bpmn:endEvent>",
        "<bpmn:incoming>call_pharmacist_to_sdoh_done</bpmn:incoming>\n    </bpmn:endEvent>",
    )
    text = text.replace(
        'due="P2D" priority="normal" form="pain_checkin"', 'due="P4D" priority="normal" form="pain_checkin"'
    )
    text = _without_surplus(text)
    text = _moved(text, "note_missed_checkin", down=60)
    return _drawn(_moved(text, "sdoh_done", right=170))


def _without_surplus(text: str) -> str:
    """The note that says what the colours mean is gone."""
    note = re.search(r'<bpmn:textAnnotation id="([^"]+)".*?</bpmn:textAnnotation>', text, re.S)
    assert note is not None
    shape = re.compile(rf'<bpmndi:BPMNShape [^>]*bpmnElement="{note[1]}".*?</bpmndi:BPMNShape>', re.S)
    return shape.sub("", text.replace(note[0], ""), count=1)


def _moved(text: str, element: str, *, right: int = 0, down: int = 0) -> str:
    box = re.search(rf'(bpmnElement="{element}"[^>]*>\s*<dc:Bounds) x="([\d.]+)" y="([\d.]+)"', text)
    assert box is not None
    return text.replace(box[0], f'{box[1]} x="{float(box[2]) + right:g}" y="{float(box[3]) + down:g}"')


def _drawn(text: str) -> str:
    box = re.search(r'bpmnElement="sdoh_done"[^>]*>\s*<dc:Bounds x="([\d.]+)" y="([\d.]+)"', text)
    assert box is not None
    x, y = float(box[1]) - 130, float(box[2]) - 22
    drawn = (
        f'<bpmndi:BPMNShape id="call_pharmacist_di" bpmnElement="call_pharmacist">'
        f'<dc:Bounds x="{x:g}" y="{y:g}" width="100" height="80" /></bpmndi:BPMNShape>'
        f'<bpmndi:BPMNEdge id="call_pharmacist_to_sdoh_done_di" bpmnElement="call_pharmacist_to_sdoh_done">'
        f'<di:waypoint x="{x + 100:g}" y="{y + 40:g}" /><di:waypoint x="{x + 130:g}" y="{y + 40:g}" />'
        f"</bpmndi:BPMNEdge>"
    )
    return text.replace("</bpmndi:BPMNPlane>", drawn + "</bpmndi:BPMNPlane>")


def _row(text: str) -> str:
    start = text.index('id="gad7_course_worse"')
    return text[:start] + text[start:].replace("&gt;= 4", "&gt;= 6", 1)
