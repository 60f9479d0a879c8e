"""What the pages' tests share: one library of compiled versions, and the whole application on SQLite.

The queries behind the pages are tested on both databases under tests/worklists and tests/engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from engine.application import Engine
from engine.clock import SetClock
from engine.library import Library
from engine.settings import Settings
from engine.store.database import Database
from tests.apps import an_app
from tests.conftest import asked_for
from tests.databases import SqliteFiles
from tests.webui.builders import Visit, with_people


@pytest.fixture(scope="session")
def library() -> Library:
    return Library()


@pytest.fixture
def db(request: pytest.FixtureRequest, sqlite: SqliteFiles) -> Iterator[Database]:
    with sqlite.database(asked_for(request)) as database:
        yield database


@pytest.fixture
def engine(
    db: Database, clock: SetClock, settings: Settings, published_versions: list[dict[str, Any]], library: Library
) -> Engine:
    """An engine with the shipped pathways and one user of each role."""
    engine = Engine(db, clock, settings, library)
    with_people(engine)
    return engine


@pytest.fixture
def app(engine: Engine) -> Flask:
    return an_app(engine)


@pytest.fixture
def visit(app: Flask) -> Visit:
    """A browser without JavaScript in which nobody has signed in."""
    return Visit(app.test_client())


@pytest.fixture
def dana(visit: Visit) -> Visit:
    """A case manager's browser."""
    return visit.signed_in("dana")
