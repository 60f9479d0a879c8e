"""Which diagrams a case of a track can reach: its own, those that events start in it, and all that they call."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from engine.bpmn.extension import PathwaySettings, pathway_settings
from engine.bundle import BPMN, PathwayFiles
from engine.safe_xml import parse_xml


def started_diagrams(files: PathwayFiles, tracks: Collection[str]) -> list[str]:
    """The diagrams that start by themselves in one of the tracks."""
    found = []
    for main in files.diagrams():
        for settings in _settings(files, main):
            if settings.track in tracks or not set(settings.tracks).isdisjoint(tracks):
                found.append(main)
    return found


def tracks_of(files: PathwayFiles) -> set[str]:
    """The tracks of which there is a diagram."""
    return {settings.track for main in files.diagrams() for settings in _settings(files, main) if settings.track}


def reachable_diagrams(files: PathwayFiles, tracks: Collection[str]) -> list[str]:
    """All diagrams of the tracks, in order; raises DefinitionError for a call that leads nowhere."""
    found = {path for main in started_diagrams(files, tracks) for path in files.bundle(main) if path.endswith(".bpmn")}
    return [path for path in files.diagrams() if path in found]


def _settings(files: PathwayFiles, main: str) -> Iterator[PathwaySettings]:
    root: Any = parse_xml(files.read(main).encode(), main)
    for process in root.iter(BPMN + "process"):
        settings = pathway_settings(process)
        if settings is not None:
            yield settings
