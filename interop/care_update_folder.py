"""The channel `folder`: an update becomes a folder of its PDF, its FHIR document and a receipt, all at once or not."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.outgoing.outgoing import Evidence, Letter, NotDelivered
from interop.care_update_fhir import bundle_bytes
from interop.care_update_pdf import pdf

PDF, BUNDLE, RECEIPT = "care-update.pdf", "care-update.json", "receipt.json"


@dataclass(frozen=True, slots=True)
class FolderChannel:
    """Folders below ``root``, named after the outbox's ids: for training, and for a gateway that picks them up."""

    root: Path
    name: str = "folder"

    def send(self, letter: Letter) -> Evidence:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            target = self._place(letter)
            if not target.exists():
                self._write(letter, target)
            receipt = _receipt(target)
        except OSError as error:
            raise NotDelivered(f"{self.root} cannot be written ({error.strerror})") from error
        assert receipt is not None
        return {"receipt": target.name, "written_at": receipt["written_at"], "files": receipt["files"]}

    def _place(self, letter: Letter) -> Path:
        """The letter's folder: its id, with a part of its key where an earlier database has left one of that id."""
        target = self.root / str(letter.id)
        receipt = _receipt(target)
        is_free = not target.exists() or (receipt is not None and receipt["key"] == letter.key)
        return target if is_free else self.root / f"{letter.id}-{letter.key}"

    def _write(self, letter: Letter, target: Path) -> None:
        """Everything beside its place, then moved there in one step: nobody sees half an update."""
        files = {PDF: pdf(letter.update, letter.sha256), BUNDLE: bundle_bytes(letter.update, letter.key)}
        receipt = {
            "key": letter.key,
            "sha256": letter.sha256,
            "recipient": letter.recipient,
            "written_at": letter.now.isoformat(),
            "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        }
        files[RECEIPT] = json.dumps(receipt, ensure_ascii=False, indent=1).encode()
        making = Path(tempfile.mkdtemp(prefix=".making-", dir=self.root))
        try:
            for name, content in files.items():
                _write_through(making / name, content)
            making.rename(target)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)
            if not (target / RECEIPT).exists():  # else another worker was first with the same update
                raise


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())  # the outbox forgets the update once it is here


def _receipt(folder: Path) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
