"""A call activity calls a process that is there, and no process calls itself in the end."""

from __future__ import annotations

from collections.abc import Iterator

from care.errors import did_you_mean
from engine.lint.diagram import BPMN, Diagram, Sources
from engine.lint.finding import Finding
from engine.lint.rules.rule import Rule, error

NAME = "called-process"


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    known = sources.process_ids()
    calls = _calls(sources)
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


def _calls(sources: Sources) -> dict[str, set[str]]:
    return {
        process.get("id"): {a.get("calledElement") for a in process.iter(BPMN + "callActivity")}
        for diagram in sources.diagrams.values()
        for process in diagram.each("process")
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


RULE = Rule(NAME, "Called processes exist and do not call themselves.", check)
