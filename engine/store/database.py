"""One database, SQLite or PostgreSQL: connections to read with, and one transaction to write in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

__all__ = ["Database"]

# How long a writer waits for another: longer than any command takes, shorter than a person's patience.
_BUSY_MILLISECONDS = 30_000


class Database:
    """A database by its URL (``sqlite:///file`` or ``postgresql[+psycopg]://...``).

    ``commits`` counts the transactions committed through this object: a command is one. ``synchronous`` "OFF"
    lets SQLite not wait for the disk: for a database that is thrown away when a power cut spoils it. "NORMAL" keeps it
    whole, and may lose the last commits in a power cut: for bulk loads that would be run again.
    """

    def __init__(self, url: str, *, synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL") -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            self.dialect = "postgresql"
            self._engine = _postgresql(url)
        else:
            self.dialect = "sqlite"
            self._engine = _sqlite(url, synchronous)
        self.url = parsed.render_as_string(hide_password=False)
        self.commits = 0
        self._reader = self._engine.execution_options(**_READ_ONLY[self.dialect])
        event.listen(self._engine, "commit", self._count)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        name = make_url(self.url).database
        return Path(name) if self.dialect == "sqlite" and name else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment on SQLite, each query's own on PostgreSQL; a write is refused."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """ONE transaction: committed at the end, rolled back when anything is raised."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def rolled_back(self) -> Iterator[Connection]:
        """A transaction that may write, and of which nothing stays."""
        with self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                transaction.rollback()

    def dispose(self) -> None:
        """Closes all connections; the object opens new ones when it is used again."""
        self._engine.dispose()

    def _count(self, connection: Connection) -> None:
        self.commits += 1


_READ_ONLY: dict[str, dict[str, Any]] = {
    "sqlite": {"read_only": True},
    # One snapshot for all that a reader asks: a case and its record are of the same moment.
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def _postgresql(url: str) -> Engine:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    # READ COMMITTED: a command locks its case row first, so whatever it then reads of the case is settled.
    # A connection that the server has dropped is noticed before a command starts, not in its middle.
    return create_engine(
        parsed,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        connect_args={"connect_timeout": 10},
    )


def _sqlite(url: str, synchronous: str) -> Engine:
    # The driver's own busy timeout; it must be set before the first pragma, which may wait as well.
    engine = create_engine(
        url, pool_size=10, max_overflow=20, connect_args={"timeout": _BUSY_MILLISECONDS / 1000}
    )
    event.listen(engine, "connect", lambda connection, _record: _prepare_sqlite(connection, synchronous))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's would take the write lock late
    for pragma in (
        "journal_mode = WAL",  # readers go on while one writes
        # A completion that a person was told of must outlast a power cut: NORMAL may lose the last ones.
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # INSERT OR REPLACE must not delete past a trigger
        "cache_size = -16000",  # 16 MB
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
    # A writer takes its lock at once: one that read first and locked later would fail, not wait.
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
