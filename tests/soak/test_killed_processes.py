"""Web and workers killed with SIGKILL at random instants while cases are walked: the record is that of a quiet walk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Postgres, quick_folder
from tests.soak.comparison import Outcome, compare, outcome_of
from tests.soak.disturbed import Disturbance, Story, walk_disturbed
from tests.soak.people import Size
from tests.soak.place import Place
from tests.soak.undisturbed import walk_undisturbed

# The long run is `make soak`.
SIZE = Size(cases=5, days=12, seed=4)
PAUSE = 0.25
LEAST, MOST = 8, 20  # a faster machine is through earlier, a slow one shall not be killed for ever


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with quick_folder("throughline-soak-") as made:
        yield made


@pytest.fixture(scope="module")
def undisturbed(folder: Path) -> Outcome:
    """One process on SQLite that nobody disturbs."""
    place = Place(f"sqlite:///{folder}/undisturbed/throughline.db", folder / "undisturbed")
    return outcome_of(place, walk_undisturbed(place, SIZE).told)


def test_two_workers_and_a_web_process_on_postgresql_killed_at_random_leave_the_same_record(
    postgres: Postgres, folder: Path, undisturbed: Outcome
) -> None:
    """The same patients, cases, tasks, facts, entries, commands and updates as one process that nobody disturbs."""
    with postgres.empty_database() as url:
        place = Place(url, folder / "postgresql")
        is_the_same(place, walk_disturbed(place, SIZE, Disturbance(PAUSE, workers=2, most=MOST)), undisturbed)


def test_a_web_process_and_a_worker_on_one_sqlite_file_killed_at_random_leave_the_same_record(
    folder: Path, undisturbed: Outcome
) -> None:
    """Nothing is lost, nothing doubled, and the chains verify."""
    place = Place(f"sqlite:///{folder}/sqlite/throughline.db", folder / "sqlite")
    is_the_same(place, walk_disturbed(place, SIZE, Disturbance(PAUSE, workers=1, most=MOST)), undisturbed)


def is_the_same(place: Place, story: Story, undisturbed: Outcome) -> None:
    """What a walk has left is what the undisturbed one has; that it was disturbed shows in its deaths."""
    found = compare(outcome_of(place, story.walk.told), undisturbed)
    assert found.differences == []
    assert (story.read_faults, story.errors) == ([], Counter())
    assert story.kills >= LEAST
    assert found.counts["history"] > 80
    assert found.counts["files sent"] > 0
