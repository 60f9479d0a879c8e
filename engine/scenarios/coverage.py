"""Which elements of the diagrams a set of scenarios has gone through, and which it has not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.bpmn.parser import PathwayParser
from engine.bundle import BPMN, PathwayFiles
from engine.lint.diagram import local
from engine.safe_xml import parse_xml


@dataclass(slots=True)
class Footprints:
    """An observer that remembers where tokens went: elements by file, and pairs of elements that a flow joined."""

    elements: set[tuple[str, str]] = field(default_factory=set)
    moves: set[tuple[str, str, str]] = field(default_factory=set)

    def passed(self, file: str, element: str, successors: Sequence[str]) -> None:
        self.elements.add((file, element))
        self.moves.update((file, element, successor) for successor in successors)

    def add(self, other: Footprints) -> None:
        """Those of another set of scenarios, too."""
        self.elements |= other.elements
        self.moves |= other.moves


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node or a sequence flow, which is ``between`` two; ``name`` says which to one who looks at the picture."""

    id: str
    kind: str
    name: str
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiagramCoverage:
    """One diagram: how many elements it has, and those that no token went through."""

    file: str
    nodes: int
    flows: int
    missed_nodes: tuple[Element, ...]
    missed_flows: tuple[Element, ...]

    @property
    def total(self) -> int:
        return self.nodes + self.flows

    @property
    def reached(self) -> int:
        return self.total - len(self.missed_nodes) - len(self.missed_flows)

    @property
    def percent(self) -> float:
        return _percent(self.reached, self.total)


@dataclass(frozen=True, slots=True)
class Coverage:
    """All diagrams together."""

    diagrams: tuple[DiagramCoverage, ...]

    @property
    def percent(self) -> float:
        """Of all elements together; of no diagram nothing is covered."""
        total = sum(each.total for each in self.diagrams)
        return _percent(sum(each.reached for each in self.diagrams), total) if total else 0.0


def coverage_of(files: PathwayFiles, diagrams: Collection[str], footprints: Footprints) -> Coverage:
    """How much of these diagrams the footprints cover.

    A node is covered when a token has gone through it, a flow when it led a token on. Two flows between the same two
    elements are one.
    """
    return Coverage(tuple(_diagram(files, path, footprints) for path in diagrams))


def _diagram(files: PathwayFiles, path: str, footprints: Footprints) -> DiagramCoverage:
    root = parse_xml(files.read(path).encode(), path)
    inside: list[Any] = [element for process in root.iter(BPMN + "process") for element in process.iter()]
    nodes = [element for element in inside if element.tag in PathwayParser.PARSER_CLASSES]
    flows = [element for element in inside if element.tag == BPMN + "sequenceFlow"]
    names = {node.get("id"): node.get("name") or node.get("id") for node in nodes}
    went = footprints.moves
    return DiagramCoverage(
        file=path,
        nodes=len(nodes),
        flows=len(flows),
        missed_nodes=tuple(
            Element(node.get("id"), local(node), names[node.get("id")])
            for node in nodes
            if (path, node.get("id")) not in footprints.elements
        ),
        missed_flows=tuple(
            Element(flow.get("id"), "sequenceFlow", _flow_name(flow, names), _ends(flow))
            for flow in flows
            if (path, *_ends(flow)) not in went
        ),
    )


def _flow_name(flow: Any, names: dict[Any, str]) -> str:
    said = f" ({flow.get('name')})" if flow.get("name") else ""
    return f"{names.get(flow.get('sourceRef'))} → {names.get(flow.get('targetRef'))}{said}"


def _ends(flow: Any) -> tuple[str, str]:
    return flow.get("sourceRef"), flow.get("targetRef")


def _percent(reached: int, total: int) -> float:
    """Rounded down to a tenth: only all is 100."""
    return 100.0 if total == 0 else (1000 * reached // total) / 10
