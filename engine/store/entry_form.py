"""How an entry of the record is kept, and read again: its words packed, its hashes as bytes, its version by a number.

    packed_detail   the element's name, the summary and the detail, or, as release 0011 wrote it, the detail alone
    seal            32 bytes: the entry's SHA-256; 8 bytes: the first of the hash before it, by which verifying knows
                    which of two entries that do not fit was changed
    version_mark    its number in `version_marks`; where it has none, `version` holds the hash itself

A value in the columns in words (`element_name`, `summary`, `detail`, `hash`, `prev_hash`, `version`) goes before:
releases before 0011 wrote nothing else, and what somebody writes there from outside is shown and does not fit the hash.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Insert, RowMapping, Select, and_, bindparam, case, func, insert, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String

from engine.store.packing import packed, unpacked
from engine.store.tables import history, version_marks

_HASH_BYTES, _BEFORE_BYTES = 32, 8
_WORDS = {"element_name": None, "summary": "", "detail": ""}  # in the order in which they are packed; unless in words
_SHORT = (*_WORDS, "prev_hash", "hash", "version", "packed_detail", "seal", "version_mark")
# Between two of the words that are packed together. Canonical JSON, which is the last of them, never has it.
_APART = "\x1f"
_IN_WORDS = tuple(each.name for each in history.c if each.name not in _SHORT)
_NAMED = bindparam("named", type_=String)

before = history.alias("before")
# A version's hash, by its number or in words.
version_hash: ColumnElement[Any] = func.coalesce(history.c.version, version_marks.c.hash).label("version")
of_mark = version_marks.c.mark == history.c.version_mark
_KEPT = [column for column in history.c if column.name != "version"]
_BEFORE = (before.c.hash.label("before_hash"), before.c.seal.label("before_seal"))


def appending() -> Insert:
    """The statement that writes what `shortened` gives."""
    mark = select(version_marks.c.mark).where(version_marks.c.hash == _NAMED).scalar_subquery()
    return insert(history).values(version_mark=mark, version=case((mark.is_(None), _NAMED)))


def shortened(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry's row, with its version as `named`."""
    row = {name: value for name, value in entry.items() if name not in _SHORT}
    seal = bytes.fromhex(entry["hash"]) + bytes.fromhex(entry["prev_hash"])[:_BEFORE_BYTES]
    return row | {
        "element_name": None if _is_packable(entry["element_name"]) else entry["element_name"],
        "summary": "",
        "detail": "",
        "prev_hash": "",
        "hash": "",
        "packed_detail": packed(packed_words(entry)),
        "seal": seal,
        "named": entry["version"],
    }


def packed_words(entry: Mapping[str, Any]) -> str:
    """The words of an entry that are packed, as one text."""
    name = entry["element_name"]
    return _APART.join((name or "" if _is_packable(name) else "", entry["summary"], entry["detail"]))


def _is_packable(element_name: str | None) -> bool:
    """Whether what is read again is what was packed: an empty name is none, and no diagram has the other sign."""
    return element_name is None or (element_name != "" and _APART not in element_name)


def reading() -> Select[Any]:
    """Entries as they are kept, each with what the one before it is sealed with. Primary keys."""
    follows = and_(before.c.case_id == history.c.case_id, before.c.seq == history.c.seq - 1)
    return select(*_KEPT, version_hash, *_BEFORE).outerjoin(before, follows).outerjoin(version_marks, of_mark)


def opened(row: RowMapping) -> dict[str, Any]:
    """An entry as it was hashed, with ``hash`` and ``prev_hash``, from a row of `reading`; raises ValueError.

    Where the entry before is gone or another, ``prev_hash`` is what is known of it, the first 16 letters.
    """
    entry = {name: row[name] for name in _IN_WORDS}
    entry["version"] = row["version"]
    entry |= opened_words(row)
    entry["prev_hash"] = row["prev_hash"] or _followed(row)
    entry["hash"] = _hash(row["hash"], row["seal"])
    return entry


def opened_words(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    """An entry's element_name, summary and detail (canonical JSON), those of them that the row was asked for.

    Of a row with the column ``packed_detail``; raises ValueError where what is packed is not as it was written.
    """
    asked = [name for name in _WORDS if name in row]
    if row["packed_detail"] is None and row["detail"]:
        return {name: row[name] for name in asked}
    told = unpacked(_bytes(row["packed_detail"]))
    name, apart, rest = told.partition(_APART)
    summary, _, detail = rest.rpartition(_APART)
    there = {"element_name": name or None, "summary": summary, "detail": detail} if apart else {"detail": told}
    return {name: there.get(name, row[name]) if row[name] == _WORDS[name] else row[name] for name in asked}


def _followed(row: RowMapping) -> str:
    known = _bytes(row["seal"])[_HASH_BYTES:].hex()
    there = "0" * 64 if row["seq"] == 1 else _hash(row["before_hash"] or "", row["before_seal"])
    return there if known and there.startswith(known) else known


def _hash(in_words: str, seal: Any) -> str:
    return in_words or _bytes(seal)[:_HASH_BYTES].hex()


def _bytes(value: Any) -> bytes:
    """Nothing where there is none. SQLite keeps any value in any column: what was tampered with may be anything."""
    if value is None:
        return b""
    if not isinstance(value, bytes | memoryview):
        raise ValueError(f"bytes are kept here, not {type(value).__name__}")
    return bytes(value)


class HashOf(FunctionElement[str]):
    """An entry's hash in SQL, as letters, whichever form the entry has; null where there is no entry."""

    type = String()
    inherit_cache = True


@compiles(HashOf, "sqlite")
def _in_sqlite(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    in_words, seal = (compiler.process(each, **given) for each in element.clauses)
    return f"coalesce(nullif({in_words}, ''), nullif(lower(hex(substr({seal}, 1, {_HASH_BYTES}))), ''))"


@compiles(HashOf, "postgresql")
def _in_postgresql(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    in_words, seal = (compiler.process(each, **given) for each in element.clauses)
    return f"coalesce(nullif({in_words}, ''), encode(substring({seal} FROM 1 FOR {_HASH_BYTES}), 'hex'))"


def hash_in_sql() -> ColumnElement[str]:
    """The hash of a row of `history`."""
    return HashOf(history.c.hash, history.c.seal)
