"""Which tracks lead a patient through a file of a draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bpmn.extension import NAMESPACE, pathway_settings
from engine.bundle import BPMN
from engine.safe_xml import parse_xml


@dataclass(frozen=True, slots=True)
class _Diagram:
    """What a diagram says of its place among the others; each is read once, bundles would read all many times."""

    file: str
    processes: frozenset[str]
    tracks: frozenset[str]  # in which it begins by itself
    own_track: str | None
    calls: frozenset[str]
    decisions: frozenset[str]
    forms: frozenset[str]


def tracks_through(sources: Mapping[str, str], path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tracks whose patients can come upon ``path``, a diagram, table or form; and all the others."""
    diagrams = [_diagram(file, text) for file, text in sources.items() if file.endswith(".bpmn")]
    known = sorted({each.own_track for each in diagrams if each.own_track})
    through = tuple(track for track in known if any(_holds(each, path, sources) for each in _met(diagrams, track)))
    return through, tuple(track for track in known if track not in through)


def _diagram(file: str, text: str) -> _Diagram:
    root: Any = parse_xml(text.encode(), file)
    processes = list(root.iter(BPMN + "process"))
    settings = [found for found in map(pathway_settings, processes) if found is not None]
    return _Diagram(
        file=file,
        processes=frozenset(str(each.get("id")) for each in processes),
        tracks=frozenset(track for each in settings for track in (each.track, *each.tracks) if track),
        own_track=next((each.track for each in settings if each.track), None),
        calls=frozenset(str(each.get("calledElement")) for each in root.iter(BPMN + "callActivity")),
        decisions=frozenset(str(each.get("ref")) for each in root.iter(f"{{{NAMESPACE}}}decision")),
        forms=frozenset(str(each.get("form")) for each in root.iter(f"{{{NAMESPACE}}}task")),
    )


def _met(diagrams: list[_Diagram], track: str) -> Iterator[_Diagram]:
    """The diagrams that begin in a track, and all that these call."""
    seen: set[str] = set()
    todo = [each for each in diagrams if track in each.tracks]
    while todo:
        diagram = todo.pop()
        if diagram.file not in seen:
            seen.add(diagram.file)
            yield diagram
            todo += [each for each in diagrams if each.processes & diagram.calls]


def _holds(diagram: _Diagram, path: str, sources: Mapping[str, str]) -> bool:
    """Whether a file is the diagram, or a table or a form that it names."""
    if path.startswith("forms/"):
        return path.removeprefix("forms/").removesuffix(".yaml") in diagram.forms
    if path.endswith(".dmn"):
        ids = {str(each.get("id")) for each in parse_xml(sources[path].encode(), path).iter()}
        return not ids.isdisjoint(diagram.decisions)
    return path == diagram.file
