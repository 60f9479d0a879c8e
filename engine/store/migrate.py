"""How a database comes to the current schema, and how to tell whether it is there."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

import migrations
from engine.errors import SettingsError
from engine.store.database import Database

# Any number that nothing else of ours locks: two processes that upgrade at once do it one after the other.
_UPGRADE_LOCK = 7_421_001
# And two threads of one process: Alembic keeps the connection that it works on in a global of its own.
_ONE_AT_A_TIME = Lock()


def upgrade(db: Database) -> None:
    """Brings the schema to the newest revision, in one transaction; changes nothing when it is there.

    Raises SettingsError when the database was made by a newer version of the program.
    """
    if db.file is not None:
        db.file.parent.mkdir(parents=True, exist_ok=True)
    with _ONE_AT_A_TIME, db.writing() as connection:
        if db.dialect == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SettingsError(
                "THROUGHLINE_DATABASE_URL",
                f"the database was made by a newer version of throughline ({error}); install that version",
            ) from error


def is_current(db: Database) -> bool:
    """Whether the schema is the newest revision's."""
    if db.file is not None and not db.file.exists():
        return False
    with db.reading() as connection:
        return revision(connection) == newest_revision()


def revision(connection: Connection) -> str | None:
    """The revision that the database stands at; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The newest revision that this version of the program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
