"""What requires what in a file: decisions, functions and input data by id, in an order that leaves nothing open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from engine.dmn.elements import Element, child, children, tag
from engine.dmn.errors import DmnSyntaxError

MAX_ELEMENTS: Final = 1_000
KINDS: Final = {
    "decision": "decision",
    "businessKnowledgeModel": "business knowledge model",
    "inputData": "input data",
}
# What may be required: the requirement, the reference in it, and the kind of element that it leads to.
_REQUIREMENTS: Final = (
    ("informationRequirement", "requiredDecision", "decision"),
    ("informationRequirement", "requiredInput", "inputData"),
    ("knowledgeRequirement", "requiredKnowledge", "businessKnowledgeModel"),
)


@dataclass(frozen=True, slots=True)
class Graph:
    """The elements of a file by id, and the ids that each requires."""

    elements: Mapping[str, Element]
    required: Mapping[str, tuple[str, ...]]

    def of_kind(self, kind: str) -> Iterator[Element]:
        """The elements of a kind, in the order of the file."""
        return (element for element in self.elements.values() if tag(element) == kind)

    def required_by(self, element_id: str, kind: str) -> Iterator[str]:
        """The ids of the elements of a kind that an element requires."""
        return (each for each in self.required[element_id] if tag(self.elements[each]) == kind)


def read_graph(root: Element, file: str) -> Graph:
    """The graph of a file; DmnSyntaxError for an id that is missing or there twice, and for a dangling reference."""
    elements: dict[str, Element] = {}
    for element in children(root):
        kind = KINDS.get(tag(element))
        if kind is None:
            continue
        element_id = element.get("id") or ""
        if not element_id:
            raise DmnSyntaxError(file, "", "", kind, f"the {kind} '{element.get('name') or ''}' has no id; give it one")
        if element_id in elements:
            two = f"two {kind}s" if tag(element) == tag(elements[element_id]) else "two elements"
            raise DmnSyntaxError(file, element_id, "", "", f"{two} have this id; rename one", kind=kind)
        elements[element_id] = element
    if len(elements) > MAX_ELEMENTS:
        raise DmnSyntaxError(file, "", "", "", f"more than {MAX_ELEMENTS:,} decisions, functions and inputs; split it")
    namespace = root.get("namespace") or ""
    required = {each: tuple(dict.fromkeys(_required(each, elements, namespace, file))) for each in elements}
    return Graph(elements, required)


def in_order(graph: Graph, file: str) -> list[str]:
    """The ids, each behind those that it requires; DmnSyntaxError for elements that require themselves in the end.

    A function that requires itself is no cycle: it may call itself, and how deep is bounded when it does.
    """
    needed = {element: set(required) - {_own(element, graph)} for element, required in graph.required.items()}
    try:
        return list(TopologicalSorter(needed).static_order())
    except CycleError as error:
        path = list(reversed(error.args[1]))
        kind = KINDS[tag(graph.elements[path[0]])]
        reason = f"it requires itself: {' → '.join(path)}; take one of these requirements away"
        raise DmnSyntaxError(file, path[0], "", "", reason, kind=kind) from None


def _own(element_id: str, graph: Graph) -> str:
    return element_id if tag(graph.elements[element_id]) == "businessKnowledgeModel" else ""


def _required(element_id: str, elements: Mapping[str, Element], namespace: str, file: str) -> Iterator[str]:
    element = elements[element_id]
    for requirement, reference, kind in _REQUIREMENTS:
        for found in children(element, requirement):
            target = child(found, reference)
            if target is not None:
                yield _target(target, kind, elements, namespace, _Where(file, element))


@dataclass(frozen=True, slots=True)
class _Where:
    """The element whose requirement is read."""

    file: str
    element: Element

    def error(self, reason: str) -> DmnSyntaxError:
        kind = KINDS[tag(self.element)]
        return DmnSyntaxError(self.file, self.element.get("id") or "", "", "", reason, kind=kind)


def _target(target: Element, kind: str, elements: Mapping[str, Element], namespace: str, where: _Where) -> str:
    """The id that a reference leads to, such as `#weight`."""
    href = target.get("href") or ""
    place, _, found = href.rpartition("#")
    if place not in ("", namespace):
        raise where.error(f"it requires '{href[:80]}' of another file; there are no imports, copy it into this one")
    if found not in elements:
        raise where.error(f"it requires '{found[:80]}', which is not in the file; draw it, or take the arrow away")
    if tag(elements[found]) != kind:
        actual = KINDS[tag(elements[found])]
        raise where.error(f"its {tag(target)} leads to the {actual} '{found}', no {KINDS[kind]}; draw the arrow anew")
    return found
