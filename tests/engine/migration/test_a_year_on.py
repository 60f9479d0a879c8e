"""A year of care that is moved between equal versions is the same year, on the real engine and MSK as it is shipped."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.application import Engine
from engine.bundle import PathwayFiles
from engine.publish import publish
from engine.settings import SHIPPED_PATHWAYS
from tests.engine.builders import Case, a_case, on_sqlite
from tests.engine.migration.builders import migrate

MOVES = (0, 24, 29, 61, 185, 301)  # days of the case, in the morning before anything is answered


def noted(engine: Engine, folder: Path, note: str) -> str:
    """MSK as it is shipped, with another sentence in its documentation; the version's hash."""
    shutil.copytree(SHIPPED_PATHWAYS, folder)
    file = folder / "msk.bpmn"
    file.write_text(file.read_text().replace("One year of ACCESS care", f"{note} One year of ACCESS care"))
    with engine.db.writing() as connection:
        now = engine.clock.now()
        return publish(connection, PathwayFiles(folder), "msk.bpmn", note=note, by="test", now=now)[0].hash


def told(case: Case) -> list[Mapping[str, Any]]:
    """All tasks that ever were, but for the version and the names of the case."""
    own = ("id", "case_id", "patient_id", "process_id", "version")
    return [{name: value for name, value in row.items() if name not in own} for row in case.tasks()]


def entries(case: Case) -> list[tuple[Any, ...]]:
    """The record, without the entries of the moves themselves."""
    kept = [row for row in case.history() if row["kind"] != "process.migrated"]
    return [(row["at"], row["actor"], row["kind"], row["element_id"], row["summary"]) for row in kept]


@on_sqlite
def test_a_year_that_is_moved_six_times_is_the_year_of_a_twin_that_stayed(engine: Engine, tmp_path: Path) -> None:
    """Tasks, dates, ends, facts and the record are the twin's, letter by letter; the chain is whole."""
    stays, moves = a_case(engine), a_case(engine)
    first = moves.row["version"]
    others = [noted(engine, tmp_path / str(n), f"Number {n}.") for n in range(2)]
    for number, day in enumerate((*MOVES, 400)):
        for case in (stays, moves):
            case.answer_all()
        while stays.day < day and stays.row["closed_at"] is None:
            stays.to_day(stays.day + 1)
            if stays.day < day:
                for case in (stays, moves):
                    case.answer_all()
        if day in MOVES:
            migrate(moves, (others[0], others[1], first)[number % 3])
    assert stays.status == moves.status == "completed"
    assert told(moves) == told(stays)
    assert entries(moves) == entries(stays)
    assert len(moves.history("process.migrated")) == len(MOVES)
    assert moves.faults() == []
