"""The theatre that the scenarios of these tests are played in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.scenarios.theatre import Theatre


@pytest.fixture
def theatre(tmp_path: Path) -> Theatre:
    """A folder of three small diagrams, without scenarios."""
    return Theatre.built(tmp_path / "pathways")
