"""How a backup takes the place of a database: put back elsewhere, looked at, brought up, then swapped in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from sqlalchemy import func, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from engine.backup import postgres, sqlite
from engine.backup.archive import DUMPS, FOLDERS, faults_of_files, opened, take_out, told_when_full
from engine.backup.manifest import Manifest
from engine.backup.verifying import differences, put_back
from engine.counted import counted
from engine.errors import BackupFailed, Refused, ThroughlineError
from engine.proof.files import kept_files
from engine.proof.result import Verification
from engine.proof.signing_key import public_folder
from engine.proof.verification import Trust, verify_everything
from engine.settings import Settings
from engine.store.database import Database
from engine.store.migrate import known_revisions, upgrade
from engine.store.tables import cases


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; ``kept`` is the name that the database before has now, ``lost`` says what is gone since."""

    manifest: Manifest
    kept: str | None
    lost: tuple[str, ...]
    added: tuple[str, ...]
    found: Verification


def restore(file: Path, db: Database, settings: Settings, *, over: bool = False) -> Restored:
    """Put a backup in the place of the database that the settings name, and verify its records there.

    Refused where that holds anything, unless ``over``: it is then kept under another name. Raises BackupFailed where
    the backup is not whole; the database is then as it was.
    """
    with opened(file) as (archive, manifest):
        _refuse(manifest, db, over=over)
        faults = tuple(faults_of_files(archive, manifest))
        if faults:
            raise BackupFailed(f"the backup is not whole, nothing was put back: {'; '.join(faults)}")
        lost = tuple(_lost(manifest, settings, _entries_of(db)))
        kept = _swapped(archive, manifest, db, settings)
        with _told_what_was_done(kept):
            added = tuple(_put_beside(archive, manifest, settings))
            with db.reading() as connection:
                found = verify_everything(connection, Trust.of(settings))
    return Restored(manifest, kept, lost, added, found)


@contextmanager
def _told_what_was_done(kept: str | None) -> Iterator[None]:
    """What fails after the swap undoes nothing of it, and must not be told as if nothing had been done."""
    try:
        yield
    except (OSError, ThroughlineError) as error:
        before = f", the one before is kept as {kept}" if kept else ""
        problem = error.message if isinstance(error, ThroughlineError) else str(error)
        raise BackupFailed(
            f"the database was put back{before}; what came after that was not done: {problem}. Mend that, copy what is "
            "missing of checkpoints and signing.keys out of the archive, then run 'throughline history verify'"
        ) from error


def _refuse(manifest: Manifest, db: Database, *, over: bool) -> None:
    if manifest.dialect != db.dialect:
        raise BackupFailed(f"this is a backup of {manifest.dialect}, and THROUGHLINE_DATABASE_URL names {db.dialect}")
    if manifest.revision not in known_revisions():
        raise BackupFailed(
            f"the backup is of revision {manifest.revision}, made by throughline {manifest.program}; install that "
            "version or a newer one"
        )
    if not over and not _is_empty(db):
        raise Refused(
            "the database is not empty: restore into a new one, or say --force, which keeps it under another name"
        )


def _is_empty(db: Database) -> bool:
    if db.file is not None:
        return not sqlite.is_occupied(db.file)
    with db.reading() as connection:
        return not inspect(connection).get_table_names()


def _swapped(archive: ZipFile, manifest: Manifest, db: Database, settings: Settings) -> str | None:
    """Returns the name under which the database before is kept."""
    if db.file is None and _is_empty(db):
        _fill(archive, manifest, db, settings)
        return None
    beside = db.file.parent if db.file is not None else None
    if beside is not None:
        with told_when_full(beside):
            beside.mkdir(parents=True, exist_ok=True)
    with put_back(archive, manifest, settings, beside) as copy:
        _accept(copy, manifest)
        copy.dispose()
        db.dispose()
        if db.file is None or copy.file is None:
            return postgres.put_in_place(make_url(copy.url), settings)
        sqlite.settle(copy.file)
        kept = sqlite.put_in_place(copy.file, db.file)
        return str(kept) if kept else None


def _fill(archive: ZipFile, manifest: Manifest, db: Database, settings: Settings) -> None:
    """Into the empty database itself, in one transaction: its owner and its rights stay, no other is made for it."""
    with told_when_full(settings.data_dir), TemporaryDirectory(prefix=".throughline-") as folder:
        dump = take_out(archive, DUMPS[manifest.dialect], Path(folder) / DUMPS[manifest.dialect])
        postgres.Tools(settings).restore(dump, str(make_url(db.url).database))
    _accept(db, manifest)


def _accept(copy: Database, manifest: Manifest) -> None:
    faults = tuple(differences(copy, manifest))
    if faults:
        raise BackupFailed(f"the backup is not whole, what stands there is not to be used: {'; '.join(faults)}")
    upgrade(copy)


def _entries_of(db: Database) -> int | None:
    """How many entries the database held until now; None where there is none, or it does not say any more."""
    with suppress(DBAPIError):
        if not _is_empty(db):
            with db.reading() as connection:
                return connection.scalar(select(func.coalesce(func.sum(cases.c.history_length), 0)))
    return None


def _lost(manifest: Manifest, settings: Settings, entries: int | None) -> Iterator[str]:
    """What was written after the backup, by what is known outside of it."""
    if entries is not None and entries > manifest.entries:
        gone = counted(entries - manifest.entries, "entry", "entries")
        yield f"the database before held {gone} more than the backup"
    newest = kept_files(settings.checkpoints)[-1:]
    content = newest[0].content() if newest else None
    said = content.get("statement") if content else None
    if isinstance(said, dict) and newest[0].number > (manifest.checkpoint or 0):
        yield (
            f"checkpoint {newest[0].number} of {said.get('day')} holds {said.get('entries')} entries of "
            f"{said.get('cases')} cases, and the backup, of {manifest.made_at}, {manifest.entries} of "
            f"{manifest.cases}: this is an old backup, and what was written since is lost"
        )


def _put_beside(archive: ZipFile, manifest: Manifest, settings: Settings) -> Iterator[str]:
    """Files that are not there; one that is there stays, whatever the backup holds: it may be the newer one."""
    folders = {"checkpoints": settings.checkpoints, "signing.keys": public_folder(settings.signing_key)}
    single = {"keys/signing.key": settings.signing_key, "keys/secret_key": settings.data_dir / "secret_key"}
    for name in sorted(manifest.files):
        folder, _, rest = name.partition("/")
        if folder not in FOLDERS:
            continue
        to = single.get(name) or folders.get(folder, settings.data_dir) / rest
        to.parent.mkdir(parents=True, exist_ok=True)
        if not to.exists():
            take_out(archive, name, to)
            yield name
