"""How a backup is made while everybody works, and how many are kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.backup import postgres, sqlite
from engine.backup.archive import DUMPS, pack, told_when_full, workplace
from engine.backup.manifest import Manifest
from engine.errors import BackupFailed
from engine.proof.files import kept_files
from engine.proof.signing_key import public_folder
from engine.settings import Settings
from engine.store.database import Database
from engine.store.migrate import revision

_NAME = re.compile(r"throughline-(\d{8}T\d{6}Z)(?:-(\d+))?\.zip")


@dataclass(frozen=True, slots=True)
class Made:
    """The file, what it says of itself, its size in bytes, and the older ones that were removed for it."""

    file: Path
    manifest: Manifest
    size: int
    removed: tuple[Path, ...]


def make(
    db: Database,
    settings: Settings,
    to: Path | None,
    now: datetime,
    *,
    with_keys: bool = False,
    keep: int | None = None,
) -> Made:
    """Make a backup in a folder (`backups` in the data folder where none is named), or as the file that is named.

    ``keep`` removes the oldest ones of the folder beyond that many, once the new one is whole. Raises BackupFailed,
    and Busy where one is being made there.
    """
    _refuse_none(db)
    file = _place(to or settings.data_dir / "backups", now)
    if keep is not None and not _NAME.fullmatch(file.name):
        raise BackupFailed("only backups with a name of ours are counted and removed; name a folder to keep some")
    with workplace(file.parent) as work:
        stamp = now.astimezone(UTC).isoformat(timespec="seconds")
        dump = work / DUMPS[db.dialect]
        manifest = _dumped(db, settings, dump, stamp, with_keys=with_keys)
        files = {dump.name: dump, **_beside(settings), **(_keys(settings) if with_keys else {})}
        manifest = pack(manifest, files, work, file)
        removed = _removed(file, keep)
        return Made(file, manifest, file.stat().st_size, removed)


def _refuse_none(db: Database) -> None:
    if db.file is None or db.file.exists():
        with db.reading() as connection:
            if revision(connection) is not None:
                return
    raise BackupFailed("there is no database to back up; see THROUGHLINE_DATABASE_URL")


def _place(to: Path, now: datetime) -> Path:
    if to.suffix == ".zip":
        if to.exists():
            raise BackupFailed(f"{to} is there already; name another file, or a folder")
        return to
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    name, number = f"throughline-{stamp}.zip", 1
    while (to / name).exists():
        number += 1
        name = f"throughline-{stamp}-{number}.zip"
    return to / name


def _dumped(db: Database, settings: Settings, dump: Path, stamp: str, *, with_keys: bool) -> Manifest:
    if db.file is not None:
        sqlite.copy(db.file, dump)
        with sqlite.looked_at(dump) as copied, copied.reading() as connection:
            return Manifest.of(connection, stamp, holds_keys=with_keys)
    tools = postgres.Tools(settings)
    with postgres.one_moment(db) as (connection, snapshot):
        tools.dump(snapshot, dump)
        return Manifest.of(connection, stamp, holds_keys=with_keys)


def _beside(settings: Settings) -> dict[str, Path]:
    """The checkpoints' files and the public keys: what the record is verified with."""
    checkpoints = {f"checkpoints/{each.file.name}": each.file for each in kept_files(settings.checkpoints)}
    keys = {f"signing.keys/{file.name}": file for file in sorted(public_folder(settings.signing_key).glob("*.pem"))}
    return checkpoints | keys


def _keys(settings: Settings) -> dict[str, Path]:
    """What signs, and what sessions are signed with: only when it is asked for."""
    named = {"keys/signing.key": settings.signing_key, "keys/secret_key": settings.data_dir / "secret_key"}
    return {name: file for name, file in named.items() if file.is_file()}


def _removed(made: Path, keep: int | None) -> tuple[Path, ...]:
    """The oldest others; never the one that was just made, whose name is an older one where the clock went back."""
    if keep is None:
        return ()
    named = [(name, file) for file in made.parent.iterdir() if file != made and (name := _NAME.fullmatch(file.name))]
    found = sorted((name[1], int(name[2] or 1), file) for name, file in named)
    gone = tuple(file for _, _, file in found[: max(len(found) + 1 - keep, 0)])
    with told_when_full(made.parent):
        for file in gone:
            file.unlink()
    return gone
