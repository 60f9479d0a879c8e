"""A file holds one process to run, and an id names one thing in it; so does a process's id in all that it calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.lint.diagram import BPMN, Diagram, Sources, local
from engine.lint.finding import Finding
from engine.lint.rules.flows import NODES
from engine.lint.rules.rule import Rule, error

NAME = "identity"
_NAMED = 10  # of many processes in one file


def check(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    processes = list(diagram.each("process"))
    if len(processes) != 1:
        message = f"has {len(processes)} processes; a pathway's file has one"
        names = ", ".join(str(process.get("id")) for process in processes[:_NAMED])
        hint = f"put each process in a file of its own: {names}" if processes else "draw it in BPMN 2.0"
        yield Finding(diagram.path, None, NAME, "error", message, hint, diagram.root.sourceline)
    for process in processes:
        if process.get("isExecutable") == "false":
            yield error(diagram, process, NAME, "is not executable", 'write isExecutable="true"')
    for element in diagram.each("process", "sequenceFlow", *NODES):
        if not element.get("id"):
            yield error(diagram, element, NAME, f"a {local(element)} has no id", "give it one")
    for identity, times in Counter(e.get("id") for e in diagram.root.iter() if e.get("id")).items():
        if times > 1:
            element = next(e for e in diagram.root.iter() if e.get("id") == identity)
            yield error(
                diagram,
                element,
                NAME,
                f"the id '{identity}' stands for {times} elements",
                "rename the others",
            )
    yield from _together(diagram, sources)


def _together(diagram: Diagram, sources: Sources) -> Iterator[Finding]:
    """The scopes of a process and of everything that it calls go by one name each."""
    files = _bundle(diagram, sources)
    for scope in diagram.each("process", "subProcess"):
        for path in files:
            others = [e.get("id") for e in sources.diagrams[path].each("process", "subProcess")]
            if path != diagram.path and scope.get("id") in others:
                message = f"the id '{scope.get('id')}' stands for another scope in {path}"
                yield error(diagram, scope, NAME, message, "rename one of them: one pathway uses both files")


def _bundle(diagram: Diagram, sources: Sources) -> list[str]:
    """The file and those that it calls in the end."""
    found: list[str] = []
    todo = [diagram.path]
    while todo:
        path = todo.pop()
        if path not in found:
            found.append(path)
            called = {a.get("calledElement") for a in sources.diagrams[path].root.iter(BPMN + "callActivity")}
            todo += [other for other, each in sources.diagrams.items() if called & set(each.processes())]
    return found


RULE = Rule(NAME, "A file has one process, and ids name one thing.", check)
