"""What the boxed expressions of DMN 1.4 are made of: named parts with one expression each, and lists to go through."""

from __future__ import annotations

from typing import Final

from engine.dmn.boxed.registry import Boxed, read_only
from engine.dmn.elements import Element, child, spelled, tag
from engine.dmn.run import Frame
from engine.dmn.site import Site
from engine.feel import Value, compile_expression

_ITEMS: Final = compile_expression("for item in source return item")  # counts out a range, makes a list of one value


def part(element: Element, name: str, site: Site) -> Boxed:
    """The expression in a part such as <if> or <return>."""
    found = child(element, name)
    if found is None:
        raise site.error(f"<{tag(element)}> has no <{name}>; add one")
    return read_only(found, site.at(name))


def iterator(element: Element, site: Site) -> str:
    """The name that stands for each item in turn."""
    name = spelled(element.get("iteratorVariable") or "")
    if not name:
        raise site.error(f"<{tag(element)}> has no iteratorVariable; say how an item is called")
    return name


def items(source: Boxed, frame: Frame) -> list[Value] | None:
    """The items to go through: those of a list, the numbers or days of a range, a single value; None for null."""
    found = _ITEMS.evaluate_within(frame.run.budget, {"source": source.evaluate(frame)})
    return found if isinstance(found, list) else None
