"""Which diagrams a version holds, and how their elements are called: read from its BPMN, once per text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from engine.safe_xml import parse_xml
from engine.studio.titles import title_of_diagram

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
HOLDERS = frozenset({"subProcess", "callActivity", "transaction"})  # what goes on in them is the step, not they
_PROCESSES = frozenset({"process", "subProcess", "transaction"})


@dataclass(frozen=True, slots=True)
class Element:
    """A node of a diagram: its name for people, its BPMN kind, and the process or subprocess it stands in."""

    name: str
    kind: str
    process: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """One BPMN file: its process, the processes embedded in it, its elements by id, and its text."""

    process: str
    name: str
    processes: frozenset[str]
    elements: Mapping[str, Element]
    xml: str


@dataclass(frozen=True, slots=True)
class VersionDiagrams:
    """All diagrams of a version, its own first."""

    digest: str
    number: int
    title: str
    diagrams: tuple[Diagram, ...]

    def holding(self, process: str | None, element: str) -> Diagram | None:
        """The diagram on which an element stands; by the element alone where its process is not known."""
        for each in self.diagrams:
            if element in each.elements and (process is None or process in each.processes):
                return each
        return None

    def name(self, process: str | None, element: str) -> str:
        """The element's name; its id where the version has no such element."""
        found = self.holding(process, element)
        return element if found is None else found.elements[element].name


def diagrams_of(version: Mapping[str, Any]) -> VersionDiagrams:
    """The diagrams of a version's row."""
    sources: Mapping[str, str] = version["sources"]
    found = [read_diagram(text) for path, text in sorted(sources.items()) if path.endswith(".bpmn")]
    found.sort(key=lambda each: each.process != version["process_id"])
    return VersionDiagrams(version["hash"], version["number"], version["title"], tuple(found))


@lru_cache(maxsize=512)
def read_diagram(xml: str) -> Diagram:
    """One BPMN text: versions share most of theirs, so that few are read twice."""
    root = parse_xml(xml.encode(), "a published diagram")
    processes = list(root.iter(_BPMN + "process"))
    elements: dict[str, Element] = {}
    for each in processes:
        elements |= _elements(each, str(each.get("id")))
    embedded = {each for each, element in elements.items() if element.kind in _PROCESSES}
    own, *_ = ids = [str(each.get("id")) for each in processes]
    return Diagram(own, title_of_diagram(root) or own, frozenset({*ids, *embedded}), elements, xml)


def _elements(parent: Any, process: str) -> Iterator[tuple[str, Element]]:
    for node in parent:
        if not isinstance(node.tag, str) or not node.tag.startswith(_BPMN) or node.get("id") is None:
            continue
        kind, own = node.tag.removeprefix(_BPMN), str(node.get("id"))
        if kind != "sequenceFlow":
            yield own, Element(str(node.get("name") or own), kind, process)
        if kind in _PROCESSES:
            yield from _elements(node, own)
