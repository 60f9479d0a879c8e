"""`kill -9` at any point of a command: afterwards no task is lost, none doubled, and the record is whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from engine.application import Engine
from engine.clock import SetClock
from engine.library import Library
from engine.proof.verification import Trust, verify_everything
from engine.store.tables import sandbox_clock, versions
from tests.conftest import MORNING
from tests.databases import sqlite_database
from tests.engine.builders import Case, a_case, all_rows
from tests.engine.crash_walker import SETTINGS, Walker, in_a_process_of_its_own

DAYS = 200
WRITTEN = {
    f"before {statement}"
    for statement in (
        "INSERT tasks", "INSERT facts", "INSERT history", "INSERT commands", "INSERT processes",
        "UPDATE tasks", "UPDATE cases", "UPDATE processes", "UPDATE sandbox_clock",
    )
}  # fmt: skip


def in_a_sandbox(engine: Engine, count: int = 3) -> list[Case]:
    """Cases that start now, in a database that keeps its own clock."""
    cases = [a_case(engine) for _ in range(count)]
    with engine.db.writing() as connection:
        connection.execute(insert(sandbox_clock).values(id=1, now=engine.clock.now()))
    return cases


@pytest.fixture(scope="session")
def undisturbed(
    sqlite_file: Path,
    published_versions: list[dict[str, Any]],
    library: Library,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[Any]]:
    """Every row of the same walk when nobody is killed."""
    with sqlite_database(sqlite_file, tmp_path_factory.mktemp("undisturbed")) as db:
        with db.writing() as connection:
            connection.execute(insert(versions), published_versions)
        cases = in_a_sandbox(Engine(db, SetClock(MORNING), SETTINGS, library))
        walker = Walker(db.url, library, [case.id for case in cases], DAYS)
        while walker.step():
            pass
        walker.db.dispose()
        return rows_of(cases[0].engine)


def rows_of(engine: Engine) -> dict[str, list[Any]]:
    """All rows, but for numbers that a database gives out and does not take back when a transaction fails.

    What is numbered so is compared case by case: of two cases that are due at one instant either may come first.
    """
    numbers = {"commands": "id", "outbox": "id", "cases": "number", "fact_names": "mark", "fact_kinds": "mark"}
    found = {
        table: [{k: v for k, v in row._mapping.items() if k != numbers.get(table)} for row in rows]
        for table, rows in all_rows(engine).items()
        if table != "fact_values"  # by those numbers; in words they are among the rows of facts
    }
    for table in ("commands", "outbox"):
        found[table].sort(key=lambda row: str(row["case_id"]))
    for table in ("fact_names", "fact_kinds"):
        found[table].sort(key=str)
    return found


@pytest.mark.parametrize(
    ("db", "kills", "moments"), [("sqlite", 200, 20), ("postgresql", 50, 10)], indirect=["db"]
)
def test_two_hundred_kills_lose_nothing_and_double_nothing(
    engine: Engine, undisturbed: dict[str, list[Any]], kills: int, moments: int
) -> None:
    """Killed before any statement, before and after a commit, and at random moments, over and over: in the end every
    row of every table, each task, fact and entry with its hash, is that of a walk that nobody disturbed."""
    cases = in_a_sandbox(engine)
    plan = {"days": DAYS, "kills": kills, "moments": moments, "seed": 1, "reach": 14, "longest": 0.04}
    plan["aims"] = sorted(WRITTEN)
    deaths = Counter(in_a_process_of_its_own("walk", engine.db, [case.id for case in cases], plan))
    assert deaths.total() == kills + moments
    assert deaths["finished"] == 0, deaths
    assert set(deaths) >= {"before commit", "after commit", "at a moment"}
    assert set(deaths) >= WRITTEN, deaths
    with engine.db.reading() as connection:
        assert verify_everything(connection, Trust.of(engine.settings)).faults == ()
    found = rows_of(engine)
    assert {name: len(rows) for name, rows in found.items()} == {
        n: len(rows) for n, rows in undisturbed.items()
    }
    assert found == undisturbed
