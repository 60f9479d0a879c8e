"""What the editor's panel calls the settings of an element: findings lead with these words, and keep the XML's beside.

The panel is webui/static/js/editor/panel; a test holds both to the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "task": {
        "kind": "Kind",
        "role": "Role",
        "priority": "Priority",
        "due": "Due",
        "closes": "Closes",
        "form": "Form",
        "title": "Title in the list",
        "why": "Why",
    },
    "operation": {"name": "Operation"},
    "decision": {"ref": "Table", "result": "Facts begin with"},
    "pathway": {"title": "Title", "track": "Track", "tracks": "Started by events in"},
}
GROUPS: Final[Mapping[str, str]] = {
    "task": "The task",
    "operation": "What the system does",
    "decision": "The decision",
    "pathway": "The pathway",
}
_EXPRESSIONS: Final[Mapping[str, str]] = {
    "conditionExpression": "Taken when",
    "timeDate": "When",
    "timeDuration": "When",
    "timeCycle": "When",
    "loopCardinality": "How many",
    "completionCondition": "Enough when",
}
WORDS: Final = frozenset({*GROUPS.values(), *_EXPRESSIONS.values(), *(w for f in FIELDS.values() for w in f.values())})


def field_of(element: str, attribute: str) -> str:
    """How a finding names an attribute of ours: "Due", "Table (ref)"."""
    return _with_xml(FIELDS.get(element, {}).get(attribute, attribute), attribute)


def place_of(element: str, name: str | None) -> str:
    """How a finding names an element that holds an expression: "When (timeDate)", of a parameter its own name."""
    if element == "parameter" and name:
        return f"{name} (parameter)"
    return _with_xml(_EXPRESSIONS.get(element, element), element)


def missing(element: str, attribute: str) -> str:
    """ "Due is not set: tl:task has no due"; of a parameter, which has no such field, the latter alone."""
    told = f"tl:{element} has no {attribute}"
    return f"{FIELDS[element][attribute]} is not set: {told}" if element in FIELDS else told


def group_of(element: str) -> str:
    """ "The task (tl:task)"; of what is no group of the panel the name in XML alone."""
    return f"{GROUPS[element]} (tl:{element})" if element in GROUPS else f"tl:{element}"


def _with_xml(words: str, name: str) -> str:
    return words if words.lower() == name else f"{words} ({name})"
