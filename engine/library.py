"""The published versions, compiled once per process and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from care.instruments import instrument_from
from care.measures import Measures
from care.questionnaires import Instrument
from engine.definitions import Definition, load_definition
from engine.errors import NotFound
from engine.measure_files import measures_of_folder
from engine.settings import SHIPPED_PATHWAYS
from engine.store import versions as store
from engine.yaml_text import read_yaml

MOST_COMPILED = 64


class Library:
    """Definitions by version hash, and which version a new case or event takes."""

    def __init__(self, folder: Path = SHIPPED_PATHWAYS) -> None:
        self.folder = folder
        self._instruments: dict[str, Instrument] | None = None
        self._measures: Measures | None = None
        self._compiled: OrderedDict[str, Definition] = OrderedDict()
        self._lock = threading.Lock()

    def definition(self, connection: Connection, digest: str) -> Definition:
        """The compiled version; raises NotFound."""
        with self._lock:
            found = self._compiled.get(digest)
            if found is not None:
                self._compiled.move_to_end(digest)
                return found
        row = store.version(connection, digest)
        compiled = load_definition(row["sources"], main_file(row["sources"], row["process_id"]))
        with self._lock:
            self._compiled[digest] = compiled
            while len(self._compiled) > MOST_COMPILED:
                self._compiled.popitem(last=False)
        return compiled

    def warm(self, connection: Connection, now: datetime) -> None:
        """Compile what new cases and events would take, so that nobody waits for it at the first click."""
        for row in store.versions_in_force(connection, now):
            self.definition(connection, row["hash"])

    def instruments(self) -> Mapping[str, Instrument]:
        """Every shipped instrument, whether or not a pathway asks it: a patient's answers are never sent away."""
        if self._instruments is None:
            documents = [read_yaml(p.read_text("utf-8")) for p in sorted(self.folder.glob("instruments/*.yaml"))]
            self._instruments = {each.id: each for each in map(instrument_from, documents)}
        return self._instruments

    def measures(self) -> Measures:
        """The measures of the folder, whether or not a form asks them: a value that was sent is read all the same."""
        if self._measures is None:
            self._measures = measures_of_folder(self.folder)
        return self._measures

    def of_track(self, connection: Connection, track: str, now: datetime) -> Definition:
        """The version of a track's pathway that is in force; raises NotFound when none is."""
        for row in store.versions_in_force(connection, now):
            if row["track"] == track:
                return self.definition(connection, row["hash"])
        raise NotFound("published pathway for track", track)

    def started_by(self, connection: Connection, event: str, track: str, now: datetime) -> list[Definition]:
        """The versions in force of the processes that an event starts in a track."""
        rows = store.versions_in_force(connection, now)
        wanted = [r for r in rows if event in r["messages"] and track in (r["tracks"] or [])]
        return [self.definition(connection, row["hash"]) for row in wanted]


def main_file(sources: object, process_id: str) -> str:
    """The diagram in a bundle that holds ``process_id``."""
    from engine.bundle import process_ids

    assert isinstance(sources, dict)
    for path, text in sources.items():
        if path.endswith(".bpmn") and process_id in process_ids(text, path):
            return str(path)
    raise NotFound("process", process_id)
