"""A database server that tests may stop and fill, and small pathways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.application import Engine
from tests.databases import quick_folder
from tests.engine.migration.builders import Pathway
from tests.faults.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One of the faults' own: the session's serves other tests."""
    with quick_folder("throughline-faults-") as folder, Server.running(folder) as running:
        yield running


@pytest.fixture
def pathway(engine: Engine, tmp_path: Path) -> Pathway:
    """The behavioural health track, to be published in small versions."""
    folder = tmp_path / "pathway"
    folder.mkdir()
    return Pathway(engine, folder)
