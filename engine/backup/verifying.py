"""Is a backup whole: its files by their hashes, and its database by putting it back somewhere else and looking."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from engine.backup import postgres, sqlite
from engine.backup.archive import DUMPS, faults_of_files, opened, take_out, told_when_full
from engine.backup.manifest import Manifest
from engine.errors import BackupFailed
from engine.settings import Settings
from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Verified:
    """What the backup says of itself, and what is wrong with it; ``was_put_back`` unless its files alone were read."""

    manifest: Manifest
    faults: tuple[str, ...]
    was_put_back: bool


def verify(file: Path, settings: Settings) -> Verified:
    """Files and a copy that is put back elsewhere, and thrown away. Raises BackupFailed where it cannot be read."""
    with opened(file) as (archive, manifest):
        faults = tuple(faults_of_files(archive, manifest))
        if faults:
            return Verified(manifest, faults, was_put_back=False)
        with put_back(archive, manifest, settings) as db:
            return Verified(manifest, tuple(differences(db, manifest)), was_put_back=True)


def verify_files(file: Path) -> Verified:
    """The hashes of its files alone: quick, and needs no database."""
    with opened(file) as (archive, manifest):
        return Verified(manifest, tuple(faults_of_files(archive, manifest)), was_put_back=False)


@contextmanager
def put_back(
    archive: ZipFile, manifest: Manifest, settings: Settings, beside: Path | None = None
) -> Iterator[Database]:
    """The backup's database as a copy of its own, gone afterwards; a SQLite file stands in the folder ``beside``.

    Raises BackupFailed where that cannot be: no tools, no room, no right to make a database.
    """
    name = DUMPS[manifest.dialect]
    place = beside or (settings.data_dir if settings.data_dir.is_dir() else None)
    with told_when_full(settings.data_dir), tempfile.TemporaryDirectory(prefix=".throughline-", dir=place) as folder:
        dump = take_out(archive, name, Path(folder) / name)
        if manifest.dialect == "sqlite":
            with sqlite.looked_at(dump) as db:
                yield db
            return
        if make_url(settings.database_url).get_backend_name() != "postgresql":
            raise BackupFailed("this is a backup of PostgreSQL; name a server in THROUGHLINE_DATABASE_URL")
        tools = postgres.Tools(settings)
        with postgres.scratch(settings) as url:
            tools.restore(dump, str(url.database))
            db = Database(url.render_as_string(hide_password=False))
            try:
                yield db
            finally:
                db.dispose()


def differences(db: Database, manifest: Manifest) -> Iterator[str]:
    """What a copy holds otherwise than the manifest says, in words; that it cannot be read is such a thing, too."""
    try:
        with db.reading() as connection:
            damage = sqlite.damage_of(connection) if db.dialect == "sqlite" else None
            if damage is not None:
                yield f"its database is damaged: {damage}"
            yield from manifest.differs_from(connection)
    except DBAPIError as error:
        yield f"its database cannot be read ({error.orig})"
