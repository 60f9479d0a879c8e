"""How a database comes to the current schema while others work on it, and how to tell whether it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from random import uniform
from threading import Event, Lock

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

import migrations
from engine.errors import Busy, SettingsError
from engine.store.database import Database
from engine.store.failures import is_contention

log = logging.getLogger("throughline.migrate")

# Any number that nothing else of ours locks: two processes that upgrade at once do it one after the other.
_UPGRADE_LOCK = 7_421_001
# And two threads of one process: Alembic keeps the connection that it works on in a global of its own.
_ONE_AT_A_TIME = Lock()
# How long a migration waits for a table that somebody reads. Whoever comes after it waits behind it as long: short,
# so that nobody notices, and tried again, because a reader ends some time.
LOCK_TIMEOUT = "1s"
# A migration may take its time where it blocks nobody; the limits of a command are not for it.
_SESSION = (f"SET lock_timeout = '{LOCK_TIMEOUT}'", "SET statement_timeout = 0",
            "SET idle_in_transaction_session_timeout = 0")  # fmt: skip
_TRIES = 120  # about five minutes


def pauses() -> Iterable[float]:
    """Seconds between two tries, drawn at random: those that were in the way go on meanwhile."""
    return (uniform(1, 2) for _ in range(_TRIES))


def upgrade(db: Database, pauses: Callable[[], Iterable[float]] = pauses) -> None:
    """Brings the schema to the newest revision; changes nothing when it is there.

    SQLite: in one transaction. PostgreSQL: one for each revision, so that what is locked is let go soon. Raises
    SettingsError when the database was made by a newer version of the program, Busy when tables stay locked.
    """
    if db.file is not None:
        db.file.parent.mkdir(parents=True, exist_ok=True)
    with _ONE_AT_A_TIME:
        if db.dialect == "postgresql":
            _upgrade_beside_others(db, pauses)
        else:
            with db.writing() as connection:
                run(connection, "head")


def is_current(db: Database) -> bool:
    """Whether the schema is the newest revision's."""
    if db.file is not None and not db.file.exists():
        return False
    with db.reading() as connection:
        return revision(connection) == newest_revision()


def serves(db: Database) -> bool:
    """Whether a process that runs may go on: the schema is the newest revision's that it knows, or a later one's.

    A later one has everything that this version of the program asks for, until no process of it runs any more
    (docs/upgrading.md); a process that starts wants the schema to be its own.
    """
    if db.file is not None and not db.file.exists():
        return False
    with db.reading() as connection:
        found = revision(connection)
    return found is not None and (found == newest_revision() or found not in known_revisions())


def revision(connection: Connection) -> str | None:
    """The revision that the database stands at; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str | None:
    """The newest revision that this version of the program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


@cache
def known_revisions() -> frozenset[str]:
    """All revisions that this version of the program knows."""
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


def run(connection: Connection, to: str) -> None:
    """Bring the schema up to a revision on a connection, in the transaction that is open there, if one is.

    Raises SettingsError when the database was made by a newer version of the program.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise SettingsError(
            "THROUGHLINE_DATABASE_URL",
            f"the database was made by a newer version of throughline ({error}); install that version",
        ) from error


def _upgrade_beside_others(db: Database, pauses: Callable[[], Iterable[float]]) -> None:
    with db.alone() as connection:
        _patiently(lambda: _take_turn(connection), pauses, "another process is upgrading this database")
        for setting in _SESSION:
            connection.execute(text(setting))
        connection.commit()
        locked = "a table that the upgrade changes is in use all the time (pg_stat_activity says by whom)"
        _patiently(lambda: _tried(connection), pauses, locked)


def _patiently(attempt: Callable[[], bool], pauses: Callable[[], Iterable[float]], problem: str) -> None:
    if attempt():
        return
    for seconds in pauses():
        log.info("%s; waiting", problem)
        Event().wait(seconds)
        if attempt():
            return
    raise Busy(problem)


def _take_turn(connection: Connection) -> bool:
    """Asked for, never waited for: who waits in a statement has a snapshot that a concurrent index waits for."""
    taken = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _UPGRADE_LOCK})
    connection.commit()
    return bool(taken)


def _tried(connection: Connection) -> bool:
    """Whether all revisions are there now; those that were finished stay, the one in trouble leaves nothing."""
    try:
        run(connection, "head")
    except DBAPIError as error:
        connection.rollback()
        if not is_contention(error):
            raise
        return False
    connection.commit()
    return True


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
