"""Events that a diagram raises itself: they happen at the instant it raises them, and never without end."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from engine.application import Engine
from engine.bundle import PathwayFiles
from engine.publish import publish
from engine.store.incidents import open_incidents_of_case
from tests.engine.builders import Case, a_case, on_sqlite

FLAG = """<bpmn:serviceTask id="flag" name="Flag"><bpmn:extensionElements><tl:operation name="event.raise">
  <tl:parameter name="type" value='"safety.flagged"'/><tl:parameter name="reason" value='"on day 5"'/>
</tl:operation></bpmn:extensionElements></bpmn:serviceTask>"""
FLOW = '<bpmn:sequenceFlow id="f{0}" sourceRef="{1}" targetRef="{2}"/>'
DIAGRAM = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:tl="urn:throughline:bpmn:1" id="d" targetNamespace="urn:tests">
  <bpmn:message id="m" name="safety.flagged"/>
  <bpmn:process id="{id}" name="{id}" isExecutable="true">
    <bpmn:extensionElements><tl:pathway {settings} title="{id}"/></bpmn:extensionElements>{body}
  </bpmn:process></bpmn:definitions>"""


def published(engine: Engine, folder: Path, name: str, settings: str, body: str) -> None:
    (folder / f"{name}.bpmn").write_text(
        DIAGRAM.format(id=name, settings=settings, body=body), encoding="utf-8"
    )
    with engine.db.writing() as connection:
        files = PathwayFiles(folder)
        publish(connection, files, f"{name}.bpmn", note="test", by="test", now=engine.clock.now())


@pytest.fixture
def case(engine: Engine, tmp_path: Path) -> Case:
    """A behavioural health case whose diagram flags a safety concern on day 5, then waits a year."""
    timers = "".join(
        f'<bpmn:intermediateCatchEvent id="{name}" name="{name}"><bpmn:timerEventDefinition>'
        f"<bpmn:timeDuration>{period}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
        for name, period in (("five", "P5D"), ("year", "P1Y"))
    )
    steps = ["begin", "five", "flag", "year", "over"]
    flows = "".join(FLOW.format(n, *pair) for n, pair in enumerate(itertools.pairwise(steps)))
    body = (
        '<bpmn:startEvent id="begin" name="Begin"/>'
        + timers
        + FLAG
        + '<bpmn:endEvent id="over" name="Over"/>'
        + flows
    )
    published(engine, tmp_path, "behavioral", 'track="bh"', body)
    return a_case(engine, track="bh")


def test_what_a_late_tick_raises_happens_on_its_own_day(case: Case) -> None:
    """Nobody ticked for three weeks: the safety review is of day 5, not of the day somebody ticked."""
    assert case.to_day(21).failed == ()
    review = case.task("review_safety")
    assert (review["opens_on"], review["due_on"]) == (case.on(5), case.on(5))
    (received,) = case.history("event.received")
    assert (received["actor"], received["summary"]) == (
        "system:worker",
        "A safety signal came in: on day 5",
    )
    assert case.faults() == []


@on_sqlite
def test_a_diagram_that_raises_what_starts_it_is_stopped(case: Case, tmp_path: Path) -> None:
    """It would raise for ever: the diagram is parked before its start and named as what to mend; the case goes on."""
    start = '<bpmn:startEvent id="again" name="Again"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>'
    flows = FLOW.format(1, "again", "flag") + FLOW.format(2, "flag", "over")
    body = start + FLAG + '<bpmn:endEvent id="over" name="Over"/>' + flows
    published(case.engine, tmp_path, "circle", 'tracks="bh"', body)
    assert case.to_day(6).failed == (case.id,)
    with case.engine.db.reading() as connection:
        (found,) = open_incidents_of_case(connection, case.id)
    assert (found["definition"], found["code"]) == ("circle", "endless")
    assert "without end; mend the diagram" in found["message"]
    assert "review_safety" in case.elements()
    assert case.event("patient.died").status == "deceased"
