"""How often somebody ticks changes nothing: the same acts at the same instants give the same case."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from engine.application import Engine
from engine.clock import SetClock
from engine.errors import CaseClosed
from engine.library import Library
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.tables import versions
from tests.engine.builders import BETTER, Case, a_case

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 2, 20, 9, tzinfo=ZONE)  # the clocks change on day 16
DAYS = 45
NEVER = timedelta(days=10_000)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does at an instant, and to which of the open tasks."""

    minutes: int
    what: str
    which: int


def acts() -> st.SearchStrategy[list[Act]]:
    """Up to nine acts of six weeks, at any minute, in order."""
    ordinary = ["answer", "answer", "answer_all", "late", "attempt", "discharge", "ed", "measure"]
    rare = ["pause", "resume", "surgery", "surgery_done", "withdraw"]
    act = st.builds(Act, st.integers(1, DAYS * 1440), st.sampled_from(ordinary * 2 + rare), st.integers(0, 3))
    return st.lists(act, max_size=9).map(lambda found: sorted(found, key=lambda each: each.minutes))


@pytest.fixture(scope="session")
def published_file(
    sqlite_file: Path, published_versions: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A SQLite file with the shipped pathways and nobody in it."""
    file = tmp_path_factory.mktemp("ticks") / "published.db"
    shutil.copyfile(sqlite_file, file)
    db = Database(f"sqlite:///{file}")
    with db.writing() as connection:
        connection.execute(insert(versions), published_versions)
    db.dispose()
    return file


@settings(max_examples=12)
@given(script=acts(), baseline=st.booleans())
def test_ticking_hourly_daily_every_ten_days_or_once_gives_the_same_case(
    published_file: Path, library: Library, script: list[Act], baseline: bool
) -> None:
    """The same tasks with ids, kinds and days, the same facts, processes, outgoing work and record."""
    told = [
        outcome_of(published_file, library, script, baseline=baseline, every=every)
        for every in (NEVER, timedelta(days=10), timedelta(days=1), timedelta(hours=1))
    ]
    for other in told[1:]:
        assert other == told[0]


def outcome_of(
    file: Path, library: Library, script: list[Act], *, baseline: bool, every: timedelta
) -> dict[str, list[Any]]:
    """Run the script with a tick at every multiple of ``every``, and one at the end."""
    with a_fresh_engine(file, library) as engine:
        case = a_case(engine)
        case.scores = BETTER
        if baseline:
            case.answer_all()
        ticks = [START + every * n for n in range(1, int(timedelta(days=DAYS) / every) + 1)]
        moments: list[tuple[datetime, int, Act | None]] = [(at, 1, None) for at in ticks]
        moments += [(START + timedelta(minutes=act.minutes), 0, act) for act in script]
        for at, _, act in sorted(moments, key=lambda each: each[:2]):
            case.set_clock(at)
            if act is None:
                assert engine.tick().failed == ()
            else:
                perform(case, act)
        case.set_clock(START + timedelta(days=DAYS))
        engine.tick()
        assert case.faults() == []
        return what_happened(case)


def perform(case: Case, act: Act) -> None:
    """A device reports a value, which brings the case up to date; then somebody does something."""
    try:
        case.event("measure.recorded", code="55423-8", value=4000 + act.which)
        ACTS[act.what](case, act.which)
    except CaseClosed:
        assert case.row["closed_at"] is not None or case.row["next_due"] is not None


def _one(act: Callable[[Case, Any], object]) -> Callable[[Case, int], None]:
    """Act on one of the open tasks, if there is any."""

    def on_a_task(case: Case, which: int) -> None:
        if tasks := case.open():
            act(case, tasks[which % len(tasks)])

    return on_a_task


ACTS: dict[str, Callable[[Case, int], Any]] = {
    "answer": _one(lambda case, task: case.answer(task)),
    "late": _one(lambda case, task: case.answer_late(task)),
    "attempt": _one(lambda case, task: case.attempt(task)),
    "answer_all": lambda case, which: case.answer_all(),
    "discharge": lambda case, which: case.event(
        "transition.discharged", case.clock() - timedelta(days=which)
    ),
    "ed": lambda case, which: case.event("transition.ed_visit"),
    "measure": lambda case, which: case.event("measure.recorded", code="29463-7", value=80 + which),
    "pause": lambda case, which: case.event("case.paused"),
    "resume": lambda case, which: case.event("case.resumed"),
    "surgery": lambda case, which: case.event("surgery.planned"),
    "surgery_done": lambda case, which: case.event("surgery.done"),
    "withdraw": lambda case, which: case.event("patient.withdrew"),
}


def what_happened(case: Case) -> dict[str, list[Any]]:
    """All that must not depend on ticks: everything but when it was written and by the how-manieth command."""
    rows = case.everything() | {"history": case.history()}
    when_written = {"created_at", "done_at", "started_at", "ended_at", "recorded_at", "closed_at", "at"}
    numbering = {"command", "command_count", "hash", "prev_hash", "history_head", "id_of_row"}
    told = {name: [_without(row, when_written | numbering) for row in rows[name]] for name in rows}
    del told["commands"]
    told["outbox"] = [_without(row, {"id"}) for row in told["outbox"]]
    return told


def _without(row: Any, names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


@contextmanager
def a_fresh_engine(published: Path, library: Library) -> Iterator[Engine]:
    file = published.with_name("case.db")
    for leftover in published.parent.glob("case.db*"):
        leftover.unlink()
    shutil.copyfile(published, file)
    db = Database(f"sqlite:///{file}")
    settings_ = Settings(
        database_url=db.url,
        secret_key="a key for tests that is long enough",
        zone=ZONE,
        data_dir=published.parent,
        pathways_dir=SHIPPED_PATHWAYS,
    )
    try:
        yield Engine(db, SetClock(START), settings_, library)
    finally:
        db.dispose()
