"""How a SQLite file is copied while others write to it, and how another takes its place."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from engine.backup.archive import sync_folder
from engine.errors import BackupFailed, Refused
from engine.store.database import Database

_LOGS = ("-wal", "-journal")


def copy(source: Path, target: Path) -> None:
    """One moment of a database, by SQLite's own backup; in write-ahead mode nobody waits for it."""
    with _told(target), closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)  # all pages in one step: a step at a time would begin anew with each commit of others


@contextmanager
def looked_at(file: Path) -> Iterator[Database]:
    """A copy as a database; afterwards it is one file again, without a log beside it."""
    db = Database(f"sqlite:///{file}")
    try:
        yield db
    finally:
        db.dispose()
        settle(file)


def settle(file: Path) -> None:
    """Bring the write-ahead log into the file and do without one; refused while anybody else has the file open."""
    try:
        with closing(sqlite3.connect(file, timeout=2)) as connection:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise Refused(f"{file} is in use ({error}); stop the web process and the workers first") from error
    except sqlite3.DatabaseError:
        return  # what is no database has no log; it is moved aside like one
    if mode != "delete":
        raise Refused(f"{file} is in use; stop the web process and the workers first")


def is_occupied(file: Path) -> bool:
    """Whether there is anything in a file, be it a database or not."""
    return file.exists() and file.stat().st_size > 0


def put_in_place(restored: Path, file: Path) -> Path | None:
    """Put a restored file where the database stands; what stood there is kept beside, and its name returned."""
    kept = []
    name = next(name for n in count(1) if not _is_taken(name := file.with_name(f"{file.name}.before-restore-{n}")))
    if is_occupied(file):
        settle(file)
        os.link(file, name)
        kept.append(name)
    kept += _logs_moved(file, name)
    os.replace(restored, file)  # one step: whoever looks sees the one or the other
    sync_folder(file.parent)
    return kept[0] if kept else None


def damage_of(connection: Connection) -> str | None:
    """What SQLite finds wrong with any page of a file; its hash is right where the damage was copied."""
    said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    return None if said == "ok" else str(said)


def _logs_moved(file: Path, name: Path) -> Iterator[Path]:
    """Logs that `settle` could not bring in, for their file is damaged or gone, go where the kept file goes.

    SQLite would play them into whatever has the file's name.
    """
    for end in _LOGS:
        log = Path(f"{file}{end}")
        if log.exists():
            os.replace(log, f"{name}{end}")
            yield Path(f"{name}{end}")
    Path(f"{file}-shm").unlink(missing_ok=True)


def _is_taken(name: Path) -> bool:
    return any(Path(f"{name}{end}").exists() for end in ("", *_LOGS))


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupFailed(
            f"the database cannot be copied to {target.parent} ({error}); nothing is left half done"
        ) from error
