"""What a checkpoint says: how long each case's chain was on a day, and which hash it ended with, in one root."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import RowMapping

from engine.chain import FIRST, canonical
from engine.proof import merkle

__all__ = ["FIRST", "Leaf", "Row", "Statement", "root_of"]

Row = Mapping[str, Any] | RowMapping


@dataclass(frozen=True, slots=True)
class Leaf:
    """A case's chain at a checkpoint: its number of entries and the hash of the last one."""

    case_id: str
    length: int
    head: str

    @classmethod
    def of(cls, row: Row) -> Leaf:
        """The leaf that a row of the database holds; SQLite keeps any value, and what is no length is none of ours."""
        length = row["length"] if isinstance(row["length"], int) else -1
        return cls(str(row["case_id"]), length, str(row["head"]))

    @property
    def content(self) -> dict[str, Any]:
        """Its members as they stand in JSON."""
        return {"case_id": self.case_id, "length": self.length, "head": self.head}

    @property
    def hash(self) -> bytes:
        return merkle.leaf_hash(canonical(self.content).encode())


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. ``previous`` is the hash of the statement before, 64 zeros for the first."""

    number: int
    day: date
    at: datetime
    cases: int
    entries: int
    root: str
    previous: str
    key_id: str

    @classmethod
    def of(cls, row: Row) -> Statement:
        """The statement that a row of the database, or a file, holds."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    @property
    def content(self) -> dict[str, Any]:
        """Its members as they stand in JSON."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return {**asdict(self), "day": self.day.isoformat(), "at": at}

    @property
    def text(self) -> bytes:
        """The bytes that are signed: canonical JSON."""
        return canonical(self.content).encode()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text).hexdigest()


def root_of(leaves: Iterable[Leaf]) -> str:
    """The root over cases in the order of their ids."""
    return merkle.root([leaf.hash for leaf in sorted(leaves, key=lambda leaf: leaf.case_id)]).hex()
