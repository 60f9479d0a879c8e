"""One difference between two versions: where, of which sort, and the sentence that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

What: TypeAlias = Literal["added", "removed", "moved", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """``element`` is an id that an editor can select, None for the file itself; ``sentence`` begins with the subject.

    What was removed has its id in the older version, everything else in the newer one. Moved means the drawing only
    (or the order of a list): nothing that it does is different.
    """

    file: str
    element: str | None
    name: str
    what: What
    sentence: str


def sentence_of(subject: str, told: str) -> str:
    """What happened to a subject as one sentence."""
    return f"{subject}: {told}" if told.endswith(".") else f"{subject}: {told}."
