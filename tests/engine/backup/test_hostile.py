"""What stands in a restore's way, by accident or by somebody's hand: it is refused, moved aside or told."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.application import Engine
from engine.backup.archive import MANIFEST
from engine.backup.making import make
from engine.backup.restoring import restore
from engine.backup.verifying import verify, verify_files
from engine.clock import SetClock
from engine.errors import BackupFailed
from engine.settings import Settings
from engine.store.database import Database
from tests.databases import closed_at_the_end
from tests.engine.backup.test_drill import heads
from tests.engine.builders import a_case

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return replace(settings, data_dir=tmp_path / "var")


def forged(file: Path, changes: Mapping[str, Any], more: Mapping[str, bytes]) -> Path:
    """The backup with other words in its manifest and more files, whose hashes the manifest has."""
    forged_file = file.with_name("forged.zip")
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(forged_file, "w") as target:
        manifest = json.loads(archive.read(MANIFEST)) | changes
        for name in set(archive.namelist()) - {MANIFEST}:
            target.writestr(name, archive.read(name))
        for name, content in more.items():
            target.writestr(name, content)
            manifest["files"][name] = hashlib.sha256(content).hexdigest()
        target.writestr(MANIFEST, json.dumps(manifest))
    return forged_file


def test_a_log_that_another_database_has_left_is_not_played_into_the_restored_one(
    engine: Engine, clock: SetClock, settings: Settings, tmp_path: Path
) -> None:
    """Its file is gone, it stayed: it is moved aside, for SQLite would play it into whatever has that file's name."""
    case = a_case(engine)
    made = make(engine.db, settings, None, clock.now())
    wanted, place = heads(engine.db), tmp_path / "crashed"
    place.mkdir()
    assert engine.db.file is not None
    with engine.db.reading() as reader:
        reader.exec_driver_sql("SELECT 1")
        case.event("transition.ed_visit")
        shutil.copy(f"{engine.db.file}-wal", place / "throughline.db-wal")  # as a crash leaves it
    with closed_at_the_end(Database(f"sqlite:///{place}/throughline.db")) as other:
        done = restore(made.file, other, replace(settings, database_url=other.url, data_dir=place))
        assert heads(other) == wanted
        assert done.found.is_whole
    assert done.kept == str(place / "throughline.db.before-restore-1-wal")


@pytest.mark.parametrize("back", [timedelta(), timedelta(days=3)], ids=["the same second", "a clock that went back"])
def test_the_backup_that_was_just_made_is_never_the_one_that_goes(
    engine: Engine, clock: SetClock, settings: Settings, back: timedelta
) -> None:
    """Whatever its name says of the time."""
    first = make(engine.db, settings, None, clock.now(), keep=1)
    second = make(engine.db, settings, None, clock.now() - back, keep=1)
    assert (second.file.exists(), first.file.exists()) == (True, False)


@pytest.mark.parametrize("name", ["keys/throughline.db-wal", "signing.keys/a.txt", "checkpoints/.hidden", "other/a"])
def test_a_file_of_another_name_than_ours_is_not_taken_out(
    engine: Engine, clock: SetClock, settings: Settings, tmp_path: Path, name: str
) -> None:
    """Also where its hash is right: a log beside the database would be played into it."""
    a_case(engine)
    made = make(engine.db, settings, None, clock.now())
    with closed_at_the_end(Database(f"sqlite:///{tmp_path}/elsewhere/throughline.db")) as other:
        others = replace(settings, database_url=other.url, data_dir=tmp_path / "elsewhere")
        with pytest.raises(BackupFailed, match="no name that a backup's file has"):
            restore(forged(made.file, {}, {name: b"x"}), other, others)
    assert not list((tmp_path / "elsewhere").glob("*"))


@pytest.mark.parametrize(
    "changes",
    [{"dialect": ["sqlite"]}, {"entries": "1"}, {"tables": 3}, {"files": ["database.sqlite"]}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_manifest_of_other_kinds_of_values_is_none(
    engine: Engine, clock: SetClock, settings: Settings, changes: Mapping[str, Any]
) -> None:
    """It is refused before anything is put back."""
    made = make(engine.db, settings, None, clock.now())
    with pytest.raises(BackupFailed, match="no manifest"):
        verify_files(forged(made.file, changes, {}))


def test_numbers_that_the_manifest_does_not_have_from_the_database_are_faults(
    engine: Engine, clock: SetClock, settings: Settings
) -> None:
    """What is lost is counted by them."""
    a_case(engine)
    made = make(engine.db, settings, None, clock.now())
    faults = verify(forged(made.file, {"entries": 10_000, "cases": 7}, {}), settings).faults
    assert any("10,000 entries" in each for each in faults)


def test_a_damaged_page_of_the_database_is_found(engine: Engine, clock: SetClock, settings: Settings) -> None:
    """A copy of it has the hashes that it should: whoever verifies looks at every page."""
    a_case(engine)
    assert engine.db.file is not None
    with closing(sqlite3.connect(engine.db.file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_outbox_key'"
        (page,) = connection.execute(query).fetchone()
    engine.db.dispose()
    with engine.db.file.open("r+b") as stream:
        stream.seek((page - 1) * size)
        stream.write(b"\x0a\x00\x00\xff" * (size // 4))
    made = make(engine.db, settings, None, clock.now())
    assert any("damaged" in each for each in verify(made.file, settings).faults)


def test_what_fails_after_the_swap_is_told_with_what_was_done(
    engine: Engine, clock: SetClock, settings: Settings, tmp_path: Path
) -> None:
    """The database is the backup's by then, and the one before has another name: nobody is told otherwise."""
    a_case(engine)
    more = {"signing.keys/abc.pem": b"x"}
    file = forged(make(engine.db, settings, None, clock.now()).file, {}, more)
    (tmp_path / "file").write_text("no folder")
    engine.db.dispose()
    with pytest.raises(BackupFailed, match=r"was put back, the one before is kept as .*before-restore-1"):
        restore(file, engine.db, replace(settings, signing_key_file=tmp_path / "file" / "signing.key"), over=True)
