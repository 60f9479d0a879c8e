"""The channel of folders: whole or not there, once for each update, readable by whoever picks it up."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from engine.outgoing.outgoing import NotDelivered
from interop.care_update_folder import FolderChannel
from tests.interop.updates import KEY, NOW, a_letter

OTHER_KEY = "6f1d1c1e-9d7e-5b36-8b1e-3c9a3f0c2f12"


def test_a_folder_holds_the_update_and_its_receipt(tmp_path: Path) -> None:
    """PDF, FHIR document, and a receipt with the digest of each; nothing half-written beside it."""
    evidence = FolderChannel(tmp_path).send(a_letter())
    found = {path.name: path.read_bytes() for path in (tmp_path / "12").iterdir()}
    assert set(found) == {"care-update.pdf", "care-update.json", "receipt.json"}
    assert evidence["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items() if name != "receipt.json"
    }
    assert json.loads(found["receipt.json"])["sha256"] == a_letter().sha256
    assert [path.name for path in tmp_path.iterdir()] == ["12"]


def test_the_same_update_again_is_the_same_folder(tmp_path: Path) -> None:
    """With the receipt of the first time."""
    channel = FolderChannel(tmp_path)
    first = channel.send(a_letter())
    assert channel.send(replace(a_letter(), now=NOW.replace(hour=23))) == first
    assert len(list(tmp_path.iterdir())) == 1


def test_an_older_database_has_not_spoilt_the_place(tmp_path: Path) -> None:
    """A new sandbox begins to count anew in the same data folder."""
    channel = FolderChannel(tmp_path)
    channel.send(a_letter())
    assert channel.send(a_letter(key=OTHER_KEY))["receipt"] == f"12-{OTHER_KEY}"


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """A full or missing disk is mended, the update is not lost."""
    (tmp_path / "outgoing").write_text("a file in the way")
    with pytest.raises(NotDelivered, match="cannot be written"):
        FolderChannel(tmp_path / "outgoing").send(a_letter())


@pytest.mark.parametrize("spoilt", ["", "[]", "{}", "\udcff"])
def test_a_spoilt_receipt_is_no_receipt(tmp_path: Path, spoilt: str) -> None:
    """What a full disk has left under the id is not taken for the update; under the key it has to be moved away."""
    channel = FolderChannel(tmp_path)
    for name in ("12", f"12-{KEY}"):
        assert channel.send(a_letter())["receipt"] == name
        (tmp_path / name / "receipt.json").write_bytes(spoilt.encode(errors="surrogateescape"))
    with pytest.raises(NotDelivered, match=f"12-{KEY} is there and holds no receipt of this update"):
        channel.send(a_letter())


def test_a_folder_has_the_mode_that_the_umask_gives(tmp_path: Path) -> None:
    """A gateway that runs as another user of the group may read it."""
    before = os.umask(0o027)
    try:
        FolderChannel(tmp_path / "outgoing").send(a_letter())
    finally:
        os.umask(before)
    assert {oct(path.stat().st_mode & 0o777) for path in (tmp_path / "outgoing").rglob("*")} == {"0o750", "0o640"}


def test_what_a_killed_attempt_has_left_is_swept_after_a_day(tmp_path: Path) -> None:
    """By the age of the folder itself: the clock of a sandbox may stand in another year."""
    old, new = tmp_path / ".making-old", tmp_path / ".making-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "care-update.pdf").write_bytes(b"%PDF-")
    two_days_ago = new.stat().st_mtime - 2 * 24 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    FolderChannel(tmp_path).send(replace(a_letter(), now=NOW.replace(year=2036)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".making-new", "12"]


def test_two_workers_make_one_folder(tmp_path: Path) -> None:
    """Whoever is second finds the first one's, with its receipt."""
    barrier, receipts = threading.Barrier(4), []

    def send() -> None:
        barrier.wait()
        receipts.append(FolderChannel(tmp_path / "outgoing").send(a_letter())["receipt"])

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert receipts == ["12"] * 4
    assert [path.name for path in (tmp_path / "outgoing").iterdir()] == ["12"]
