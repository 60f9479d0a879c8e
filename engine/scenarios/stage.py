"""Where scenarios are played: a folder of pathways, published once, and a database of its own for each scenario."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.application import Engine, ScratchEngine
from engine.bundle import PathwayFiles
from engine.clock import SetClock
from engine.library import Library
from engine.observer import Observer
from engine.publish import publish
from engine.scenarios.names import Names, names_of
from engine.scenarios.reach import started_diagrams
from engine.settings import Settings
from engine.store.database import Database
from engine.store.migrate import upgrade

ZONE = ZoneInfo("America/New_York")  # fixed: a scenario gives the same days wherever it is run
_PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Stage:
    """A folder of pathways, ready to be played. ``templates`` are databases in which its pathways are published."""

    folder: Path
    names: Names
    workspace: Path
    library: Library
    templates: dict[frozenset[str], Path] = field(default_factory=dict)
    played: int = 0

    @contextmanager
    def engine(self, tracks: Collection[str], clock: SetClock, observer: Observer | None) -> Iterator[Engine]:
        """An engine on an empty database in which these tracks, and what events start in them, are published.

        Raises DefinitionError for a pathway that cannot be.
        """
        self.played += 1
        file = self.workspace / f"scenario-{self.played}.db"
        shutil.copyfile(self._template(frozenset(tracks)), file)
        db = Database(f"sqlite:///{file}", synchronous="OFF")
        try:
            yield ScratchEngine(db, clock, _settings(db, self.folder, self.workspace), self.library, observer)
        finally:
            db.dispose()
            file.unlink()

    def _template(self, tracks: frozenset[str]) -> Path:
        if tracks not in self.templates:
            file = self.workspace / f"template-{'-'.join(sorted(tracks))}.db"
            db = Database(f"sqlite:///{file}", synchronous="OFF")
            try:
                upgrade(db)
                self._publish(db, tracks)
            finally:
                db.dispose()  # the last connection to close brings the write-ahead log into the file
            self.templates[tracks] = file
        return self.templates[tracks]

    def _publish(self, db: Database, tracks: frozenset[str]) -> None:
        files = PathwayFiles(self.folder)
        with db.writing() as connection:
            for main in started_diagrams(files, tracks):
                publish(connection, files, main, note="for scenarios", by="system:scenarios", now=_PUBLISHED)


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """A stage for the pathways in ``folder``, shipped or a draft; raises ScenarioError when they cannot be read."""
    names = names_of(folder)
    with tempfile.TemporaryDirectory(prefix="throughline-scenarios-") as workspace:
        yield Stage(folder, names, Path(workspace), Library(folder))


def _settings(db: Database, folder: Path, workspace: Path) -> Settings:
    return Settings(db.url, "only for scenarios, signs nothing", ZONE, workspace, folder)
