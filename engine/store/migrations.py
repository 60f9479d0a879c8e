"""Batches that move running processes to another version, their moves, and what they move: rows and queries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, func, insert, select, update

from engine.errors import NotFound
from engine.store.tables import cases, migration_batches, migration_moves, patients, processes, versions

THERE = ("moved", "proven", "stuck")  # of a move: who stands on the version that the batch moved them to

_ABOUT = (
    processes.c.id.label("process"),
    processes.c.case_id,
    processes.c.version,
    patients.c.id.label("patient_id"),
    patients.c.name.label("patient_name"),
    patients.c.organisation,
)


# -- what runs ------------------------------------------------------------------------------------------------------
def running_elsewhere(connection: Connection, process_id: str, digest: str) -> Iterator[RowMapping]:
    """The running processes of a definition that are not on a version, with state and patient, oldest first.

    Index ix_processes_version.
    """
    query = (
        select(*_ABOUT, processes.c.state, cases.c.next_due)
        .join(cases, cases.c.id == processes.c.case_id)
        .join(patients, patients.c.id == cases.c.patient_id)
        .where(processes.c.definition == process_id, processes.c.status == "active", processes.c.version != digest)
        .order_by(processes.c.started_at, processes.c.id)
    )
    yield from connection.execute(query).mappings()


def count_on(connection: Connection, process_id: str, digest: str) -> int:
    """How many running processes of a definition are on a version. Index ix_processes_version."""
    query = select(func.count()).where(
        processes.c.definition == process_id, processes.c.version == digest, processes.c.status == "active"
    )
    return int(connection.execute(query).scalar_one())


def number_of(connection: Connection, digest: str) -> int:
    """A version's number. By primary key."""
    return int(connection.execute(select(versions.c.number).where(versions.c.hash == digest)).scalar_one())


def numbers_of(connection: Connection, process_id: str) -> dict[str, int]:
    """The numbers of a process's versions by their hash. Index ix_versions_process."""
    query = select(versions.c.hash, versions.c.number).where(versions.c.process_id == process_id)
    return {row.hash: row.number for row in connection.execute(query)}


def set_version(connection: Connection, process: str, before: str, after: str, title: str) -> None:
    """Let a running process be on another version; only from the version that it was read on."""
    connection.execute(
        update(processes)
        .where(processes.c.id == process, processes.c.version == before, processes.c.status == "active")
        .values(version=after, title=title)
    )


# -- batches --------------------------------------------------------------------------------------------------------
def add_batch(connection: Connection, row: Mapping[str, Any]) -> int:
    """Insert a batch; its id. Raises IntegrityError while another of the process is open."""
    found = connection.execute(insert(migration_batches).values(**row)).inserted_primary_key
    assert found is not None
    return int(found[0])


def batch(connection: Connection, batch_id: int) -> RowMapping:
    """One batch; raises NotFound. By primary key."""
    query = select(migration_batches).where(migration_batches.c.id == batch_id)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound("batch", str(batch_id))
    return found


def open_batch(connection: Connection, process_id: str) -> RowMapping | None:
    """The batch of a process that has not finished. Index ix_migration_batches_open."""
    query = select(migration_batches).where(
        migration_batches.c.process_id == process_id, migration_batches.c.finished_at.is_(None)
    )
    return connection.execute(query).mappings().first()


def batches_of(connection: Connection, process_id: str) -> Sequence[RowMapping]:
    """The batches of a process, newest first. There are few of all processes together."""
    query = (
        select(migration_batches)
        .where(migration_batches.c.process_id == process_id)
        .order_by(migration_batches.c.id.desc())
    )
    return connection.execute(query).mappings().all()


def undoing(connection: Connection, batch_id: int) -> RowMapping | None:
    """The newest batch that moves the cases of another one back."""
    query = (
        select(migration_batches)
        .where(migration_batches.c.undoes == batch_id)
        .order_by(migration_batches.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).mappings().first()


def change_batch(connection: Connection, batch_id: int, status: str, values: Mapping[str, Any]) -> bool:
    """Change a batch that is still in ``status``; False when somebody else was first."""
    where = and_(migration_batches.c.id == batch_id, migration_batches.c.status == status)
    return bool(connection.execute(update(migration_batches).where(where).values(**values)).rowcount)


# -- their moves ----------------------------------------------------------------------------------------------------
def add_moves(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(migration_moves), [dict(row) for row in rows])


def moves_in(connection: Connection, batch_id: int, status: str, limit: int | None = None) -> Sequence[RowMapping]:
    """The moves of a batch in a status, in the order of their processes. Index ix_migration_moves_status."""
    query = (
        select(migration_moves)
        .where(migration_moves.c.batch_id == batch_id, migration_moves.c.status == status)
        .order_by(migration_moves.c.process)
        .limit(limit)
    )
    return connection.execute(query).mappings().all()


def moves_of(connection: Connection, batch_id: int | None, moved: Sequence[str]) -> Sequence[RowMapping]:
    """The moves of a batch that are about these processes. By primary key."""
    query = select(migration_moves).where(migration_moves.c.batch_id == batch_id, migration_moves.c.process.in_(moved))
    return connection.execute(query).mappings().all()


def waiting_move(connection: Connection, batch_id: int, process: str) -> RowMapping | None:
    """The move of a process, if it still waits and its batch still moves. By primary key."""
    query = (
        select(migration_moves)
        .join(migration_batches, migration_batches.c.id == migration_moves.c.batch_id)
        .where(
            migration_moves.c.batch_id == batch_id,
            migration_moves.c.process == process,
            migration_moves.c.status == "waiting",
            migration_batches.c.status == "moving",
        )
    )
    return connection.execute(query).mappings().first()


def running_there(connection: Connection, batch_id: int) -> Sequence[RowMapping]:
    """Whom a batch has moved, who have not moved back, and whose process runs: with the version that it is on now.

    Index ix_migration_moves_status.
    """
    query = (
        select(migration_moves, processes.c.version)
        .join(processes, processes.c.id == migration_moves.c.process)
        .where(
            migration_moves.c.batch_id == batch_id,
            migration_moves.c.status.in_(THERE),
            processes.c.status == "active",
        )
        .order_by(migration_moves.c.process)
    )
    return connection.execute(query).mappings().all()


def people_in(connection: Connection, batch_id: int, statuses: Sequence[str]) -> Sequence[RowMapping]:
    """The moves of a batch in some statuses, with whom they are about. Index ix_migration_moves_status."""
    query = (
        select(
            migration_moves.c.process,
            migration_moves.c.case_id,
            migration_moves.c.status,
            migration_moves.c.reason,
            patients.c.id.label("patient_id"),
            patients.c.name.label("patient_name"),
            patients.c.organisation,
        )
        .join(cases, cases.c.id == migration_moves.c.case_id)
        .join(patients, patients.c.id == cases.c.patient_id)
        .where(migration_moves.c.batch_id == batch_id, migration_moves.c.status.in_(statuses))
        .order_by(patients.c.name, migration_moves.c.process)
    )
    return connection.execute(query).mappings().all()


def counts_of(connection: Connection, batch_id: int) -> dict[str, int]:
    """How many moves of a batch are in each status. Index ix_migration_moves_status."""
    query = (
        select(migration_moves.c.status, func.count())
        .where(migration_moves.c.batch_id == batch_id)
        .group_by(migration_moves.c.status)
    )
    return {row.status: row[1] for row in connection.execute(query)}


def note_moved(
    connection: Connection, batch_id: int, process: str, before: Mapping[str, Any], now: datetime
) -> bool:
    """A waiting process has moved, and in the batch that this one undoes it is back; False when it waited no more."""
    values = {"status": "moved", "before": dict(before), "moved_at": now}
    undone = batch(connection, batch_id)["undoes"]
    if undone is not None:
        for status in THERE:
            settle_move(connection, undone, process, status, {"status": "back"})
    return settle_move(connection, batch_id, process, "waiting", values)


def settle_move(
    connection: Connection, batch_id: int, process: str, status: str, values: Mapping[str, Any]
) -> bool:
    """Change a move that is still in ``status``."""
    where = and_(
        migration_moves.c.batch_id == batch_id,
        migration_moves.c.process == process,
        migration_moves.c.status == status,
    )
    return bool(connection.execute(update(migration_moves).where(where).values(**values)).rowcount)
