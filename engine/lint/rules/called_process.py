"""A call activity calls a process that is there and can be begun, and no process calls itself in the end."""

from __future__ import annotations

from collections.abc import Iterator

from care.errors import did_you_mean
from engine.lint.diagram import BPMN, Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "called-process"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    known = sources.process_ids()
    calls, startable = _calls(sources), _startable(sources)
    for activity in diagram.each("callActivity"):
        called = activity.get("calledElement")
        if not called:
            yield error(diagram, activity, NAME, "calls nothing", "choose the called process")
        elif called not in known:
            yield error(diagram, activity, NAME, f"no process '{called}'", did_you_mean(called, known))
        elif called in _reached(calls, called):
            yield error(
                diagram, activity, NAME, f"'{called}' calls itself in the end", "draw the loop with a gateway"
            )
        elif called not in startable:
            yield error(
                diagram, activity, NAME, f"'{called}' has no none start event", "add one: a call begins there"
            )


def _calls(sources: Sources) -> dict[str, set[str]]:
    return {
        process.get("id"): {a.get("calledElement") for a in process.iter(BPMN + "callActivity")}
        for diagram in sources.diagrams.values()
        for process in diagram.each("process")
    }


def _startable(sources: Sources) -> set[str]:
    """The processes with a start event that waits for nothing."""
    return {
        process.get("id")
        for diagram in sources.diagrams.values()
        for process in diagram.each("process")
        for start in process.findall(BPMN + "startEvent")
        if not any(local(child).endswith("EventDefinition") for child in start)
    }


def _reached(calls: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    todo = set(calls.get(start, ()))
    while todo:
        process = todo.pop()
        if process not in found:
            found.add(process)
            todo |= calls.get(process, set())
    return found


RULE = Rule(NAME, "Called processes exist, can be begun and do not call themselves.", check)
