"""What every test may ask for: a fresh database of each kind, settings, a clock and an engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import select

from engine.clock import SetClock
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.tables import versions
from tests.beginning import pytest_collection_finish, pytest_collection_modifyitems
from tests.compiled_once import compile_once
from tests.databases import Postgres, Rows, SqliteFiles, postgres_url, quick_folder, sqlite_database

if TYPE_CHECKING:
    from engine.application import Engine

__all__ = ["pytest_collection_finish", "pytest_collection_modifyitems"]  # hooks, which pytest looks for here

# The machine's speed decides nothing: a slow example is not a wrong one. In CI chance decides nothing either: it says
# the same of a change each time, and new examples are looked for wherever else the suite runs.
hypothesis_settings.register_profile("throughline", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis_settings.load_profile("throughline")

compile_once()

MORNING = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)  # a Tuesday, 9:00 in New York


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the session."""
    with postgres_url(os.environ) as url, Postgres.prepared(url) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite() -> Iterator[SqliteFiles]:
    """SQLite files of the session, made from one that is migrated."""
    with quick_folder("throughline-sqlite-") as folder:
        yield SqliteFiles(folder)


@pytest.fixture(scope="session")
def sqlite_file(sqlite: SqliteFiles) -> Path:
    """A migrated SQLite file to copy."""
    return sqlite.template


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database at the current schema: each test runs on SQLite and on PostgreSQL.

    A test that needs only one says ``@pytest.mark.parametrize("db", ["sqlite"], indirect=True)``.
    """
    files = request.getfixturevalue("postgres" if request.param == "postgresql" else "sqlite")
    with files.database(asked_for(request)) as database:
        yield database


def asked_for(request: pytest.FixtureRequest) -> Rows:
    """The shipped pathways where a test asks for them too, as every engine does: copying is quicker than INSERT."""
    asked = "published_versions" in request.fixturenames
    return request.getfixturevalue("published_versions") if asked else ()  # type: ignore[no-any-return]


@pytest.fixture
def settings(db: Database, tmp_path: Path) -> Settings:
    """Settings of an installation in New York, on the test's database, with the shipped pathways."""
    return Settings(
        database_url=db.url,
        secret_key="a key for tests that is long enough",
        zone=ZoneInfo("America/New_York"),
        data_dir=tmp_path,
        pathways_dir=SHIPPED_PATHWAYS,
    )


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at 9:00 in New York on Tuesday 13 January 2026 until its ``instant`` is set."""
    return SetClock(MORNING)


@pytest.fixture(scope="session")
def published_versions(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The rows of the shipped pathways once they are published."""
    from engine.publish import publish_shipped

    with sqlite_database(sqlite_file, tmp_path_factory.mktemp("published")) as database:
        publish_shipped(database, SHIPPED_PATHWAYS, SetClock(MORNING))
        with database.reading() as connection:
            return [dict(row) for row in connection.execute(select(versions)).mappings()]


@pytest.fixture
def engine(
    db: Database, clock: SetClock, settings: Settings, published_versions: list[dict[str, Any]]
) -> Engine:
    """An engine on the test's database, which has the shipped pathways, at the test's clock."""
    from engine.application import Engine

    return Engine(db, clock, settings)
