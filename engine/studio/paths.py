"""Which files a draft may change, and of which kind each is, by its path in a folder of pathways."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from engine.errors import InvalidInput

Kind: TypeAlias = Literal["bpmn", "dmn", "form", "scenario"]

_STEM: Final = r"[A-Za-z0-9_-]{1,100}"
_KINDS: Final[dict[Kind, re.Pattern[str]]] = {
    "bpmn": re.compile(rf"(?:shared/)?{_STEM}\.bpmn"),
    "dmn": re.compile(rf"decisions/{_STEM}\.dmn"),
    "form": re.compile(rf"forms/{_STEM}\.yaml"),
    "scenario": re.compile(rf"scenarios/{_STEM}\.yaml"),
}


def kind_of_path(path: str) -> Kind:
    """The kind of a file; raises InvalidInput for a path that no draft may hold."""
    for kind, pattern in _KINDS.items():
        if pattern.fullmatch(path):
            return kind
    raise InvalidInput(
        {
            "path": f"'{path[:200]}' is no file that can be changed here; it is NAME.bpmn, shared/NAME.bpmn, "
            "decisions/NAME.dmn, forms/NAME.yaml or scenarios/NAME.yaml, of letters, digits, - and _"
        }
    )


def file_name(words: str) -> str:
    """What a file is called after its process or its title: "Week 12 check" becomes "week_12_check"."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", words).strip("_")[:80].lower() or "unnamed"
