"""What the diagrams of a walk look like: where its tokens are, where they have been, and by which flows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from engine.bundle import BPMN
from engine.definitions import Definition
from engine.safe_xml import parse_xml
from engine.scenarios.walk import Walk
from engine.store.cases import running_processes
from engine.store.history import entries
from engine.store.versions import version
from engine.studio.titles import title_of_diagram


@dataclass(frozen=True, slots=True)
class Picture:
    """A diagram of the walk: ids of its elements and flows where a token is, or has been."""

    file: str
    name: str
    xml: str
    active: tuple[str, ...]
    walked: tuple[str, ...]


@dataclass(slots=True)
class _Drawing:
    """A diagram with the tracks in it; ``moves`` are pairs of elements that a flow joined."""

    file: str
    xml: str
    root: Any
    active: set[str] = field(default_factory=set)
    passed: set[str] = field(default_factory=set)
    moves: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class _Album:
    """The drawings by file, and by version the file of each process and embedded subprocess."""

    walk: Walk
    connection: Connection
    drawings: dict[str, _Drawing] = field(default_factory=dict)
    files: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, digest: str, process: str) -> _Drawing:
        """The drawing that a process, or a subprocess, of a version stands in."""
        if digest not in self.files:
            self._open(digest)
        return self.drawings[self.files[digest][process]]

    def _open(self, digest: str) -> None:
        definition: Definition = self.walk.engine.library.definition(self.connection, digest)
        sources: Mapping[str, str] = version(self.connection, digest)["sources"]
        found: dict[str, str] = {}
        for file in dict.fromkeys(definition.files.values()):
            if file not in self.drawings:
                self.drawings[file] = _Drawing(file, sources[file], parse_xml(sources[file].encode(), file))
            inside = self.drawings[file].root.iter(BPMN + "process", BPMN + "subProcess")
            found |= {str(each.get("id")): file for each in inside}
        self.files[digest] = found


def pictures(walk: Walk, focus: str) -> tuple[Picture, ...]:
    """The diagrams that a token has been in: the one in focus first, then the track's, then where tokens are now."""
    with walk.engine.db.reading() as connection:
        album = _Album(walk, connection)
        for case_id in walk.cases.values():
            _look(album, case_id)
        own = walk.engine.library.definition(connection, walk.case(None)["version"]).file
    found = [_picture(each) for each in album.drawings.values() if each.active or each.passed]
    return tuple(sorted(found, key=lambda each: (each.file != focus, each.file != own, not each.active, each.name)))


def _look(album: _Album, case_id: str) -> None:
    """Where the tokens of a case are, and by its record where they have been."""
    versions = {row["id"]: row["version"] for row in running_processes(album.connection, case_id)}
    for each in album.walk.engine.case_view(album.connection, case_id).active_elements:
        album.of(versions[each["process_id"]], each["process"]).active.add(each["element_id"])
    for row in entries(album.connection, case_id):
        if row["kind"] == "process.moved":
            for process, element, successors in json.loads(row["detail"])["passed"]:
                drawing = album.of(row["version"], process)
                drawing.passed.add(element)
                drawing.moves.update((element, each) for each in successors)


def _picture(drawing: _Drawing) -> Picture:
    walked = drawing.passed | set(_flows(drawing))
    name = title_of_diagram(drawing.root) or drawing.file
    return Picture(drawing.file, name, drawing.xml, tuple(sorted(drawing.active)), tuple(sorted(walked)))


def _flows(drawing: _Drawing) -> Iterator[str]:
    for flow in drawing.root.iter(BPMN + "sequenceFlow"):
        if (flow.get("sourceRef"), flow.get("targetRef")) in drawing.moves:
            yield str(flow.get("id"))
