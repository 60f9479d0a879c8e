"""What an element is called at the head of a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.compare.elements import Element

_ROOTS: Final = frozenset({"message", "error", "escalation", "signal", "process"})


def title_of(element: Element, beside: Mapping[str, Element]) -> str:
    """The element's name; a line is named by its ends, what has no name by its kind and id."""
    if element.is_line:
        return f"{_end(element, 'sourceRef', beside)} → {_end(element, 'targetRef', beside)}"
    return element.name or f"{element.kind} {element.id}"


def subject_of(element: Element, beside: Mapping[str, Element]) -> str:
    """The title with what has to be said before it: "The flow A → B", "The message “lab.result”"."""
    title = title_of(element, beside)
    if element.is_line:
        return f"The flow {title}" if element.tag == "sequenceFlow" else f"The line {title}"
    if element.tag in _ROOTS and element.name:
        return f"The {element.kind} “{title}”"
    return title[:1].upper() + title[1:]


def _end(line: Element, end: str, beside: Mapping[str, Element]) -> str:
    found = beside.get(line.parts.get(end, ""))
    return title_of(found, beside) if found and not found.is_line else line.parts.get(end, "nowhere")
