"""The small pathways that the walks of these tests lead through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.studio.workspace import shipped_texts
from engine.tryout import Theatre
from tests.engine.scenarios.theatre import Theatre as Small


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, str]:
    """The texts of three small diagrams and a form."""
    return shipped_texts(Small.built(tmp_path / "pathways").folder)


@pytest.fixture
def theatre() -> Iterator[Theatre]:
    """Where walks are played; its folders are gone at the end."""
    found = Theatre()
    yield found
    found.close()
