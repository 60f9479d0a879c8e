"""A database without a schema, of each kind, for what an earlier version left there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.database import Database
from tests.databases import closed_at_the_end
from tests.migrations.former import empty_sqlite


@pytest.fixture(params=["sqlite", "postgresql"])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Empty: the test makes the schema."""
    if request.param == "sqlite":
        with empty_sqlite(tmp_path) as database:
            yield database
        return
    with request.getfixturevalue("postgres").empty_database() as url, closed_at_the_end(Database(url)) as database:
        yield database
