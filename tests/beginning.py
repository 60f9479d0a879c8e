"""How a run begins: the files that take longest first, so that no core waits for another; what is loaded is kept."""

from __future__ import annotations

import gc
import os
from itertools import groupby, islice

import pytest

# Seconds on two cores, the longest first. A file that is not here takes less than ten.
LONGEST = (
    "tests/browser/test_accessible.py",
    "tests/pathways/test_scenarios.py",
    "tests/engine/test_crashes.py",
    "tests/soak/test_killed_processes.py",
    "tests/browser/test_director_and_auditor.py",
    "tests/test_year_from_outside.py",
    "tests/faults/test_stateful.py",
    "tests/security/test_csrf.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the longest files at the beginning of each worker's share, the others after them in the order they have.

    ``--dist worksteal`` cuts the collection into one share for each worker, and moves the end of a share to whoever
    has nothing left. A file is not cut, so that what its tests share is made once.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    places = {config.rootpath / file: place for place, file in enumerate(LONGEST)}
    long = sorted((item for item in items if item.path in places), key=lambda item: places[item.path])
    rest = iter([item for item in items if item.path not in places])
    files = [list(file) for _, file in groupby(long, key=lambda item: item.path)]
    ordered: list[pytest.Item] = []
    for worker in range(workers):
        size = (len(items) - len(ordered)) // (workers - worker)
        share = [item for file in files[worker::workers] for item in file]
        ordered += share + list(islice(rest, max(0, size - len(share))))
    items[:] = ordered


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for cycles among what tests make alone, and seldom: to look through all tests takes a seventh of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
