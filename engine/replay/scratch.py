"""Where recorded cases are played again: a database of its own, thrown away after, on which nothing real is touched."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from engine.application import Engine, ScratchEngine
from engine.clock import SetClock
from engine.definitions import Definition
from engine.library import Library
from engine.settings import Settings
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.tables import patients, versions


class PinnedLibrary(Library):
    """A library in which some processes are of one version, whatever is in force; a case starts as ``begins_as``."""

    def __init__(self, folder: Path, pinned: Mapping[str, str]) -> None:
        super().__init__(folder)
        self.pinned = pinned  # process id -> version hash
        self.begins_as = ""

    def of_track(self, connection: Connection, track: str, now: datetime) -> Definition:
        return self.definition(connection, self.begins_as)

    def started_by(self, connection: Connection, event: str, track: str, now: datetime) -> list[Definition]:
        found = super().started_by(connection, event, track, now)
        return [
            self.definition(connection, self.pinned[each.process_id]) if each.process_id in self.pinned else each
            for each in found
        ]


@dataclass(slots=True)
class Scratch:
    """A database in which all versions are published; each patient is played in a copy of it."""

    workspace: Path
    template: Path
    settings: Settings
    played: int = 0
    libraries: dict[tuple[tuple[str, str], ...], PinnedLibrary] = field(default_factory=dict)

    @contextmanager
    def engine(self, patient: Mapping[str, Any], pinned: Mapping[str, str], clock: SetClock) -> Iterator[Engine]:
        """An engine on a copy in which this patient alone is known."""
        self.played += 1
        file = self.workspace / f"replay-{self.played}.db"
        shutil.copyfile(self.template, file)
        db = Database(f"sqlite:///{file}", synchronous="OFF")
        try:
            with db.writing() as connection:
                connection.execute(insert(patients).values(**patient))
            settings = replace(self.settings, database_url=db.url, data_dir=self.workspace)
            yield ScratchEngine(db, clock, settings, self._library(pinned))
        finally:
            db.dispose()
            file.unlink()

    def _library(self, pinned: Mapping[str, str]) -> PinnedLibrary:
        """Compiled once for all patients of a run."""
        key = tuple(sorted(pinned.items()))
        return self.libraries.setdefault(key, PinnedLibrary(self.settings.pathways_dir, pinned))


@contextmanager
def scratch(settings: Settings, rows: Sequence[Mapping[str, Any]]) -> Iterator[Scratch]:
    """A scratch database in which these versions are published, each in force since it was."""
    with tempfile.TemporaryDirectory(prefix="throughline-replay-") as workspace:
        template = Path(workspace) / "template.db"
        db = Database(f"sqlite:///{template}", synchronous="OFF")
        try:
            upgrade(db)
            with db.writing() as connection:
                connection.execute(insert(versions), [_as_published(row) for row in rows])
        finally:
            db.dispose()  # the last connection to close brings the write-ahead log into the file
        yield Scratch(Path(workspace), template, settings)


def _as_published(row: Mapping[str, Any]) -> dict[str, Any]:
    """A version takes effect when it did; one of before versions had such a day, when it was published."""
    since = row["effective_from"] or (row["published_at"] if row["number"] > 1 else None)
    return {**row, "effective_from": since}
