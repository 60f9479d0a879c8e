"""What the engine's tests share: one library, so that each version is compiled once per session."""

from __future__ import annotations

from typing import Any

import pytest

from engine.application import Engine
from engine.clock import SetClock
from engine.library import Library
from engine.settings import Settings
from engine.store.database import Database


@pytest.fixture(scope="session")
def library() -> Library:
    """Compiled versions, shared by all engines of the session: nothing may ever be written to them."""
    return Library()


@pytest.fixture
def engine(
    db: Database,
    clock: SetClock,
    settings: Settings,
    published_versions: list[dict[str, Any]],
    library: Library,
) -> Engine:
    """An engine on the test's database, which has the shipped pathways, at the test's clock."""
    return Engine(db, clock, settings, library)
