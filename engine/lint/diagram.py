"""A diagram as lint rules read it: its flow nodes, flows and what they refer to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine.bpmn.extension import NAMESPACE
from engine.catalogue import Catalogue
from engine.safe_xml import parse_xml

BPMN_NS = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMN = f"{{{BPMN_NS}}}"
TL = f"{{{NAMESPACE}}}"


@dataclass(frozen=True)
class Diagram:
    """One file. ``flows_from`` and ``flows_to`` give sequence flows by the id of their source and target."""

    path: str
    root: Any
    flows_from: Mapping[str, list[Any]]
    flows_to: Mapping[str, list[Any]]

    @classmethod
    def read(cls, path: str, text: str) -> Diagram:
        """Parse a diagram; raises UnsafeXml."""
        root = parse_xml(text.encode(), path)
        flows_from: dict[Any, list[Any]] = defaultdict(list)
        flows_to: dict[Any, list[Any]] = defaultdict(list)
        for flow in root.iter(BPMN + "sequenceFlow"):
            flows_from[flow.get("sourceRef")].append(flow)
            flows_to[flow.get("targetRef")].append(flow)
        return cls(path, root, flows_from, flows_to)

    def each(self, *names: str) -> Iterator[Any]:
        """The BPMN elements of these names, in document order."""
        wanted = {BPMN + name for name in names}
        for element in self.root.iter():
            if element.tag in wanted:
                yield element

    def elements(self) -> Iterator[Any]:
        """Every BPMN element inside a process, itself included; diagram interchange left out."""
        for process in self.each("process"):
            for element in process.iter():
                if isinstance(element.tag, str) and element.tag.startswith(BPMN):
                    yield element

    def roots(self) -> Iterator[Any]:
        """The BPMN elements that stand beside the processes."""
        for element in self.root:
            if isinstance(element.tag, str) and element.tag.startswith(BPMN):
                yield element

    def extensions(self) -> Iterator[Any]:
        """Every element of our namespace."""
        for element in self.root.iter():
            if isinstance(element.tag, str) and element.tag.startswith(TL):
                yield element

    def processes(self) -> list[str]:
        return [process.get("id") for process in self.each("process")]

    def message_name(self, reference: str | None) -> str | None:
        """The name of a message, empty where it has none; None where there is no such message."""
        for message in self.each("message"):
            if message.get("id") == reference:
                return str(message.get("name") or "")
        return None


@dataclass
class Sources:
    """All the files that a diagram may refer to; with a catalogue where these are all that may write a fact.

    ``read`` are the facts that expressions read, once a rule has asked for them.
    """

    texts: Mapping[str, str]
    diagrams: Mapping[str, Diagram]
    catalogue: Catalogue | None = None
    read: frozenset[str] | None = None

    def process_ids(self) -> set[str]:
        return {process for diagram in self.diagrams.values() for process in diagram.processes()}

    def forms(self) -> set[str]:
        return {path.rsplit("/", 1)[-1].removesuffix(".yaml") for path in self.texts if "forms/" in path}


def local(element: Any) -> str:
    """An element's name without its namespace; nothing for a comment or processing instruction."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def owner(element: Any) -> Any:
    """The BPMN element that an extension element or an event definition belongs to: the nearest with an id."""
    found = element
    while found is not None and (found.get("id") is None or not str(found.tag).startswith(BPMN)):
        found = found.getparent()
    return found


def scope_of(element: Any) -> Any:
    """The process or subprocess that a flow node or sequence flow stands in."""
    return element.getparent()
