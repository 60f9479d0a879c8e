"""`throughline demo`: synthetic patients, the same for the same seed, with a record that is whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from cli.demo.courses import Story, Trajectory, courses
from engine.store.database import Database
from engine.store.tables import cases, history, patients
from tests.cli.conftest import Throughline
from tests.databases import Postgres

Heads = list[tuple[Any, ...]]


@pytest.fixture
def demo_sandbox(throughline: Throughline) -> Throughline:
    """A sandbox half a year after the ACCESS model began."""
    throughline("db", "init", "--sandbox", "--now", "2027-01-06T14:30:00Z")
    return throughline


def heads(db: Database) -> Heads:
    """What each case's record ends with: equal heads, equal records."""
    with db.reading() as connection:
        return [tuple(row) for row in connection.execute(select(cases.c.id, cases.c.history_head))]


def test_the_demo_is_a_living_list_with_a_whole_record(demo_sandbox: Throughline, db: Database) -> None:
    """Patients at all stages, open and overdue tasks, nothing due that has not run, and no broken chain."""
    loaded = demo_sandbox.json("demo", "load", "--patients", "12", "--months", "3")["loaded"]
    assert loaded["patients"] == 12
    assert set(loaded["by_track"]) == {"msk", "ckm", "eckm", "bh"}
    assert loaded["open_tasks"] > 0
    assert demo_sandbox.json("tick")["commands"] == 0
    assert demo_sandbox.json("history", "verify")["ok"] is True
    with db.reading() as connection:
        latest = connection.execute(select(history.c.at).order_by(history.c.at.desc())).scalars().first()
    assert latest is not None
    assert latest.isoformat() <= "2027-01-06T14:30:00+00:00"


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_same_seed_gives_the_same_records(demo_sandbox: Throughline, db: Database, tmp_path: Path) -> None:
    """Down to the hash of the last entry; another seed gives others."""
    arguments = ("demo", "load", "--patients", "4", "--months", "2")
    demo_sandbox(*arguments)
    twins = []
    for seed in ("1", "2"):
        other = Throughline({**demo_sandbox.env, "THROUGHLINE_DATABASE_URL": f"sqlite:///{tmp_path}/{seed}.db"})
        other("db", "init", "--sandbox", "--now", "2027-01-06T14:30:00Z")
        other(*arguments, "--seed", seed)
        twins.append(heads(Database(other.env["THROUGHLINE_DATABASE_URL"])))
    assert twins[0] == heads(db)
    assert twins[1] != heads(db)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_demo_is_not_loaded_into_a_live_or_a_loaded_database(throughline: Throughline) -> None:
    """Made-up patients do not come among real ones, nor twice."""
    assert throughline.json("demo", "load", code=2)["error"]["code"] == "not-a-sandbox"
    throughline("db", "init", "--sandbox")
    throughline("demo", "load", "--patients", "1", "--months", "1")
    assert "already" in throughline("demo", "load", "--patients", "1", code=2).stderr


def test_prepare_makes_a_sandbox_with_the_demo_where_there_is_none(new_throughline: Throughline) -> None:
    """The first time it loads and prints the sign-ins, the second time it only prints them."""
    first = new_throughline.json("demo", "prepare", "--patients", "2", "--months", "1")
    assert first["loaded"]["patients"] == 2
    assert {each["role"] for each in first["sign_ins"]} == {"case_manager", "clinical_director", "auditor"}
    second = new_throughline.json("demo", "prepare")
    assert second == {"loaded": None, "sign_ins": first["sign_ins"]}
    files = {file.name for file in Path(new_throughline.env["THROUGHLINE_DATA_DIR"]).iterdir()}
    assert not any("loading" in name for name in files)


def test_prepare_fills_an_empty_postgresql_database(new_throughline: Throughline, postgres: Postgres) -> None:
    """On a server the database is there before it has a schema: that counts as none."""
    with postgres.empty_database() as url:
        new_throughline.env["THROUGHLINE_DATABASE_URL"] = url
        assert new_throughline.json("demo", "prepare", "--patients", "1", "--months", "1")["loaded"]["patients"] == 1
        assert new_throughline.json("clock", "show")["sandbox"] is True


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_prepare_leaves_a_database_that_is_there_alone(sandbox: Throughline, db: Database) -> None:
    """It brings the schema up to date and loads nobody."""
    assert sandbox.json("demo", "prepare") == {"loaded": None, "sign_ins": []}
    with db.reading() as connection:
        assert connection.execute(select(patients.c.id)).first() is None


def test_the_stories_of_the_demo_are_all_told() -> None:
    """Sixty patients: seven in ten get better, and every story happens to somebody."""
    planned = courses(60, 183, Random(1))
    assert {course.story for course in planned} == set(Story)
    assert sum(course.trajectory is Trajectory.IMPROVING for course in planned) == 42
    assert min(course.enrolled_days for course in planned) <= 6
    assert max(course.enrolled_days for course in planned) == 183


def test_every_track_has_its_share_and_some_patients_are_in_two() -> None:
    """Two in five for the joints, one in five for each of the others; stories of the joints stay with MSK."""
    planned = courses(400, 365, Random(1))
    first = Counter(course.tracks[0] for course in planned)
    assert all(70 <= first[track] <= 80 for track in ("ckm", "eckm", "bh"))
    assert {course.tracks for course in planned if len(course.tracks) == 2} == {("msk", "bh")}
    assert {c.tracks for c in planned if c.story in (Story.SURGERY, Story.RED_FLAG)} == {("msk",)}
