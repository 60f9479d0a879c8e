"""How the auditor reads a moment of a record: every entry a line, the one that began it first."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.commands import WORKER
from worklists.story_sentences import TELLERS, UNTOLD, Book
from worklists.trace_diagrams import VersionDiagrams
from worklists.trace_moments import Moment

_LATE = 60  # seconds after which a timer's run is said to be late
_MOST_STEPS = 6  # of a token's way, that a line names
_BESIDE = frozenset({"process.moved", "process.started", "process.ended", "operation.done", "care_update.composed"})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in a sentence; ``is_beside`` is one of those that say how the system worked, not what happened."""

    seq: int
    kind: str
    about: str
    words: str
    element_id: str | None
    element_name: str | None
    is_beside: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A moment with its lines, in the order they were written; ``by`` is None for the clock."""

    moment: Moment
    by: str | None
    lines: tuple[Line, ...]

    @property
    def lead(self) -> Line:
        """What the moment is about: its first line that is not beside it."""
        return next((line for line in self.lines if not line.is_beside), self.lines[0])

    @property
    def rest(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line is not self.lead)


Diagrams = Callable[[str], VersionDiagrams]


def told(
    moment: Moment, entries: Sequence[Mapping[str, Any]], book: Book, name: Callable[[str], str], diagrams: Diagrams
) -> Told:
    """A moment in words."""
    by = None if moment.actor == WORKER.id else name(moment.actor)
    return Told(moment, by, tuple(line(entry, book, diagrams) for entry in entries))


def line(entry: Mapping[str, Any], book: Book, diagrams: Diagrams) -> Line:
    """An entry in words: as a patient's story tells it where it does, else as the record sums it up."""
    detail = json.loads(entry["detail"])
    own = _OWN.get(entry["kind"])
    if own is not None:
        about, words = own(entry, detail, diagrams)
    else:
        about, words = _as_in_the_story(entry, detail, book)
    is_beside = entry["kind"] in _BESIDE
    return Line(entry["seq"], entry["kind"], about, words, entry["element_id"], entry["element_name"], is_beside)


def _as_in_the_story(entry: Mapping[str, Any], detail: Mapping[str, Any], book: Book) -> tuple[str, str]:
    kind = entry["kind"]
    said = TELLERS[kind](entry, detail, book) if kind in TELLERS and kind not in UNTOLD else None
    return (f"{entry['summary'].rstrip('.')}.", "") if said is None else (said.about, said.words)


def _moved(entry: Mapping[str, Any], detail: Mapping[str, Any], diagrams: Diagrams) -> tuple[str, str]:
    """ "Went on: Weekly pain check-in → Answered."."""
    known = diagrams(entry["version"])
    names = [known.name(process, element) for process, element, _ in detail["passed"]]
    more = len(names) - _MOST_STEPS
    way = " → ".join(names[:_MOST_STEPS]) + (f" and {more} more" if more > 0 else "")
    end = "" if detail["at"] else ", and to its end"
    return f"{entry['summary'].partition(': ')[0]} went on:", f"{way}{end}."


def _fired(entry: Mapping[str, Any], detail: Mapping[str, Any], diagrams: Diagrams) -> tuple[str, str]:
    late = int((entry["at"] - datetime.fromisoformat(detail["due"])).total_seconds())
    name = entry["element_name"] or "A timer"
    return f"{name}:", "its time came." if late <= _LATE else f"its time came {lateness(late)} before it was run."


def lateness(seconds: int) -> str:
    """ "3 minutes", "5 hours", "2 days"."""
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{seconds} seconds"


_OWN: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any], Diagrams], tuple[str, str]]] = {
    "process.moved": _moved,
    "timer.fired": _fired,
}
