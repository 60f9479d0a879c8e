"""Which cases a replay is about."""

from __future__ import annotations

from sqlalchemy import Connection, select

from engine.store.tables import cases, processes


def cases_on_other_versions(connection: Connection, process_id: str, digest: str, limit: int) -> list[str]:
    """Open cases with a running process of this diagram on another version, the longest record first.

    Reads the running processes: index ix_processes_running.
    """
    running = (
        select(processes.c.case_id)
        .where(processes.c.status == "active", processes.c.definition == process_id, processes.c.version != digest)
        .distinct()
    )
    query = select(cases.c.id).where(cases.c.id.in_(running)).order_by(cases.c.history_length.desc(), cases.c.id)
    return list(connection.execute(query.limit(limit)).scalars())
