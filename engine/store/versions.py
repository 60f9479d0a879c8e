"""Published versions of pathways: never changed, only added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Subquery, and_, func, insert, or_, select, true

from engine.errors import NotFound
from engine.store.tables import version_marks
from engine.store.tables import versions as table

_NAMES = [c for c in table.c if c.name != "sources"]


def version(connection: Connection, digest: str) -> RowMapping:
    """One version with its sources; raises NotFound. By primary key."""
    found = connection.execute(select(table).where(table.c.hash == digest)).mappings().first()
    if found is None:
        raise NotFound("version", digest)
    return found


def has_version(connection: Connection, digest: str) -> bool:
    return connection.execute(select(table.c.hash).where(table.c.hash == digest)).first() is not None


def newest_versions(connection: Connection) -> Sequence[RowMapping]:
    """The newest version of every process, also one that takes effect later; no sources. Index ix_versions_process."""
    return _highest(connection, true())


def versions_in_force(connection: Connection, now: datetime) -> Sequence[RowMapping]:
    """The version of every process that new cases and events take, without sources. Index ix_versions_process."""
    return _highest(connection, or_(table.c.effective_from.is_(None), table.c.effective_from <= now))


def newest_sources(connection: Connection) -> Sequence[RowMapping]:
    """The newest versions with their sources, the one published last at the end. Index ix_versions_process."""
    newest = _numbers(true())
    same = and_(newest.c.process_id == table.c.process_id, newest.c.number == table.c.number)
    query = select(table).join(newest, same).order_by(table.c.published_at, table.c.process_id)
    return connection.execute(query).mappings().all()


def _highest(connection: Connection, condition: ColumnElement[bool]) -> Sequence[RowMapping]:
    newest = _numbers(condition)
    query = (
        select(*_NAMES)
        .join(newest, and_(newest.c.process_id == table.c.process_id, newest.c.number == table.c.number))
        .order_by(table.c.process_id)
    )
    return connection.execute(query).mappings().all()


def _numbers(condition: ColumnElement[bool]) -> Subquery:
    highest = select(table.c.process_id, func.max(table.c.number).label("number")).where(condition)
    return highest.group_by(table.c.process_id).subquery()


def all_versions(connection: Connection) -> Sequence[RowMapping]:
    """Every version without its sources, newest first within each process."""
    query = select(*_NAMES).order_by(table.c.process_id, table.c.number.desc())
    return connection.execute(query).mappings().all()


def every_version(connection: Connection) -> Sequence[RowMapping]:
    """Every version with its sources. The table is read whole: a few versions a year for each process."""
    return connection.execute(select(table).order_by(table.c.process_id, table.c.number)).mappings().all()


def add_version(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add one, with the number by which entries will name it."""
    connection.execute(insert(table).values(**row))
    connection.execute(insert(version_marks).values(hash=row["hash"]))


def highest_number(connection: Connection, process_id: str) -> int:
    """The number of a process's newest version, 0 without one. Index ix_versions_process."""
    query = select(func.max(table.c.number)).where(table.c.process_id == process_id)
    return int(connection.execute(query).scalar_one() or 0)
