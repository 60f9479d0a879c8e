"""Which cases a replay is about."""

from __future__ import annotations

from sqlalchemy import Connection, select

from engine.store.organisations import cared_for_by
from engine.store.tables import cases, patients, processes


def cases_on_other_versions(
    connection: Connection, process_id: str, digest: str, limit: int, *, organisation: str | None
) -> list[str]:
    """Open cases of an organisation's patients (all for None) in which this diagram runs in another version.

    Those with the longest record first. Reads the running processes: index ix_processes_running.
    """
    running = (
        select(processes.c.case_id)
        .where(processes.c.status == "active", processes.c.definition == process_id, processes.c.version != digest)
        .distinct()
    )
    of_patients = select(cases.c.id).join(patients, patients.c.id == cases.c.patient_id)
    theirs = of_patients.where(cases.c.id.in_(running), *cared_for_by(organisation))
    query = theirs.order_by(cases.c.history_length.desc(), cases.c.id)
    return list(connection.execute(query.limit(limit)).scalars())
