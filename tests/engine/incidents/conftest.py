"""Small pathways whose diagrams fail until they are mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.application import Engine
from tests.engine.migration.builders import Pathway


@pytest.fixture
def pathway(engine: Engine, tmp_path: Path) -> Pathway:
    """The behavioural health track, to be published in small versions."""
    folder = tmp_path / "pathway"
    folder.mkdir()
    return Pathway(engine, folder)
