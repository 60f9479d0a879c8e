"""The elements of a diagram as they are compared: what each is, says and refers to, and how it is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from engine.compare.drawn import Drawn, drawn_in
from engine.compare.markup import Parts, local, nodes, parts_of
from engine.compare.part_words import DEFAULTS, HOLDER, tag_words
from engine.safe_xml import parse_xml

_HOLDERS: Final = frozenset({"definitions", "collaboration", "process", "subProcess", "transaction", "adHocSubProcess"})
_REPEATED: Final = frozenset({"incoming", "outgoing"})  # the flows say the same
_LINES: Final = frozenset({"sequenceFlow", "messageFlow", "association"})
_PARTS: Final = frozenset({"documentation", "extensionElements", "laneSet", "ioSpecification", "property"})
_EVENTS: Final = frozenset(
    {"startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: ``kind`` in words ("timer boundary event"), ``parts`` by path, ``place`` its index in the file."""

    id: str
    tag: str
    kind: str
    parts: Parts
    drawn: Drawn
    place: int

    @property
    def name(self) -> str:
        return " ".join(self.parts.get("name", "").split())

    @property
    def is_line(self) -> bool:
        return self.tag in _LINES


def elements_of(text: str, file: str) -> dict[str, Element]:
    """The elements of a diagram by id, in the order of the file; raises UnsafeXml."""
    root = parse_xml(text.encode(), file)
    drawn = drawn_in(root, "bpmnElement")
    found: dict[str, Element] = {}
    for place, (node, holder) in enumerate(_held(root, "")):
        identity = node.get("id") or f"{local(node)} {place}"
        parts = parts_of(node, leave_out=_is_left_out, attributes=frozenset())
        parts = {path: text for path, text in parts.items() if DEFAULTS.get(path.rsplit("/", 1)[-1]) != text}
        if holder:
            parts[HOLDER] = holder
        found[identity] = Element(identity, local(node), _kind(node), parts, drawn.get(identity, Drawn()), place)
    return found


def _held(parent: Any, holder: str) -> Iterator[tuple[Any, str]]:
    """Every element on its own below a holder, with the id of the process or subprocess that it stands in."""
    for node in nodes(parent):
        if _is_element(node):
            yield node, holder
            if local(node) in _HOLDERS:
                yield from _held(node, node.get("id") or "")


def _is_element(node: Any) -> bool:
    name = local(node)
    if local(node.getparent()) not in _HOLDERS or name in _PARTS or name in _REPEATED or name.startswith("BPMN"):
        return False
    return not name.endswith(("EventDefinition", "LoopCharacteristics")) or local(node.getparent()) == "definitions"


def _is_left_out(node: Any) -> bool:
    return local(node) in _REPEATED or _is_element(node)


def _kind(node: Any) -> str:
    name = tag_words(local(node))
    if local(node) not in _EVENTS:
        return name
    definitions = [local(each) for each in nodes(node) if local(each).endswith("EventDefinition")]
    return " ".join([*(each.removesuffix("EventDefinition") for each in definitions), name])
