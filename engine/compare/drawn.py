"""Where a diagram's elements are drawn: boxes, lines and colours by the element they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from engine.compare.markup import local, nodes

Look: TypeAlias = tuple[tuple[str, ...], ...]
_NOTHING: Look = ()
_NO_LOOK = frozenset({"id", "bpmnElement", "dmnElementRef"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape or edge: its own box or line, its label's box, and how it looks (colours, expanded)."""

    place: Look = _NOTHING
    size: Look = _NOTHING
    label: Look = _NOTHING
    look: Look = _NOTHING


def drawn_in(root: Any, reference: str) -> dict[str, Drawn]:
    """Element id to its drawing; ``reference`` is the attribute that names the element (bpmnElement, dmnElementRef)."""
    return {str(node.get(reference)): _drawn(node) for node in root.iter() if _names(node, reference)}


def _names(node: Any, reference: str) -> bool:
    return isinstance(node.tag, str) and bool(node.get(reference)) and not local(node).endswith("Plane")


def _drawn(node: Any) -> Drawn:
    boxes = [child for child in nodes(node) if local(child) == "Bounds"]
    line = [child for child in nodes(node) if local(child) == "waypoint"]
    labels = [box for child in nodes(node) if local(child).endswith("Label") for box in nodes(child)]
    named = ((local_name(name), value) for name, value in node.attrib.items())
    look = sorted((name, value) for name, value in named if name not in _NO_LOOK)
    return Drawn(
        tuple(_numbers(each, "x", "y") for each in (*boxes, *line)),
        tuple(_numbers(each, "width", "height") for each in boxes),
        tuple(_numbers(each, "x", "y", "width", "height") for each in labels),
        tuple(look),
    )


def local_name(attribute: str) -> str:
    """An attribute's name without its namespace."""
    return attribute.rsplit("}", 1)[-1]


def _numbers(node: Any, *names: str) -> tuple[str, ...]:
    return tuple(_number(node.get(name)) for name in names)


def _number(text: str | None) -> str:
    """100 and 100.0 are one place."""
    try:
        return f"{float(text or 0):g}"
    except ValueError:
        return str(text)


def redrawn(before: Drawn, after: Drawn, *, is_line: bool) -> str | None:
    """What is different in the drawing alone, in words; None when nothing is."""
    if before.place != after.place:
        return "drawn along another way" if is_line else "moved"
    if before.size != after.size:
        return "drawn in another size"
    if before.label != after.label:
        return "its label moved"
    return "drawn in other colours" if before.look != after.look else None
