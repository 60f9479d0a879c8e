"""The restore drill: a backup is made while others write, verified, put back, and care goes on from there."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from engine.application import Engine
from engine.backup.making import make
from engine.backup.restoring import restore
from engine.backup.verifying import verify
from engine.clock import SetClock
from engine.errors import BackupFailed, Busy, Refused
from engine.proof.checkpoints import write_daily
from engine.settings import Settings
from engine.store import tables
from engine.store.database import Database
from engine.store.migrate import is_current
from tests.databases import closed_at_the_end
from tests.engine.backup.tools import pg_bin
from tests.engine.builders import Case, a_case
from tests.migrations.former import Former

Heads = dict[str, tuple[int, str]]


@pytest.fixture
def settings(settings: Settings, tmp_path: Path, db: Database) -> Settings:
    """With the tools of the tests' own server."""
    found = pg_bin(db.url) if db.dialect == "postgresql" else None
    return replace(settings, pg_bin=found, data_dir=tmp_path / "var")


@pytest.fixture
def elsewhere(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Database, Settings]]:
    """Another installation, with nothing in it."""
    with empty_installation(settings, tmp_path / "elsewhere", request) as made:
        yield made


@pytest.fixture
def case(engine: Engine, clock: SetClock, settings: Settings) -> Case:
    """A case in its first week, held by a checkpoint."""
    made = a_case(engine)
    write_daily(engine.db, settings, clock.now())
    return made


def test_the_restore_drill(
    engine: Engine, clock: SetClock, case: Case, settings: Settings, elsewhere: tuple[Database, Settings]
) -> None:
    """Chain heads match, nothing is wrong with the records, and a case goes on where it was."""
    other, others = elsewhere
    made = make(engine.db, settings, None, clock.now())
    assert verify(made.file, settings).faults == ()
    done = restore(made.file, other, others)
    assert done.found.is_whole, done.found.faults
    assert done.found.holding == 1, "the checkpoint's file and its public key came along"
    assert done.lost == ()
    assert heads(other) == heads(engine.db)
    clock.instant += timedelta(days=30)
    assert Engine(other, clock, others).tick().commands > 0


def test_a_backup_is_of_one_moment_while_others_write(
    engine: Engine, clock: SetClock, case: Case, settings: Settings
) -> None:
    """Cases that are enrolled meanwhile are in it whole or not at all."""
    with enrolling(engine):
        made = [make(engine.db, settings, None, clock.now()) for _ in range(3)]
    assert len({each.file for each in made}) == 3
    for each in made:
        assert verify(each.file, settings).faults == ()


def test_a_database_with_something_in_it_is_not_overwritten(
    engine: Engine, clock: SetClock, case: Case, settings: Settings
) -> None:
    """Refused without a word to force it; then the one before is kept under another name."""
    made = make(engine.db, settings, None, clock.now())
    clock.instant += timedelta(days=2)
    engine.tick()
    a_case(engine)
    write_daily(engine.db, settings, clock.now())
    later = heads(engine.db)
    with pytest.raises(Refused, match="not empty"):
        restore(made.file, engine.db, settings)
    assert heads(engine.db) == later
    engine.db.dispose()
    done = restore(made.file, engine.db, settings, over=True)
    assert set(heads(engine.db)) == {case.id}
    assert done.kept is not None
    with kept_database(engine.db, done.kept) as before:
        assert heads(before) == later


def test_an_old_backup_that_is_put_back_is_told_in_words(
    engine: Engine, clock: SetClock, case: Case, settings: Settings
) -> None:
    """By the checkpoint's file, which no backup takes away: how much is lost, and since when."""
    made = make(engine.db, settings, None, clock.now())
    clock.instant += timedelta(days=2)
    a_case(engine)
    write_daily(engine.db, settings, clock.now())
    engine.db.dispose()
    done = restore(made.file, engine.db, settings, over=True)
    assert any("more than the backup" in each for each in done.lost)
    assert any("checkpoint 2 of 2026-01-15" in each and "old backup" in each for each in done.lost)
    assert not done.found.is_whole
    drop_kept(engine.db, done.kept)


def test_a_changed_archive_is_not_put_back(
    engine: Engine, clock: SetClock, case: Case, settings: Settings, elsewhere: tuple[Database, Settings]
) -> None:
    """One byte is enough, wherever it stands; so is a file cut short, as by a crash or a full disk."""
    other, others = elsewhere
    made = make(engine.db, settings, None, clock.now())
    content = made.file.read_bytes()
    middle = len(content) // 2
    for spoilt in (content[:middle], content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]):
        made.file.write_bytes(spoilt)
        with pytest.raises(BackupFailed, match=r"not a whole backup|is not whole"):
            restore(made.file, other, others)
    assert list(others.data_dir.glob("*.db")) == []


def test_no_private_key_leaves_unless_it_is_asked_for(
    engine: Engine, clock: SetClock, case: Case, settings: Settings, elsewhere: tuple[Database, Settings]
) -> None:
    """With keys, the other installation signs as this one did; a file that is there already stays."""
    other, others = elsewhere
    without = make(engine.db, settings, None, clock.now())
    assert not [name for name in without.manifest.files if name.startswith("keys/")]
    with_keys = make(engine.db, settings, None, clock.now(), with_keys=True)
    assert with_keys.manifest.holds_keys
    assert oct(with_keys.file.stat().st_mode & 0o777) == "0o600"
    restore(with_keys.file, other, others)
    assert others.signing_key.read_bytes() == settings.signing_key.read_bytes()
    assert oct(others.signing_key.stat().st_mode & 0o777) == "0o600"


def test_a_backup_of_an_earlier_version_is_brought_up(
    settings: Settings,
    clock: SetClock,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    elsewhere: tuple[Database, Settings],
) -> None:
    """Made at revision 0004 and put back years later: its records are whole at the newest schema."""
    other, others = elsewhere
    with empty_installation(settings, tmp_path / "former", request) as (former, formers):
        Former.named("0004c").make(former, formers.data_dir)
        made = make(former, formers, tmp_path / "old", clock.now())
        assert made.manifest.revision == "0004"
        assert verify(made.file, others).faults == ()
        done = restore(made.file, other, others)
        assert done.found.is_whole, done.found.faults
        assert done.found.holding == 1
        assert is_current(other)
        assert heads(other) == heads(former)


@pytest.mark.parametrize("db", ["postgresql"], indirect=True)
def test_tools_that_are_missing_or_too_old_are_said(
    engine: Engine, clock: SetClock, settings: Settings, tmp_path: Path
) -> None:
    """With the version that is needed, and the setting that names their folder; nothing is written."""
    tools = tmp_path / "bin"
    tools.mkdir()
    without = replace(settings, pg_bin=tools)
    with pytest.raises(BackupFailed, match=r"there is no pg_dump.*THROUGHLINE_PG_BIN"):
        make(engine.db, without, None, clock.now())
    (tools / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    (tools / "pg_dump").chmod(0o755)
    with pytest.raises(BackupFailed, match="older than the server"):
        make(engine.db, without, None, clock.now())
    assert list(settings.data_dir.glob("backups/*.zip")) == []


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_oldest_are_removed_and_nothing_else(
    engine: Engine, clock: SetClock, case: Case, settings: Settings, tmp_path: Path
) -> None:
    """`--keep 2` leaves the two newest, and files that are none of ours."""
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "notes.zip").write_text("mine")
    for day in range(4):
        made = make(engine.db, settings, folder, clock.now() + timedelta(days=day), keep=2)
    names = sorted(file.name for file in folder.glob("*.zip"))
    assert names == ["notes.zip", "throughline-20260115T140000Z.zip", made.file.name]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_crash_leaves_no_file_that_looks_whole(
    engine: Engine, clock: SetClock, case: Case, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off before its last step there is nothing of it; what a kill leaves is cleared by the next one."""
    folder = tmp_path / "crashed"

    def killed(_from: object, _to: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            make(engine.db, settings, folder, clock.now())
    assert list(folder.glob("*.zip")) == []
    left = folder / ".throughline-backup-of-a-killed-one"
    left.mkdir()
    (left / "archive.zip").write_text("half")
    made = make(engine.db, settings, folder, clock.now())
    assert not left.exists()
    assert verify(made.file, settings).faults == ()


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_two_backups_at_once_into_one_folder_are_refused(
    engine: Engine, clock: SetClock, case: Case, settings: Settings, tmp_path: Path
) -> None:
    """The second is told to come again, rather than clear away what the first is writing."""
    from engine.backup.archive import workplace

    with workplace(tmp_path / "busy"), pytest.raises(Busy, match="another backup"):
        make(engine.db, settings, tmp_path / "busy", clock.now())


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_database_in_use_is_not_taken_away(
    engine: Engine, clock: SetClock, case: Case, settings: Settings
) -> None:
    """A process that has it open would write into the file that was moved aside."""
    made = make(engine.db, settings, None, clock.now())
    with closed_at_the_end(Database(engine.db.url)) as web, web.reading() as connection:
        connection.execute(select(tables.cases.c.id))
        with pytest.raises(Refused, match="in use"):
            restore(made.file, engine.db, settings, over=True)
    assert set(heads(engine.db)) == {case.id}


def heads(db: Database) -> Heads:
    """How long each case's chain is, and which hash it ends with."""
    cases = tables.cases.c
    with db.reading() as connection:
        rows = connection.execute(select(cases.id, cases.history_length, cases.history_head))
        return {row[0]: (row[1], row[2]) for row in rows}


@contextmanager
def enrolling(engine: Engine) -> Iterator[None]:
    """Somebody who enrols patients until the block ends."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            a_case(engine)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def kept_database(db: Database, kept: str) -> Iterator[Database]:
    """The database that a restore has moved aside; gone afterwards."""
    url = f"sqlite:///{kept}" if db.dialect == "sqlite" else db.url.replace(_name(db), kept)
    with closed_at_the_end(Database(url)) as before:
        yield before
    drop_kept(db, kept)


def drop_kept(db: Database, kept: str | None) -> None:
    if db.dialect == "postgresql":
        with db.alone() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(f'DROP DATABASE "{kept}"'))


@contextmanager
def empty_installation(
    settings: Settings, folder: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Database, Settings]]:
    """A database of the same kind, without a schema, and a folder for its data."""
    if settings.database_url.startswith("sqlite"):
        folder.mkdir()
        url = nullcontext(f"sqlite:///{folder}/throughline.db")
    else:
        url = request.getfixturevalue("postgres").empty_database()
    with url as named, closed_at_the_end(Database(named)) as empty:
        yield empty, replace(settings, database_url=named, data_dir=folder)


def _name(db: Database) -> str:
    return str(make_url(db.url).database)
