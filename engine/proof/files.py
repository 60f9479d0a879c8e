"""The copy of each checkpoint outside the database: one file each, written once and never again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from engine.chain import canonical
from engine.errors import SettingsError, UnreadableCheckpoint
from engine.proof.signing_key import known_keys
from engine.proof.statement import Leaf, Row, Statement
from engine.proof.whole_files import put
from engine.store import checkpoints as store

SETTING = "THROUGHLINE_CHECKPOINTS_DIR"
_NAME = re.compile(r"(\d{6,})-\d{4}-\d{2}-\d{2}\.json")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the folder: the checkpoint's number by its name, and what it says."""

    number: int
    file: Path

    def content(self) -> Mapping[str, Any] | None:
        """What it says; None when it is no checkpoint's file any more, or cannot be opened."""
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


def kept_files(folder: Path) -> list[Kept]:
    """The files of a folder by number; none where there is no folder. Raises SettingsError when it cannot be read."""
    try:
        found = [(_NAME.fullmatch(each.name), each) for each in folder.iterdir()]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(SETTING, f"{folder} cannot be read ({error.strerror}); name a folder that can") from error
    return sorted((Kept(int(name[1]), file) for name, file in found if name), key=lambda kept: kept.file.name)


def write_missing(connection: Connection, folder: Path, key_file: Path) -> tuple[list[str], list[str]]:
    """Add a file for each checkpoint that has none; returns the added ones, and those whose newest says otherwise.

    Raises SettingsError where the folder cannot be written.
    """
    kept = {each.number: each for each in kept_files(folder)}
    missing = [number for number in store.checkpoint_numbers(connection) if number not in kept]
    keys = known_keys(key_file) if missing else {}
    added = []
    try:
        for number in missing:
            try:
                row = store.checkpoint_by_number(connection, number)
            except UnreadableCheckpoint:
                continue  # verifying names it; the others get their files all the same
            assert row is not None
            leaves = [Leaf.of(leaf) for leaf in store.leaves_of(connection, number)]
            public = keys.get(row["key_id"])
            added.append(_write(folder, row, leaves, public.pem if public else None))
    except OSError as error:
        problem = f"{folder} cannot be written ({error.strerror}); name a folder that can"
        raise SettingsError(SETTING, problem) from error
    return added, list(_differing_from_last(connection, kept))


def set_aside(folder: Path) -> None:
    """Move the files of a sandbox that is no more out of the way of a new one: ``checkpoints.1``, ``checkpoints.2``."""
    if kept_files(folder):
        free = next(n for n in count(1) if not folder.with_name(f"{folder.name}.{n}").exists())
        folder.rename(folder.with_name(f"{folder.name}.{free}"))


def content_of(row: Row, leaves: Sequence[Leaf], public_key: str | None) -> dict[str, Any]:
    """What the file of a checkpoint says."""
    return {
        "statement": Statement.of(row).content,
        "signature": row["signature"],
        "public_key": public_key,
        "leaves": [leaf.content for leaf in leaves],
    }


def _differing_from_last(connection: Connection, kept: Mapping[int, Kept]) -> Iterator[str]:
    """Files newer than the last checkpoint, or of that number and with another statement: a backup was put back."""
    last = store.last_checkpoint(connection)
    number = 0 if last is None else last["number"]
    for each in kept.values():
        if each.number > number:
            yield each.file.name
        elif last is not None and each.number == number:
            content = each.content()
            if content is None or content.get("statement") != Statement.of(last).content:
                yield each.file.name


def _write(folder: Path, row: Row, leaves: Sequence[Leaf], public_key: str | None) -> str:
    file = folder / f"{row['number']:06}-{row['day'].isoformat()}.json"
    # A twin that writes the same file at once writes the same bytes.
    put(file, f"{canonical(content_of(row, leaves, public_key))}\n".encode())
    return file.name
