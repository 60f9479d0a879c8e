"""The channel `folder`: an update becomes a folder of its PDF, its FHIR document and a receipt, all at once or not."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.outgoing.outgoing import Evidence, Letter, NotDelivered
from interop.care_update_fhir import bundle_bytes
from interop.care_update_pdf import pdf

PDF, BUNDLE, RECEIPT = "care-update.pdf", "care-update.json", "receipt.json"

_MAKING = ".making-"
_LEFT_BEHIND = 24 * 3600  # seconds: no attempt takes so long


@dataclass(frozen=True, slots=True)
class FolderChannel:
    """Folders below ``root``, named after the outbox's ids: for training, and for a gateway that picks them up."""

    root: Path
    name: str = "folder"

    def send(self, letter: Letter) -> Evidence:
        try:
            self._make_root()
            target = self._place(letter)
            if not target.exists():
                self._write(letter, target)
            # Also where it was there before: who made it may not have lived to do this.
            _reach_the_disk(target)
            _reach_the_disk(self.root)
        except OSError as error:
            raise NotDelivered(f"{self.root} cannot be written ({error.strerror or error})") from error
        receipt = _receipt(target)
        if receipt is None:
            raise _in_the_way(target)
        return {"receipt": target.name, "written_at": receipt["written_at"], "files": receipt["files"]}

    def _make_root(self) -> None:
        if not self.root.is_dir():
            self.root.mkdir(parents=True, exist_ok=True)
            _reach_the_disk(self.root.parent)

    def _place(self, letter: Letter) -> Path:
        """The letter's folder: its id, with its key where something else stands under that id.

        An earlier database has left one of that id, or a disk that was full a spoilt one.
        """
        for target in (self.root / str(letter.id), self.root / f"{letter.id}-{letter.key}"):
            if not target.exists() or _is_of(letter, target):
                return target
        raise _in_the_way(target)

    def _write(self, letter: Letter, target: Path) -> None:
        """Everything beside its place, then moved there in one step: nobody sees half an update."""
        files = _files(letter)
        making = self.root / f"{_MAKING}{letter.id}-{secrets.token_hex(8)}"
        making.mkdir()  # not tempfile's: its folders are for its own user alone, and a gateway has to read this one
        try:
            self._sweep(making.stat().st_mtime)
            for name, content in files.items():
                _write_through(making / name, content)
            _reach_the_disk(making)
            making.rename(target)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)
            if not _is_of(letter, target):  # else another worker was first with the same update
                raise

    def _sweep(self, now: float) -> None:
        """Remove what attempts that were killed have left, by the clock of the folder itself."""
        for left in self.root.glob(f"{_MAKING}*"):
            with suppress(FileNotFoundError):  # another worker sweeps too, or moves its own to its place
                if now - left.stat().st_mtime > _LEFT_BEHIND:
                    shutil.rmtree(left, ignore_errors=True)


def _files(letter: Letter) -> dict[str, bytes]:
    files = {PDF: pdf(letter.update, letter.sha256), BUNDLE: bundle_bytes(letter.update, letter.key)}
    receipt = {
        "key": letter.key,
        "sha256": letter.sha256,
        "recipient": letter.recipient,
        "written_at": letter.now.isoformat(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    return files | {RECEIPT: json.dumps(receipt, ensure_ascii=False, indent=1).encode()}


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())  # the outbox forgets the update once it is here


def _reach_the_disk(folder: Path) -> None:
    """A new name in a folder outlasts a power cut only once the folder itself is written."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network shares cannot do it for a folder
            raise
    finally:
        os.close(number)


def _is_of(letter: Letter, folder: Path) -> bool:
    receipt = _receipt(folder)
    return receipt is not None and receipt["key"] == letter.key


def _in_the_way(target: Path) -> NotDelivered:
    return NotDelivered(f"{target} is there and holds no receipt of this update; move it away")


def _receipt(folder: Path) -> Mapping[str, Any] | None:
    """The receipt in a folder; None where there is none, or one that a full disk or a person has spoilt."""
    try:
        found = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return found if isinstance(found, dict) and found.keys() >= {"key", "written_at", "files"} else None
