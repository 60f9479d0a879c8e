"""Two sides of a comparison as a page shows them: diagrams with changes first, and the changes by file in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.compare import Change, Comparison, What, compare
from engine.studio.titles import file_title

_KINDS = {".bpmn": "diagram", ".dmn": "decision table", "forms/": "form", "instruments/": "questionnaire"}
_ORDER: tuple[What, ...] = ("added", "removed", "changed", "moved")
_MARKS: Mapping[What, str] = {"added": "+", "removed": "−", "changed": "~", "moved": "→"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called at its diagram, and its sources by path."""

    title: str
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileChanges:
    """The changes of a file: ``told`` what is said or done, ``moved`` what is only drawn elsewhere."""

    path: str
    kind: str
    name: str
    told: tuple[Change, ...]
    moved: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class DiagramPair:
    """A diagram of either side, as XML where the side has it, and how many changes are told of it."""

    path: str
    name: str
    before: str | None
    after: str | None
    changes: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What the page shows: ``counts`` are numbers by kind, in the order of the legend."""

    before: Side
    after: Side
    comparison: Comparison
    files: tuple[FileChanges, ...]
    diagrams: tuple[DiagramPair, ...]

    @property
    def counts(self) -> tuple[tuple[What, str, int], ...]:
        """Kind, its sign, and how many: what there is none of is left out."""
        numbers = {what: sum(1 for each in self.comparison.changes if each.what == what) for what in _ORDER}
        return tuple((what, _MARKS[what], number) for what, number in numbers.items() if number)


def compared(before: Side, after: Side, main: str | None) -> Compared:
    """The comparison of two sides; ``main`` is the diagram that is shown when none has changed."""
    found = compare(before.sources, after.sources)
    files = tuple(_file(path, changes, before, after) for path, changes in found.by_file().items())
    pairs = sorted(_pairs(before, after, found), key=lambda pair: (not pair.changes, pair.path != main, pair.path))
    return Compared(before, after, found, files, tuple(pairs))


def sign_of(what: What) -> str:
    """The sign that stands for a kind of change, so that colour is not alone."""
    return _MARKS[what]


def _file(path: str, changes: tuple[Change, ...], before: Side, after: Side) -> FileChanges:
    kind = next((words for part, words in _KINDS.items() if path.endswith(part) or path.startswith(part)), "file")
    moved = tuple(each for each in changes if each.what == "moved" and path.endswith(".bpmn"))
    told = tuple(each for each in changes if each not in moved)
    return FileChanges(path, kind, _name(path, before, after), told, moved)


def _pairs(before: Side, after: Side, found: Comparison) -> Iterator[DiagramPair]:
    changes = found.by_file()
    for path in {*before.sources, *after.sources}:
        if path.endswith(".bpmn"):
            texts = before.sources.get(path), after.sources.get(path)
            yield DiagramPair(path, _name(path, before, after), *texts, len(changes.get(path, ())))


def _name(path: str, before: Side, after: Side) -> str:
    return file_title(path, after.sources.get(path, before.sources.get(path, "")))
