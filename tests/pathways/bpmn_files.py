"""The shipped diagrams as values: elements, flows and where they are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

PATHWAYS = Path(__file__).resolve().parents[2] / "pathways"
FILES = [
    path.relative_to(PATHWAYS).as_posix()
    for path in sorted([*PATHWAYS.glob("*.bpmn"), *PATHWAYS.glob("shared/*.bpmn")])
]
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "tl": "urn:throughline:bpmn:1",
}
NODES = ("Event", "Task", "task", "Gateway", "subProcess", "callActivity")
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether both share more than an edge."""
        across = min(self.right, other.right) > max(self.left, other.left)
        return across and min(self.bottom, other.bottom) > max(self.top, other.top)

    def holds(self, other: Box) -> bool:
        """Whether the other lies wholly inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node; `ancestors` are the subprocesses around it, `host` the activity of a boundary event."""

    id: str
    tag: str
    name: str
    ancestors: tuple[str, ...]
    host: str | None
    incoming: int
    outgoing: int
    settings: dict[str, str] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str
    name: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """One BPMN file."""

    file: str
    root: Any = field(hash=False)
    nodes: dict[str, Node] = field(hash=False)
    flows: dict[str, Flow] = field(hash=False)
    boxes: dict[str, Box] = field(hash=False)
    labels: dict[str, Box] = field(hash=False)
    lines: dict[str, list[Point]] = field(hash=False)

    def attributes(self, path: str) -> list[str]:
        """What an XPath finds, as texts: `attributes("//tl:task/@form")`."""
        return [str(found) for found in self.root.xpath(path, namespaces=NS)]


@cache
def diagram(file: str) -> Diagram:
    """Read one diagram of `pathways/`."""
    root: Any = etree.parse(str(PATHWAYS / file), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    elements = root.xpath("//bpmn:process//*[@id]", namespaces=NS)
    return Diagram(
        file=file,
        root=root,
        nodes={node.id: node for node in map(_node, filter(_is_node, elements))},
        flows={
            flow.get("id"): Flow(flow.get("id"), flow.get("sourceRef"), flow.get("targetRef"), flow.get("name", ""))
            for flow in root.xpath("//bpmn:sequenceFlow", namespaces=NS)
        },
        boxes=_boxes(root, "./dc:Bounds"),
        labels=_boxes(root, "./bpmndi:BPMNLabel/dc:Bounds"),
        lines={
            edge.get("bpmnElement"): [(float(p.get("x")), float(p.get("y"))) for p in edge.findall("di:waypoint", NS)]
            for edge in root.xpath("//bpmndi:BPMNEdge", namespaces=NS)
        },
    )


def _is_node(element: Any) -> bool:
    return etree.QName(element).localname.endswith(NODES)


def _node(element: Any) -> Node:
    task = element.find("bpmn:extensionElements/tl:task", NS)
    return Node(
        id=element.get("id", ""),
        tag=etree.QName(element).localname,
        name=element.get("name", ""),
        ancestors=tuple(str(up.get("id")) for up in element.iterancestors(f"{{{NS['bpmn']}}}subProcess")),
        host=element.get("attachedToRef"),
        incoming=len(element.findall("bpmn:incoming", NS)),
        outgoing=len(element.findall("bpmn:outgoing", NS)),
        settings={} if task is None else {str(key): str(value) for key, value in task.attrib.items()},
    )


def _boxes(root: Any, path: str) -> dict[str, Box]:
    found = {}
    for shape in root.xpath("//bpmndi:BPMNShape | //bpmndi:BPMNEdge", namespaces=NS):
        for bounds in shape.xpath(path, namespaces=NS):
            x, y, width, height = (float(bounds.get(side)) for side in ("x", "y", "width", "height"))
            found[shape.get("bpmnElement")] = Box(x, y, x + width, y + height)
    return found
