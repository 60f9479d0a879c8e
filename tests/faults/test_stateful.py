"""The engine against a simple model: whatever is done, in whatever order, at whatever time, and whatever crashes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from engine.clock import SetClock
from engine.store.database import Database
from tests.conftest import MORNING
from tests.databases import Postgres, SqliteFiles
from tests.faults.machine import Patients, Place
from tests.faults.small_pathway import Small, published


@pytest.fixture(scope="module")
def small(sqlite: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Small]:
    with sqlite.database() as db:
        yield published(db, SetClock(MORNING), tmp_path_factory.mktemp("small"))


def walked(
    small: Small, database: Callable[[], AbstractContextManager[Database]], folder: Path, examples: int, steps: int
) -> Place:
    """What was done in so many runs of at most so many steps."""
    place = Place(small, database, folder)
    size = settings(max_examples=examples, stateful_step_count=steps)
    run_state_machine_as_test(partial(Patients, place), settings=size)  # type: ignore[arg-type]  # it calls it
    return place


def test_on_sqlite_the_engine_does_what_the_model_says(sqlite: SqliteFiles, small: Small, tmp_path: Path) -> None:
    """The same tasks with the same days, people and states; the same status, next due time and number of commands and
    updates; matched, refused and replayed alike. After each step chains verify, and rows are what waits in diagrams."""
    seen = walked(small, sqlite.database, tmp_path, examples=40, steps=35).seen
    assert seen["CompleteTask"] >= 20, seen
    assert {"crash before", "crash after", "crashed ticks", "jumps", "refused"} <= set(seen), seen


def test_on_postgresql_the_engine_does_what_the_model_says(postgres: Postgres, small: Small, tmp_path: Path) -> None:
    """The same, on fewer runs."""
    seen = walked(small, postgres.database, tmp_path, examples=8, steps=20).seen
    assert {"jumps", "refused"} <= set(seen)
