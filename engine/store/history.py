"""The history table: read in order, appended to, never changed (triggers refuse it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, exists, func, inspect, select

from engine.errors import NotFound
from engine.store.entry_form import (
    appending,
    hash_in_sql,
    of_mark,
    opened,
    opened_words,
    reading,
    shortened,
    version_hash,
)
from engine.store.prepared import Prepared
from engine.store.tables import cases, version_marks
from engine.store.tables import history as table

_APPEND = Prepared(appending())  # as the next, asked by every command
_AT = select(table.c.at).where(table.c.case_id == bindparam("case"), table.c.seq == bindparam("number"))
_OUTLINE = (
    table.c.seq,
    table.c.at,
    table.c.actor,
    table.c.kind,
    table.c.command,
    table.c.task_id,
    table.c.process_id,
    table.c.element_id,
)


def entries(
    connection: Connection, case_id: str, after: int = 0, limit: int | None = None
) -> Sequence[Mapping[str, Any]]:
    """A case's entries from the one after ``after`` on, in order. By primary key.

    This and what else gives whole entries raise ValueError for one whose detail is not as it was written.
    """
    query = (
        reading()
        .where(table.c.case_id == case_id, table.c.seq > after)
        .order_by(table.c.seq)
        .limit(limit)
    )
    return [opened(row) for row in connection.execute(query).mappings()]


def latest_entries(
    connection: Connection, case_id: str, before: int | None = None, limit: int = 50
) -> Sequence[Mapping[str, Any]]:
    """A case's newest entries, newest first. By primary key."""
    query = reading().where(table.c.case_id == case_id).order_by(table.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.seq < before)
    return [opened(row) for row in connection.execute(query).mappings()]


def entry(connection: Connection, case_id: str, seq: int) -> Mapping[str, Any]:
    """One entry; raises NotFound. By primary key."""
    query = reading().where(table.c.case_id == case_id, table.c.seq == seq)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound(f"entry of case '{case_id}'", str(seq))
    return opened(found)


def numbers(connection: Connection, case_id: str) -> Sequence[int]:
    """The numbers of a case's entries, in order, whatever else stands in them. By primary key."""
    query = select(table.c.seq).where(table.c.case_id == case_id).order_by(table.c.seq)
    return connection.execute(query).scalars().all()


def entries_at(connection: Connection, case_id: str, seqs: Sequence[int]) -> Sequence[Mapping[str, Any]]:
    """A case's entries of these numbers. By primary key."""
    query = reading().where(table.c.case_id == case_id, table.c.seq.in_(seqs))
    return [opened(row) for row in connection.execute(query).mappings()]


def versions_of(connection: Connection, case_id: str) -> Sequence[str]:
    """The hashes of the versions that a case's entries name. By primary key."""
    query = select(version_hash).outerjoin_from(table, version_marks, of_mark).where(table.c.case_id == case_id)
    return sorted(each for each in connection.execute(query.distinct()).scalars() if each is not None)


def versions_named(connection: Connection) -> Sequence[str]:
    """The hashes of the versions that any entry names. Reads the table whole: for verifying everything."""
    in_words = connection.execute(select(table.c.version).distinct()).scalars()
    used = select(table.c.version_mark).distinct()
    by_number = connection.execute(select(version_marks.c.hash).where(version_marks.c.mark.in_(used))).scalars()
    return sorted({each for each in [*in_words, *by_number] if each is not None})


def outline(connection: Connection, case_id: str) -> Sequence[Any]:
    """Every entry of a case without what is long (summary, detail, hashes), in order. By primary key."""
    return connection.execute(select(*_OUTLINE).where(table.c.case_id == case_id).order_by(table.c.seq)).all()


def entries_of_kinds(
    connection: Connection, case_id: str, kinds: Sequence[str], until: int | None = None
) -> Sequence[Mapping[str, Any]]:
    """A case's entries of some kinds, up to ``until``, in order, without hashes. By primary key."""
    query = (
        select(*_OUTLINE, table.c.summary, version_hash, table.c.detail, table.c.packed_detail)
        .outerjoin_from(table, version_marks, of_mark)
        .where(table.c.case_id == case_id, table.c.kind.in_(kinds))
        .order_by(table.c.seq)
    )
    if until is not None:
        query = query.where(table.c.seq <= until)
    return [{**row, **opened_words(row)} for row in connection.execute(query).mappings()]


def completions(
    connection: Connection, case_ids: Sequence[str], tasks: Sequence[str] | Select[Any]
) -> Sequence[Mapping[str, Any]]:
    """How tasks of some cases were completed: case_id, task_id, command and detail. By primary key."""
    query = select(table.c.case_id, table.c.task_id, table.c.command, table.c.detail, table.c.packed_detail).where(
        table.c.case_id.in_(case_ids), table.c.kind == "task.completed", table.c.task_id.in_(tasks)
    )
    return [{**row, **opened_words(row)} for row in connection.execute(query).mappings()]


def last_instant(connection: Connection, case_id: str, length: int) -> datetime | None:
    """When a case's last entry was written. By primary key."""
    return connection.execute(_AT, {"case": case_id, "number": length}).scalar_one_or_none()


def last_number(connection: Connection, case_id: str) -> int:
    """The number of a case's last entry; 0 without any. By primary key."""
    query = select(func.coalesce(func.max(table.c.seq), 0)).where(table.c.case_id == case_id)
    return int(connection.execute(query).scalar_one())


def has_entry_of(connection: Connection, case_id: str, actor: str, after: int) -> bool:
    """Whether somebody has an entry in a case's history after a number. By primary key."""
    query = select(table.c.seq).where(table.c.case_id == case_id, table.c.seq > after, table.c.actor == actor)
    return connection.execute(query.limit(1)).first() is not None


def append(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write entries, each a mapping of what is hashed and its ``hash``."""
    if rows:
        _APPEND.run_each(connection, [shortened(row) for row in rows])


def heads(connection: Connection) -> Iterator[RowMapping]:
    """Each case with the length and head of its chain, as the case row keeps them."""
    query = select(cases.c.id, cases.c.history_length, cases.c.history_head).order_by(cases.c.id)
    yield from connection.execute(query).mappings()


def ends_that_do_not_fit(connection: Connection) -> int:
    """How many cases name another last entry than their record has; also on a schema before 0011, of a backup."""
    has_seals = any(column["name"] == "seal" for column in inspect(connection).get_columns("history"))
    ends = and_(table.c.case_id == cases.c.id, table.c.seq == cases.c.history_length)
    fits = (hash_in_sql() if has_seals else table.c.hash) == cases.c.history_head
    query = select(func.count()).where(cases.c.history_length > 0, ~exists().where(ends, fits))
    return int(connection.execute(query).scalar_one())
