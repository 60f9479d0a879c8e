"""What has left the house on a walk: one folder for each update, whole, under the key of its row, and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.outgoing.care_update_send import key_of
from interop.care_update_folder import BUNDLE, PDF, RECEIPT
from tests.soak.rows import Left

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAKING = ".making-"  # of those who were killed while they wrote; swept after a day


def effects(left: Left, outgoing: Path) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The content of each update by its name, ids taken out; and what is wrong with what is there."""
    there = {path.name for path in outgoing.iterdir() if not path.name.startswith(_MAKING)} if left.sent else set()
    wanted = {str(row["result"]["receipt"]): name for name, row in left.sent.items()}
    faults = [f"{name} is there and nothing was sent under it" for name in sorted(there - wanted.keys())]
    faults += [f"the update of {wanted[name]} is not there" for name in sorted(wanted.keys() - there)]
    found = {}
    for folder in sorted(there & wanted.keys()):
        name = wanted[folder]
        faults += _faults(outgoing / folder, left.sent[name], name)
        found[name] = _content(outgoing / folder)
    return found, faults


def _faults(folder: Path, row: Mapping[str, Any], name: str) -> list[str]:
    receipt = json.loads((folder / RECEIPT).read_text("utf-8"))
    digests = {each: hashlib.sha256((folder / each).read_bytes()).hexdigest() for each in (PDF, BUNDLE)}
    faults = [] if receipt["key"] == key_of(row) else [f"{name} was sent under another key"]
    if not digests == receipt["files"] == row["result"]["files"]:
        faults.append(f"the files of {name} are not those that the record says")
    return faults


def _content(folder: Path) -> dict[str, str]:
    """The digest of each file, where ids have been replaced by the order in which they come."""
    seen: dict[str, str] = {}
    bundle = _UUID.sub(lambda found: seen.setdefault(found[0], f"id {len(seen)}"), (folder / BUNDLE).read_text("utf-8"))
    return {
        PDF: hashlib.sha256((folder / PDF).read_bytes()).hexdigest(),
        BUNDLE: hashlib.sha256(bundle.encode()).hexdigest(),
    }
