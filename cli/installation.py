"""What a command works on: the settings, the database and the engine of this installation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from engine.application import Engine
from engine.errors import SettingsError
from engine.outgoing.outgoing import Channels
from engine.settings import Settings
from engine.store.clocks import clock_of
from engine.store.database import Database
from engine.store.migrate import is_current
from engine.telemetry.logs import set_up


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings and database, as the environment says."""

    settings: Settings
    db: Database

    def engine(self) -> Engine:
        """The engine on this database, by its own clock when it is a sandbox."""
        return Engine(self.db, clock_of(self.db), self.settings)

    def channels(self) -> Channels:
        """The ways out of the house, as the settings say."""
        from interop.care_update_channels import channels_of  # draws PDFs: most commands need none

        return channels_of(self.settings)


@contextmanager
def any_database() -> Iterator[Installation]:
    """The installation, whatever state its database is in."""
    settings = Settings.from_environment(os.environ)
    # Logs go to stderr: stdout carries answers alone.
    set_up(settings.log_level, settings.telemetry.format)
    db = Database(settings.database_url, limits=settings.limits)
    try:
        yield Installation(settings, db)
    finally:
        db.dispose()


@contextmanager
def current_database() -> Iterator[Installation]:
    """The installation with a database at the current schema; raises SettingsError when it is not."""
    with any_database() as installation:
        if not is_current(installation.db):
            raise SettingsError(
                "THROUGHLINE_DATABASE_URL",
                "there is no database at the current schema; run 'throughline db upgrade', "
                "or 'throughline db init --sandbox' for one to try things in",
            )
        yield installation
