"""What a backup says of itself: how many rows and cases, the root over all records, and a hash of each of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection, func, inspect, select, table

from engine.proof.statement import Leaf, root_of
from engine.store.checkpoints import last_checkpoint
from engine.store.history import ends_that_do_not_fit, heads
from engine.store.migrate import revision

FORMAT = 1
_NUMBER: set[type] = {int}
_TEXT: set[type] = {str}
_NONE: set[type] = {type(None)}
_KINDS: dict[str, set[type]] = {
    "format": _NUMBER, "made_at": _TEXT, "program": _TEXT, "dialect": _TEXT, "revision": _TEXT | _NONE,
    "tables": {dict}, "cases": _NUMBER, "entries": _NUMBER, "root": _TEXT, "checkpoint": _NUMBER | _NONE,
    "signature": _TEXT | _NONE, "holds_keys": {bool}, "files": {dict},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """``root`` is the Merkle root over the heads of all cases; ``files`` the SHA-256 of each file by its name."""

    format: int
    made_at: str
    program: str
    dialect: str
    revision: str | None
    tables: Mapping[str, int]
    cases: int
    entries: int
    root: str
    checkpoint: int | None
    signature: str | None
    holds_keys: bool
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: Connection, made_at: str, *, holds_keys: bool = False) -> Manifest:
        """What stands in a database at one moment; ``files`` are still to be named."""
        leaves = [Leaf(row["id"], row["history_length"], row["history_head"]) for row in heads(connection)]
        has_checkpoints = inspect(connection).has_table("checkpoints")  # not before revision 0004
        last = last_checkpoint(connection) if has_checkpoints else None
        return cls(
            format=FORMAT,
            made_at=made_at,
            program=version("throughline"),
            dialect=connection.dialect.name,
            revision=revision(connection),
            tables=_counts(connection),
            cases=len(leaves),
            entries=sum(leaf.length for leaf in leaves),
            root=root_of(leaves),
            checkpoint=last["number"] if last else None,
            signature=last["signature"] if last else None,
            holds_keys=holds_keys,
        )

    @classmethod
    def read(cls, content: Any) -> Manifest | None:
        """The manifest that a JSON document holds, None when it holds none that this version understands."""
        if not isinstance(content, dict) or set(content) != set(_KINDS) or content["format"] != FORMAT:
            return None
        if any(type(value) not in _KINDS[name] for name, value in content.items()):
            return None
        numbers, hashes = content["tables"].values(), content["files"].values()
        if any(type(each) is not int for each in numbers) or any(type(each) is not str for each in hashes):
            return None
        return cls(**content)

    @property
    def content(self) -> dict[str, Any]:
        """As it stands in JSON."""
        return asdict(self)

    def with_files(self, files: Mapping[str, str]) -> Manifest:
        return replace(self, files=dict(files))

    def differs_from(self, connection: Connection) -> Iterator[str]:
        """In words, what a copy that was put back holds otherwise than this says."""
        found = Manifest.of(connection, self.made_at)
        if found.revision != self.revision:
            yield f"its schema is revision {found.revision}, the manifest says {self.revision}"
        for name in sorted({*self.tables, *found.tables}):
            wanted, there = self.tables.get(name), found.tables.get(name)
            if wanted != there:
                yield f"table {name}: {_rows(there)}, the manifest says {_rows(wanted)}"
        if (found.cases, found.entries) != (self.cases, self.entries):
            yield (
                f"it holds {found.cases:,} cases and {found.entries:,} entries, the manifest says {self.cases:,} "
                f"cases and {self.entries:,} entries"
            )
        if found.root != self.root:
            yield "the heads of the cases' records are not those that the manifest was made of"
        if found.signature != self.signature:
            yield "the last checkpoint is not the one that the manifest names"
        broken = ends_that_do_not_fit(connection)
        if broken:
            yield f"the records of {broken} cases do not end with the entry that their case names"


def _counts(connection: Connection) -> dict[str, int]:
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def _rows(count: int | None) -> str:
    return "none" if count is None else f"{count:,} rows"
