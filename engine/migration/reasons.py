"""Why a process cannot move to another version, in words that name the element and say what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from care.errors import CareError
from engine.bpmn.anatomy import Node
from engine.errors import Refused, ThroughlineError
from engine.processes import ProcessFault


@dataclass(frozen=True, slots=True)
class Reason:
    """What keeps a token from moving. ``gone`` is the id of an element for which another may be named."""

    process: str
    element: str
    name: str
    problem: str
    advice: str
    gone: str | None = None

    @property
    def sentence(self) -> str:
        return f"“{self.name}” ({self.element}) {self.problem}; {self.advice}"


class CannotMigrate(Refused):
    """A running process has no place in the version that it should move to; ``reasons`` say why."""

    code = "cannot-migrate"

    def __init__(self, process: str, reasons: tuple[Reason, ...]) -> None:
        super().__init__(f"{process} cannot move: {told_of(reasons)}".rstrip("."))
        self.process, self.reasons = process, reasons

    @property
    def detail(self) -> list[dict[str, Any]]:
        return [asdict(reason) for reason in self.reasons]


class NothingToMove(Refused):
    """The process has ended, or has gone to a third version since its batch was opened."""


class MoveSettled(Refused):
    """Another worker has settled this move of a batch already, or the batch has ended: nothing may be moved for it."""

    def __init__(self, batch: int, process: str) -> None:
        super().__init__(f"batch {batch} does not wait for '{process}' any more; nothing was moved")


def told(fault: Exception) -> str:
    """What went wrong, in words; one that nobody has put into words is named with its kind."""
    if isinstance(fault, ThroughlineError | CareError):
        return fault.message
    if isinstance(fault, ProcessFault):
        return str(fault)
    return f"the engine met an error that it has no words for ({type(fault).__name__}: {fault}); tell who runs it"


def told_of(reasons: tuple[Reason, ...]) -> str:
    return " ".join(f"{reason.sentence}." for reason in reasons)


_FIRST = "finish it first, or leave these patients where they are"


def gone(process: str, node: Node) -> Reason:
    """The new version has no such element."""
    advice = f"say which {node.words} takes its place, or {_FIRST}"
    return _of(process, node, "is not in the new version", advice, gone=node.element)


def moved_away(process: str, node: Node, other: str) -> Reason:
    problem = f"stands in another process of the new version (“{other}”)"
    return _of(process, node, problem, f"draw it where it was, or {_FIRST}")


def another_kind(process: str, node: Node, target: Node) -> Reason:
    problem = f"is {_one(node.words)} and in the new version {_one(target.words)}"
    return _of(process, node, problem, f"give the new one an id of its own, or {_FIRST}")


def other_call(process: str, node: Node, target: Node) -> Reason:
    problem = f"runs “{node.contains}” and in the new version “{target.contains}”"
    return _of(process, node, problem, f"let what runs in it end first, or {_FIRST}")


def flow_gone(process: str, node: Node, source: Node | None) -> Reason:
    came = "by a flow" if source is None else f"by the flow from “{source.title}”"
    problem = f"waits for its other flows, and a token has come {came}, which the new version does not have"
    return _of(process, node, problem, f"draw that flow again, or {_FIRST}")


def dead_join(process: str, join: Node, missing: list[Node]) -> Reason:
    """A parallel gateway would wait for a token that cannot come any more."""
    names = ", ".join(f"“{each.title}”" for each in missing)
    problem = f"would wait for ever for {names}: the branch begins before the place where the patient stands"
    advice = "let these patients pass it first, or draw the new step in a branch that they still come to"
    return _of(process, join, problem, advice)


def _one(words: str) -> str:
    return f"an {words}" if words[0] in "aeio" else f"a {words}"  # a user task


def _of(process: str, node: Node, problem: str, advice: str, gone: str | None = None) -> Reason:
    return Reason(process, node.element or node.name, node.title, problem, advice, gone)
