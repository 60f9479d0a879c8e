"""Where a case stands in its diagrams: which are in force, which steps are active in each, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree
from sqlalchemy import Connection

from engine.application import Engine
from engine.safe_xml import parse_xml
from engine.store.cases import running_processes
from engine.views import CaseView
from worklists.trace_diagrams import read_diagram
from worklists.trace_words import named_by_event

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_HOLDERS = frozenset({"subProcess", "callActivity", "transaction", "adHocSubProcess"})  # what is in them is the step
_TO_DO = "to do"
_WAITS = {
    "timerEventDefinition": "waits for its day",
    "messageEventDefinition": "waits for news",
    "signalEventDefinition": "waits for a signal",
    "conditionalEventDefinition": "waits for its condition",
}


@dataclass(frozen=True, slots=True)
class Step:
    """An element where the case is now; ``words`` say what it waits for, ``task_id`` is the task that answers it."""

    element_id: str
    name: str
    words: str
    task_id: str | None


@dataclass(frozen=True, slots=True)
class CaseDiagram:
    """A diagram in force for a case: ``active`` are the ids to mark, ``steps`` what a person reads of them."""

    name: str
    xml: str
    active: tuple[str, ...]
    steps: tuple[Step, ...]


def case_diagrams(engine: Engine, connection: Connection, view: CaseView) -> tuple[CaseDiagram, ...]:
    """The track's diagram, then those that events started, then the called ones: those where the case is first."""
    drawn = engine.diagram(connection, view.id)
    events = {row["id"]: row["event"] for row in running_processes(connection, view.id)}
    started = {each["process_id"] for each in drawn["running"]}
    main = [e for e in view.active_elements if e["process_id"] not in started]
    found = [_diagram(view.title, drawn["xml"], main, view)]
    for each in drawn["running"]:
        own = [e for e in view.active_elements if e["process_id"] == each["process_id"]]
        found.append(_diagram(named_by_event(each["title"], events.get(each["process_id"])), each["xml"], own, view))
    called = [_diagram(read_diagram(xml).name, xml, main, view) for xml in drawn["called"].values()]
    return (*found, *sorted(called, key=lambda diagram: not diagram.active))


def _diagram(name: str, xml: str, active: Sequence[Mapping[str, str]], view: CaseView) -> CaseDiagram:
    root = parse_xml(xml.encode(), name)
    elements = {str(node.get("id")): node for node in root.iter() if isinstance(node.tag, str) and node.get("id")}
    here = [each for each in active if each["element_id"] in elements]
    steps = [_step(elements[each["element_id"]], each, view) for each in here]
    return CaseDiagram(
        name=name,
        xml=xml,
        active=tuple(dict.fromkeys(each["element_id"] for each in here)),
        steps=tuple(step for step in steps if step is not None),
    )


def _step(node: etree._Element, active: Mapping[str, str], view: CaseView) -> Step | None:
    kind = str(node.tag).removeprefix(_BPMN)
    if kind in _HOLDERS:
        return None
    task = next(
        (
            row
            for row in view.open_tasks
            if (row["element_id"], row["process_id"]) == (active["element_id"], active["process_id"])
        ),
        None,
    )
    words = _TO_DO if kind == "userTask" else _waits(node)
    name = task["title"] if task is not None else active["element_name"] or active["element_id"]
    return Step(active["element_id"], name, words, None if task is None else task["id"])


def _waits(node: etree._Element) -> str:
    found = (_WAITS.get(str(child.tag).removeprefix(_BPMN)) for child in node if isinstance(child.tag, str))
    return next((words for words in found if words), "waits for what comes first")
