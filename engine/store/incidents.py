"""Incidents: what stands still and why, what is kept for it, and how it was settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update

from engine.errors import NotFound
from engine.store.organisations import cared_for_by
from engine.store.tables import cases, incidents, patients, processes, versions

_GROUP = (incidents.c.definition, incidents.c.version, incidents.c.element_id)


@dataclass(frozen=True, slots=True)
class Group:
    """What has one cause: an element of a version, or the process as a whole where no element is known."""

    definition: str
    version: str
    element: str | None

    def where(self) -> list[ColumnElement[bool]]:
        """What finds its incidents."""
        column = incidents.c.element_id
        named = column.is_(None) if self.element is None else column == self.element
        return [incidents.c.definition == self.definition, incidents.c.version == self.version, named]


def incident(connection: Connection, incident_id: str) -> RowMapping:
    """One incident; raises NotFound. By primary key."""
    found = connection.execute(select(incidents).where(incidents.c.id == incident_id)).mappings().first()
    if found is None:
        raise NotFound("incident", incident_id)
    return found


def as_it_stands(connection: Connection, incident_id: str) -> dict[str, Any]:
    """An incident with the version that its process runs now, if it is still open; raises NotFound. By primary key."""
    row = incident(connection, incident_id)
    if row["status"] != "open":
        return dict(row)
    query = select(processes.c.version).where(processes.c.id == row["process_id"])
    return {**row, "version": connection.execute(query).scalar_one()}


def open_incident_of(connection: Connection, process_id: str) -> RowMapping | None:
    """The open incident of a process. Index ix_incidents_open_process."""
    query = select(incidents).where(incidents.c.process_id == process_id, incidents.c.status == "open")
    return connection.execute(query).mappings().first()


def incidents_of_case(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """The incidents of a case, newest first. Index ix_incidents_case."""
    query = select(incidents).where(incidents.c.case_id == case_id)
    return connection.execute(query.order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())).mappings().all()


def open_incidents_of_case(connection: Connection, case_id: str) -> Sequence[RowMapping]:
    """The open incidents of a case, oldest first. Index ix_incidents_case."""
    query = select(incidents).where(incidents.c.case_id == case_id, incidents.c.status == "open")
    return connection.execute(query.order_by(incidents.c.opened_at, incidents.c.id)).mappings().all()


def count_of_process(connection: Connection, case_id: str, process_id: str) -> int:
    """How many incidents a process has had. Index ix_incidents_case."""
    query = select(func.count()).where(incidents.c.case_id == case_id, incidents.c.process_id == process_id)
    return int(connection.execute(query).scalar_one())


def open_incidents(connection: Connection) -> int:
    """How many are open. Index ix_incidents_open, which holds no others."""
    return int(connection.execute(select(func.count()).where(incidents.c.status == "open")).scalar_one())


def open_groups(connection: Connection, organisation: str | None) -> Sequence[RowMapping]:
    """The open ones counted by pathway version and element, the longest open first. Index ix_incidents_open."""
    query = (
        select(
            *_GROUP,
            versions.c.title,
            versions.c.number,
            func.max(incidents.c.diagram).label("diagram"),
            func.max(incidents.c.element_name).label("element_name"),
            func.min(incidents.c.message).label("message"),
            func.count().label("count"),
            func.min(incidents.c.opened_at).label("since"),
        )
        .join(versions, versions.c.hash == incidents.c.version)
        .join(cases, cases.c.id == incidents.c.case_id)
        .join(patients, patients.c.id == cases.c.patient_id)
        .where(incidents.c.status == "open", *cared_for_by(organisation))
        .group_by(*_GROUP, versions.c.title, versions.c.number)
        .order_by(func.min(incidents.c.opened_at), *_GROUP)
    )
    return connection.execute(query).mappings().all()


def listed(
    connection: Connection,
    organisation: str | None,
    *,
    status: str = "open",
    group: Group | None = None,
    after: str = "",
    limit: int = 100,
) -> Sequence[RowMapping]:
    """Incidents in a status with whose they are, by id from the one after ``after`` on. Index ix_incidents_open."""
    query = (
        select(
            incidents,
            versions.c.title,
            versions.c.number,
            cases.c.track,
            patients.c.id.label("patient_id"),
            patients.c.name.label("patient_name"),
        )
        .join(versions, versions.c.hash == incidents.c.version)
        .join(cases, cases.c.id == incidents.c.case_id)
        .join(patients, patients.c.id == cases.c.patient_id)
        .where(incidents.c.status == status, incidents.c.id > after, *cared_for_by(organisation))
        .order_by(incidents.c.id)
        .limit(limit)
    )
    return connection.execute(query if group is None else query.where(*group.where())).mappings().all()


def count_of(connection: Connection, organisation: str | None) -> int:
    """How many are open of the patients of an organisation, of all for None. Index ix_incidents_open."""
    query = (
        select(func.count())
        .select_from(incidents)
        .join(cases, cases.c.id == incidents.c.case_id)
        .join(patients, patients.c.id == cases.c.patient_id)
        .where(incidents.c.status == "open", *cared_for_by(organisation))
    )
    return int(connection.execute(query).scalar_one())


def add_incident(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(insert(incidents).values(**row))


def change_open(connection: Connection, incident_id: str, values: Mapping[str, Any]) -> None:
    """Change an incident that is still open; its case is locked."""
    where = (incidents.c.id == incident_id, incidents.c.status == "open")
    connection.execute(update(incidents).where(*where).values(**values))
