"""The history table: read in order, appended to, never changed (triggers refuse it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select

from engine.errors import NotFound
from engine.store.tables import cases
from engine.store.tables import history as table

_APPEND = insert(table)  # built once, like the next: every command asks them
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
) -> Sequence[RowMapping]:
    """A case's entries from the one after ``after`` on, in order. By primary key."""
    query = (
        select(table)
        .where(table.c.case_id == case_id, table.c.seq > after)
        .order_by(table.c.seq)
        .limit(limit)
    )
    return connection.execute(query).mappings().all()


def latest_entries(
    connection: Connection, case_id: str, before: int | None = None, limit: int = 50
) -> Sequence[RowMapping]:
    """A case's newest entries, newest first. By primary key."""
    query = select(table).where(table.c.case_id == case_id).order_by(table.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.seq < before)
    return connection.execute(query).mappings().all()


def entry(connection: Connection, case_id: str, seq: int) -> RowMapping:
    """One entry; raises NotFound. By primary key."""
    query = select(table).where(table.c.case_id == case_id, table.c.seq == seq)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound(f"entry of case '{case_id}'", str(seq))
    return found


def numbers(connection: Connection, case_id: str) -> Sequence[int]:
    """The numbers of a case's entries, in order, whatever else stands in them. By primary key."""
    query = select(table.c.seq).where(table.c.case_id == case_id).order_by(table.c.seq)
    return connection.execute(query).scalars().all()


def entries_at(connection: Connection, case_id: str, seqs: Sequence[int]) -> Sequence[RowMapping]:
    """A case's entries of these numbers. By primary key."""
    query = select(table).where(table.c.case_id == case_id, table.c.seq.in_(seqs))
    return connection.execute(query).mappings().all()


def versions_of(connection: Connection, case_id: str) -> Sequence[Any]:
    """The hashes of the versions that a case's entries name. By primary key."""
    query = select(table.c.version).where(table.c.case_id == case_id, table.c.version.is_not(None)).distinct()
    return connection.execute(query.order_by(table.c.version)).all()


def versions_named(connection: Connection) -> Sequence[str]:
    """The hashes of the versions that any entry names. Reads the table whole: for verifying everything."""
    query = select(table.c.version).where(table.c.version.is_not(None)).distinct()
    return connection.execute(query.order_by(table.c.version)).scalars().all()


def outline(connection: Connection, case_id: str) -> Sequence[Any]:
    """Every entry of a case without what is long (summary, detail, hashes), in order. By primary key."""
    return connection.execute(select(*_OUTLINE).where(table.c.case_id == case_id).order_by(table.c.seq)).all()


def entries_of_kinds(
    connection: Connection, case_id: str, kinds: Sequence[str], until: int
) -> Sequence[RowMapping]:
    """A case's entries of some kinds up to ``until``, in order, without hashes. By primary key."""
    query = (
        select(*_OUTLINE, table.c.version, table.c.detail)
        .where(table.c.case_id == case_id, table.c.seq <= until, table.c.kind.in_(kinds))
        .order_by(table.c.seq)
    )
    return connection.execute(query).mappings().all()


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
    if rows:
        connection.execute(_APPEND, [dict(row) for row in rows])


def heads(connection: Connection) -> Iterator[RowMapping]:
    """Each case with the length and head of its chain, as the case row keeps them."""
    query = select(cases.c.id, cases.c.history_length, cases.c.history_head).order_by(cases.c.id)
    yield from connection.execute(query).mappings()
