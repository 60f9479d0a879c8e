"""What the tests of migration share: a small pathway on the test's database."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.application import Engine
from tests.engine.migration.builders import Pathway


@pytest.fixture
def pathway(engine: Engine, tmp_path: Path) -> Pathway:
    folder = tmp_path / "pathways"
    folder.mkdir()
    return Pathway(engine, folder)
