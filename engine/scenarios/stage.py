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
    """A folder of pathways, ready to be played. ``templates`` are databases in which its pathways are published.

    ``idle`` are databases that a scenario has left: the next takes one over, emptied, and with it the statements that
    SQLAlchemy has compiled for it, which cost as much as some scenarios.
    """

    folder: Path
    names: Names
    workspace: Path
    library: Library
    templates: dict[frozenset[str], Path] = field(default_factory=dict)
    idle: list[Database] = field(default_factory=list)
    made: int = 0

    @contextmanager
    def engine(self, tracks: Collection[str], clock: SetClock, observer: Observer | None) -> Iterator[Engine]:
        """An engine on an empty database in which these tracks, and what events start in them, are published.

        Raises DefinitionError for a pathway that cannot be.
        """
        template = self._template(frozenset(tracks))
        db = self.idle.pop() if self.idle else self._another()
        assert db.file is not None
        shutil.copyfile(template, db.file)
        try:
            yield ScratchEngine(db, clock, _settings(db, self.folder, self.workspace), self.library, observer)
        finally:
            db.dispose()
            db.file.unlink()
            self.idle.append(db)

    def _another(self) -> Database:
        self.made += 1
        return Database(f"sqlite:///{self.workspace}/scenario-{self.made}.db", synchronous="OFF")

    def _template(self, tracks: frozenset[str]) -> Path:
        """Of no track, an empty database: to bring one up to date takes longer than to publish in it."""
        if tracks not in self.templates:
            file = self.workspace / f"template-{'-'.join(sorted(tracks))}.db"
            if tracks:
                shutil.copyfile(self._template(frozenset()), file)
            db = Database(f"sqlite:///{file}", synchronous="OFF")
            try:
                if tracks:
                    self._publish(db, tracks)
                else:
                    upgrade(db)
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
