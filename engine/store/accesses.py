"""Who saw which patient, when and from where: rows that are added, read, and never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, insert, select

from engine.store.organisations import cared_for_by
from engine.store.tables import access_patients, accesses, patients

VIEWED, LISTED, EXPORTED, VERIFIED, REFUSED = "viewed", "listed", "exported", "verified", "refused"
ACTS = (VIEWED, LISTED, EXPORTED, VERIFIED, REFUSED)
SAME = timedelta(minutes=1)  # a page that is loaded again, or drawn in parts, is one view
_RECENT = 30  # of a person's accesses, those among which the same view is looked for
_LONGEST_ADDRESS = 300


@dataclass(frozen=True, slots=True)
class Access:
    """One access before it is kept. ``page`` is the route's endpoint, ``address`` the path without its query."""

    at: datetime
    email: str
    role: str
    act: str
    page: str
    address: str
    patients: tuple[str, ...]
    case_id: str | None = None
    detail: Mapping[str, Any] | None = None


def add_access(
    connection: Connection,
    *,
    at: datetime,
    email: str,
    role: str,
    act: str,
    page: str,
    address: str,
    patients: Sequence[str],
    case_id: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Adds an access to some patients and returns its number. Needs a writing connection."""
    values = {"at": at, "email": email, "role": role, "act": act, "page": page, "case_id": case_id}
    row = insert(accesses).values(
        **values, address=address[:_LONGEST_ADDRESS], detail=None if detail is None else dict(detail)
    )
    added = int(connection.execute(row.returning(accesses.c.id)).scalar_one())
    whose = [{"access_id": added, "patient_id": each} for each in dict.fromkeys(patients)]
    if whose:
        connection.execute(insert(access_patients), whose)
    return added


def is_repeated(connection: Connection, new: Access) -> bool:
    """Whether the same person saw the same of the same patients at the same address less than a minute before.

    Or after, where the clock was set back. Looks at the person's latest few accesses. Index ix_accesses_email.
    """
    latest = select(accesses).where(accesses.c.email == new.email).order_by(accesses.c.id.desc()).limit(_RECENT)
    found = [
        row
        for row in connection.execute(latest).mappings()
        if abs(new.at - row["at"]) < SAME
        and all(row[name] == getattr(new, name) for name in ("act", "page", "case_id"))
    ]
    same = [
        row["id"]
        for row in found
        if row["address"] == new.address[:_LONGEST_ADDRESS] and row["detail"] == new.detail
    ]
    return set(new.patients) in _patients_of(connection, same)


def accesses_of_patient(
    connection: Connection, patient_id: str, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """Who saw a patient, the latest first, those numbered below ``before``. Index ix_access_patients_patient."""
    query = _latest(before, limit).join(access_patients, access_patients.c.access_id == accesses.c.id)
    return connection.execute(query.where(access_patients.c.patient_id == patient_id)).mappings().all()


def exports_of_case(connection: Connection, patient_id: str, case_id: str, limit: int) -> Sequence[RowMapping]:
    """When a case's record was taken along, the latest first. Index ix_access_patients_patient."""
    query = _latest(None, limit).join(access_patients, access_patients.c.access_id == accesses.c.id)
    mine = (access_patients.c.patient_id == patient_id, accesses.c.case_id == case_id, accesses.c.act == EXPORTED)
    return connection.execute(query.where(*mine)).mappings().all()


def accesses_of_user(
    connection: Connection, email: str, before: int | None, limit: int, *, organisation: str | None
) -> Sequence[RowMapping]:
    """What a person saw of an organisation's patients, the latest first. Index ix_accesses_email."""
    query = _latest(before, limit).where(accesses.c.email == email, *_about(organisation))
    return connection.execute(query).mappings().all()


def accesses_between(
    connection: Connection,
    since: datetime,
    until: datetime,
    before: int | None,
    limit: int,
    *,
    organisation: str | None,
) -> Sequence[RowMapping]:
    """What anybody saw of an organisation's patients from an instant to before another. Index ix_accesses_at."""
    moment = (accesses.c.at >= since, accesses.c.at < until)
    return connection.execute(_latest(before, limit).where(*moment, *_about(organisation))).mappings().all()


def accesses_by_number(connection: Connection, access_ids: Collection[int]) -> Sequence[RowMapping]:
    """Some accesses, the latest first. By primary key."""
    query = select(accesses).where(accesses.c.id.in_(access_ids)).order_by(accesses.c.id.desc())
    return connection.execute(query).mappings().all()


def patients_of_accesses(
    connection: Connection, access_ids: Collection[int], *, organisation: str | None
) -> Sequence[RowMapping]:
    """The patients that some accesses were about, those of an organisation, by name. By primary key."""
    query = (
        select(patients.c.id, patients.c.name, patients.c.birth_date)
        .join(access_patients, access_patients.c.patient_id == patients.c.id)
        .where(access_patients.c.access_id.in_(access_ids), *cared_for_by(organisation))
        .distinct()
        .order_by(patients.c.name, patients.c.id)
    )
    return connection.execute(query).mappings().all()


def whom_by_access(
    connection: Connection, access_ids: Collection[int], *, organisation: str | None
) -> Mapping[int, frozenset[str]]:
    """By access: the ids of the patients of an organisation that it was about. By primary key."""
    query = (
        select(access_patients.c.access_id, access_patients.c.patient_id)
        .join(patients, patients.c.id == access_patients.c.patient_id)
        .where(access_patients.c.access_id.in_(access_ids), *cared_for_by(organisation))
    )
    found: dict[int, set[str]] = {}
    for number, patient_id in connection.execute(query):
        found.setdefault(number, set()).add(patient_id)
    return {number: frozenset(whom) for number, whom in found.items()}


def _latest(before: int | None, limit: int) -> Select[Any]:
    query = select(accesses).order_by(accesses.c.id.desc()).limit(limit)
    return query if before is None else query.where(accesses.c.id < before)


def _about(organisation: str | None) -> list[ColumnElement[bool]]:
    """Accesses to an organisation's patients; all of them, those to nobody too, for None."""
    theirs = cared_for_by(organisation)
    if not theirs:
        return []
    whose = select(access_patients.c.access_id).join(patients, patients.c.id == access_patients.c.patient_id)
    return [accesses.c.id.in_(whose.where(access_patients.c.access_id == accesses.c.id, *theirs))]


def _patients_of(connection: Connection, access_ids: Sequence[int]) -> list[set[str]]:
    """Of each access whom it was about, with one question for all."""
    found: dict[int, set[str]] = {each: set() for each in access_ids}
    query = select(access_patients.c.access_id, access_patients.c.patient_id)
    rows = connection.execute(query.where(access_patients.c.access_id.in_(access_ids))) if access_ids else ()
    for access_id, patient_id in rows:
        found[access_id].add(patient_id)
    return list(found.values())
