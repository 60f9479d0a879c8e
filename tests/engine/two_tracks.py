"""A patient in two tracks: a small pathway for a second track beside the shipped MSK one, whatever else is shipped."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete

from engine.application import Engine
from engine.bundle import PathwayFiles
from engine.commands import StartCase
from engine.publish import publish
from engine.settings import SHIPPED_PATHWAYS
from engine.store.tables import versions
from tests.engine.builders import DANA, Case, a_case

_TASK = (
    '<bpmn:userTask id="{id}" name="{name}"><bpmn:extensionElements><tl:task kind="{kind}" role="case_manager" '
    'due="P{days}D" priority="{priority}" form="{form}" title="{title}" why="A second track asks too."/>'
    "</bpmn:extensionElements></bpmn:userTask>"
)
_FLOW = '<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}"/>'
# element: (name, kind, form, days until due, priority, title)
TASKS = {
    "ask_needs": ("Ask about social needs", "sdoh", "sdoh_screen", 6, "normal", "Ask about social needs"),
    "ask_pain": ("Ask about pain", "prom", "pain_checkin", 3, "normal", "Ask about pain"),
    "ask_safety": ("Look at safety", "safety", "pain_checkin", 3, "high", "Look at safety"),
}


def small_track(engine: Engine, folder: Path, track: str = "bh") -> None:
    """Publish a pathway of a track that asks three things at once, and two days later what it then knows of the pain.

    Any other pathway of the track is taken away first, so that the shipped ones may change.
    """
    starts = ["ask_needs", "ask_pain", "ask_safety", "two_days"]
    parts = [
        '<bpmn:startEvent id="begin"/><bpmn:parallelGateway id="split"/>',
        *(
            _TASK.format(id=element, name=name, kind=kind, form=form, days=days, priority=priority, title=title)
            for element, (name, kind, form, days, priority, title) in TASKS.items()
        ),
        '<bpmn:intermediateCatchEvent id="two_days"><bpmn:timerEventDefinition id="two_days_timer"><bpmn:timeDuration '
        'xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration></bpmn:timerEventDefinition>'
        "</bpmn:intermediateCatchEvent>",
        _TASK.format(
            id="told", name="Told", kind="review", form="pain_checkin", days=3, priority="normal",
            title="Pain is {coalesce(string(nrs.score), &quot;unknown&quot;)}",
        ),
        '<bpmn:endEvent id="done"/>',
        _FLOW.format(source="begin", target="split"),
        *(_FLOW.format(source="split", target=each) for each in starts),
        *(_FLOW.format(source=each, target="done") for each in [*starts[:3], "told"]),
        _FLOW.format(source="two_days", target="told"),
    ]  # fmt: skip
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
        'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:tl="urn:throughline:bpmn:1" '
        f'id="small" targetNamespace="urn:test"><bpmn:process id="small_{track}" name="Small" isExecutable="true">'
        f'<bpmn:extensionElements><tl:pathway track="{track}" title="A second track"/></bpmn:extensionElements>'
        f"{''.join(parts)}</bpmn:process></bpmn:definitions>"
    )
    for shipped in ("forms", "instruments", "configuration", "decisions"):
        (folder / shipped).symlink_to(SHIPPED_PATHWAYS / shipped)
    (folder / "small.bpmn").write_text(xml, encoding="utf-8")
    with engine.db.writing() as connection:
        connection.execute(delete(versions).where(versions.c.track == track))
        files = PathwayFiles(folder)
        publish(connection, files, "small.bpmn", note="for a test", by="test", now=engine.clock.now())


def beside(case: Case, track: str = "bh") -> Case:
    """A second case of the same patient, aligned today."""
    started = case.engine.execute(StartCase(case.row["patient_id"], track), actor=DANA)
    return Case(case.engine, started.case_id, case.engine.today())


def in_two_tracks(engine: Engine, folder: Path) -> tuple[Case, Case]:
    """A patient whose MSK case and second case started a moment ago."""
    small_track(engine, folder)
    first = a_case(engine)
    return first, beside(first)
