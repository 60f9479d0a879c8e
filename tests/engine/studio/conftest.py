"""What the studio's tests share: a small folder of pathways, published, and two directors."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.store.database import Database
from engine.store.people import add_user
from tests.engine.studio.small_pathways import NOW, OMAR, RUTH, published, small_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "pathways")


@pytest.fixture
def versions(db: Database, folder: Path) -> dict[str, str]:
    """The hash of each published process of the folder: "msk" and "ckm". Ruth and Omar may sign in."""
    with db.writing() as connection:
        for email, name in ((RUTH, "Ruth Cole"), (OMAR, "Omar Reyes")):
            add_user(
                connection,
                email=email,
                name=name,
                role="clinical_director",
                password_hash="",
                one_time=False,
                now=NOW,
            )
        return published(connection, folder)
