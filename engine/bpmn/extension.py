"""The diagram extension: what the elements of urn:throughline:bpmn:1 say, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NAMESPACE = "urn:throughline:bpmn:1"

KINDS = (
    "intake",
    "sdoh",
    "prom",
    "plateau",
    "pcp_update",
    "transition",
    "safety",
    "surgery",
    "outreach",
    "review",
    "closure",
)
PRIORITIES = ("urgent", "high", "normal")
TRACKS = ("msk", "ckm", "eckm", "bh")
ROLES = ("case_manager", "lead", "clinical_director")

# Which attributes each element of the namespace may carry; the first group is required.
ATTRIBUTES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "task": (frozenset({"kind", "role", "due", "form", "why"}), frozenset({"priority", "title", "closes"})),
    "pathway": (frozenset({"title"}), frozenset({"track", "tracks"})),
    "operation": (frozenset({"name"}), frozenset()),
    "parameter": (frozenset({"name", "value"}), frozenset()),
    "decision": (frozenset({"ref", "result"}), frozenset()),
}


@dataclass(frozen=True, slots=True)
class TaskSettings:
    """``tl:task`` of a user task. ``due`` and ``closes`` are periods from opening; ``why`` and ``title`` templates."""

    kind: str
    role: str
    due: str
    form: str
    why: str
    priority: str = "normal"
    title: str | None = None
    closes: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """``tl:operation`` of a service task with its parameters, each a FEEL expression."""

    name: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DecisionCall:
    """``tl:decision`` of a business rule task: the table, and the prefix of the facts that it writes."""

    ref: str
    result: str


@dataclass(frozen=True, slots=True)
class PathwaySettings:
    """``tl:pathway`` of a process: its track, or the tracks whose events may start it."""

    title: str
    track: str | None = None
    tracks: tuple[str, ...] = ()


def child(node: Any, name: str) -> Any | None:
    """The element ``tl:name`` in a BPMN element's own extension elements."""
    found = node.xpath("./bpmn:extensionElements/tl:" + name, namespaces=_PREFIXES)
    return found[0] if found else None


def task_settings(node: Any) -> TaskSettings | None:
    found = child(node, "task")
    return None if found is None else TaskSettings(**dict(found.attrib))


def operation(node: Any) -> Operation | None:
    found = child(node, "operation")
    if found is None:
        return None
    parameters = {p.get("name"): p.get("value") for p in found.findall(f"{{{NAMESPACE}}}parameter")}
    return Operation(found.get("name"), parameters)


def decision(node: Any) -> DecisionCall | None:
    found = child(node, "decision")
    return None if found is None else DecisionCall(found.get("ref"), found.get("result"))


def pathway_settings(node: Any) -> PathwaySettings | None:
    found = child(node, "pathway")
    if found is None:
        return None
    return PathwaySettings(found.get("title"), found.get("track"), tuple((found.get("tracks") or "").split()))


_PREFIXES = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL", "tl": NAMESPACE}
