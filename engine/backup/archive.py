"""A backup is one zip file: the database's dump, what stands beside it, the manifest; whole, or not there at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from engine.backup.manifest import Manifest
from engine.errors import BackupFailed, Busy

MANIFEST = "manifest.json"
DUMPS = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
# Nothing of another name is taken out of an archive, wherever it comes from: a file beside the database may change it.
FOLDERS = {
    "checkpoints": re.compile(r"[0-9]{6,}(-[0-9]{2,4}){3}\.json"),
    "signing.keys": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*\.pem"),
    "keys": re.compile(r"signing\.key|secret_key"),
}
_LOCK = ".throughline-backup.lock"
_PARTIAL = ".throughline-backup-"
_AT_ONCE = 1 << 20
_LARGEST_MANIFEST = 1 << 24  # bytes; ten years of checkpoints need a fortieth of it
# What reading a file that was cut short, changed or enciphered comes to.
_UNREADABLE = (zipfile.BadZipFile, KeyError, EOFError, zlib.error, RuntimeError)
# Entries of a fixed date: the same content gives the same bytes, and the manifest says when it was made.
_DATE = (1980, 1, 1, 0, 0, 0)


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A folder for what is not whole yet, beside what will be; what a crash left of an earlier one is removed.

    Raises Busy while another process makes a backup there, BackupFailed where the disk is full or cannot be written.
    """
    with told_when_full(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / _LOCK, "w", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy(f"another backup is being made in {folder}") from error
            for left in folder.glob(f"{_PARTIAL}*"):
                _remove(left)
            with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=folder, ignore_cleanup_errors=True) as made:
                yield Path(made)


@contextmanager
def told_when_full(place: Path) -> Iterator[None]:
    """What the disk refuses becomes an error that says where."""
    try:
        yield
    except OSError as error:
        raise BackupFailed(
            f"{error.filename or place} cannot be written ({error.strerror}); nothing is left half done, make room or "
            "name another place"
        ) from error


def pack(manifest: Manifest, files: Mapping[str, Path], work: Path, to: Path) -> Manifest:
    """Put files into an archive, and the archive in its place once it is on the disk; returns the manifest in it."""
    partial = work / "archive.zip"
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)  # it holds patients' data
    with os.fdopen(descriptor, "w+b") as stream:
        with zipfile.ZipFile(stream, "w") as archive:
            hashes = {name: _add(archive, name, file) for name, file in files.items()}
            manifest = manifest.with_files(hashes)
            archive.writestr(_member(MANIFEST), json.dumps(manifest.content, indent=1, sort_keys=True))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(partial, to)
    sync_folder(to.parent)
    return manifest


def sync_folder(folder: Path) -> None:
    """Make names of a folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive with its manifest; raises BackupFailed where it is none."""
    with _zip(file) as archive:
        manifest = Manifest.read(_json(archive))
        if manifest is None or DUMPS.get(manifest.dialect) not in manifest.files:
            raise BackupFailed(f"{file} holds no manifest that this version understands; it is no backup of it")
        yield archive, manifest


def faults_of_files(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    """Files that are missing, not named, of a name that none of ours has, or not what the manifest was made of."""
    there = set(archive.namelist()) - {MANIFEST}
    yield from (f"{name} is not in it" for name in sorted(set(manifest.files) - there))
    yield from (f"{name} is not named by its manifest" for name in sorted(there - set(manifest.files)))
    for name in sorted(there & set(manifest.files)):
        if not _is_ours(name):
            yield f"{name} is no name that a backup's file has"
        elif _hash_within(archive, name) != manifest.files[name]:
            yield f"{name} is not the file that the manifest was made of"


def take_out(archive: zipfile.ZipFile, name: str, to: Path) -> Path:
    """Write one file of an archive, for its owner alone: whole, or not at all."""
    partial = to.with_name(f".{to.name}.part")
    partial.unlink(missing_ok=True)  # of one that a crash or a full disk has ended
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with archive.open(name) as source, os.fdopen(descriptor, "wb") as stream:
        while part := source.read(_AT_ONCE):
            stream.write(part)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(partial, to)
    return to


def _is_ours(name: str) -> bool:
    folder, _, rest = name.partition("/")
    if not rest:
        return name in DUMPS.values()
    return folder in FOLDERS and FOLDERS[folder].fullmatch(rest) is not None


def _add(archive: zipfile.ZipFile, name: str, file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source, archive.open(_member(name), "w", force_zip64=True) as target:
        while part := source.read(_AT_ONCE):
            digest.update(part)
            target.write(part)
    return digest.hexdigest()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    # pg_dump has compressed its own already.
    info.compress_type = zipfile.ZIP_STORED if name == DUMPS["postgresql"] else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


def _hash_within(archive: zipfile.ZipFile, name: str) -> str | None:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as source:
            _update(digest, source)
    except _UNREADABLE:
        return None
    return digest.hexdigest()


def _update(digest: Any, source: IO[bytes]) -> None:
    while part := source.read(_AT_ONCE):
        digest.update(part)


def _zip(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError as error:
        raise BackupFailed(f"there is no file {file}") from error
    except IsADirectoryError as error:
        raise BackupFailed(f"{file} is a folder; name a backup in it") from error
    except _UNREADABLE as error:
        raise BackupFailed(f"{file} is not a whole backup; it was cut short or changed") from error


def _json(archive: zipfile.ZipFile) -> Any:
    try:
        if archive.getinfo(MANIFEST).file_size > _LARGEST_MANIFEST:
            return None
        return json.loads(archive.read(MANIFEST))
    except (ValueError, *_UNREADABLE):
        return None


def _remove(left: Path) -> None:
    for file in left.glob("*"):
        file.unlink(missing_ok=True)
    left.rmdir()
