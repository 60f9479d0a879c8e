"""A fresh sandbox to walk in: its database, its data folder, its people, and what its processes are told of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cli.demo.staff import STAFF, add_staff
from engine.application import Engine
from engine.clock import SetClock
from engine.publish import publish_shipped
from engine.settings import PREFIX, Settings
from engine.store import people
from engine.store.clocks import SandboxClock, make_sandbox
from engine.store.database import Database
from engine.store.migrate import upgrade
from tests.soak.calls import token_of
from tests.soak.people import FIRST_DAY, MORNING, ZONE
from webui.api.tokens import digest_of

BEGINS = datetime.combine(FIRST_DAY, MORNING, ZONE)


@dataclass(frozen=True)
class Place:
    """A sandbox by its database's URL and its data folder."""

    url: str
    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def env(self) -> dict[str, str]:
        """What a process of the installation finds in its environment."""
        rest = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return rest | {
            "THROUGHLINE_DATABASE_URL": self.url,
            "THROUGHLINE_DATA_DIR": str(self.folder),
            "THROUGHLINE_TIMEZONE": str(ZONE),
        }

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.env)

    @property
    def outgoing(self) -> Path:
        """Where the channel `folder` puts what leaves the house."""
        return self.folder / "outgoing"

    def engine(self, db: Database) -> Engine:
        return Engine(db, SandboxClock(db), self.settings)


def prepare(place: Place) -> None:
    """Make the sandbox: the schema, the shipped pathways, three people with a token each."""
    db = Database(place.url)
    try:
        upgrade(db)
        make_sandbox(db, BEGINS)
        publish_shipped(db, place.settings.pathways_dir, SetClock(BEGINS))
        with db.writing() as connection:
            add_staff(connection, BEGINS)
            for member in STAFF:
                people.add_token(connection, digest_of(token_of(member)), member.email, BEGINS)
    finally:
        db.dispose()
