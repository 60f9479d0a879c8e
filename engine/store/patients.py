"""Who the patients are: the rows of `patients`, and what an import kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, text, update

from engine.errors import NotFound, Refused
from engine.store.organisations import MAIN, cared_for_by, known_organisation
from engine.store.prepared import Prepared
from engine.store.tables import cases, observations, patients

# One key for the whole table: numbers are given out one after the other, also by two processes at once.
_NUMBERING_LOCK = 0x7061_7469

_PATIENT = Prepared(select(patients).where(patients.c.id == bindparam("patient")))
_CASES_OF_ONE = select(func.count()).where(cases.c.patient_id == patients.c.id)
_IN_CARE = Prepared(
    select(patients, _CASES_OF_ONE.scalar_subquery().label("case_count")).where(patients.c.id == bindparam("patient"))
)


def add_patient(
    connection: Connection,
    *,
    name: str,
    birth_date: date,
    now: datetime,
    sex: str | None = None,
    mbi: str | None = None,
    phone: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    conditions: Sequence[str] = (),
    pcp: str | None = None,
    equity: Mapping[str, Any] | None = None,
    source: str | None = None,
    source_digest: str | None = None,
    organisation: str = MAIN,
) -> str:
    """Adds a patient and returns the id, such as "p12".

    `conditions` are ICD-10-CM codes, `equity` the strata by name, `organisation` who cares for them. Raises Refused
    when another patient has the MBI, InvalidInput for an unknown organisation.
    """
    known_organisation(connection, organisation)
    _one_at_a_time(connection)
    _refuse_taken_mbi(connection, mbi, organisation)
    number = _next_number(connection)
    connection.execute(
        insert(patients).values(
            id=f"p{number}",
            number=number,
            name=name,
            birth_date=birth_date,
            sex=sex,
            mbi=mbi,
            phone=phone,
            language=language,
            time_zone=time_zone,
            conditions=list(conditions),
            pcp=pcp,
            equity=dict(equity or {}),
            source=source,
            source_digest=source_digest,
            created_at=now,
            updated_at=now,
            organisation=organisation,
        )
    )
    return f"p{number}"


def update_patient(connection: Connection, patient_id: str, *, now: datetime, **changes: Any) -> None:
    """Writes the given columns of a patient.

    Raises NotFound for an unknown patient, Refused when another patient has the new MBI.
    """
    if changes.get("mbi") is not None:
        _one_at_a_time(connection)
        whose = patient(connection, patient_id)["organisation"]
        _refuse_taken_mbi(connection, changes["mbi"], whose, besides=patient_id)
    written = connection.execute(update(patients).where(patients.c.id == patient_id).values(**changes, updated_at=now))
    if written.rowcount == 0:
        raise NotFound("patient", patient_id)


def patient(connection: Connection, patient_id: str) -> dict[str, Any]:
    """The patient's row; raises NotFound. Relies on the primary key."""
    return _known(connection, _PATIENT, patient_id)


def patient_in_care(connection: Connection, patient_id: str) -> dict[str, Any]:
    """The patient's row with ``case_count``, how many cases there are or were; raises NotFound.

    Primary key, and index ix_cases_patient.
    """
    return _known(connection, _IN_CARE, patient_id)


def _known(connection: Connection, query: Prepared, patient_id: str) -> dict[str, Any]:
    found = query.first(connection, {"patient": patient_id})
    if found is None:
        raise NotFound("patient", patient_id)
    return found


def names_of_patients(connection: Connection, ids: Iterable[str]) -> Mapping[str, str]:
    """The names of some patients by id. By primary key."""
    query = select(patients.c.id, patients.c.name).where(patients.c.id.in_(list(ids)))
    return {row.id: row.name for row in connection.execute(query)}


def locked_patient(connection: Connection, patient_id: str) -> RowMapping:
    """The patient's row, held until the transaction ends; raises NotFound. Relies on the primary key.

    SQLite has one writer at a time, so there the whole database is held already.
    """
    query = select(patients).where(patients.c.id == patient_id).with_for_update()
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound("patient", patient_id)
    return found


def patients_from(connection: Connection, sources: Iterable[str]) -> Mapping[str, RowMapping]:
    """The patients imported from `sources` ("fhir:Patient/<id>"), by source. Relies on uq_patients_source."""
    query = select(patients).where(patients.c.source.in_(list(sources)))
    return {row["source"]: row for row in connection.execute(query).mappings()}


def patient_with_mbi(connection: Connection, mbi: str) -> RowMapping | None:
    """The patient with a Medicare Beneficiary Identifier. Relies on uq_patients_mbi."""
    return connection.execute(select(patients).where(patients.c.mbi == mbi)).mappings().first()


def patients_after(
    connection: Connection, number: int, limit: int, search: str | None = None, *, organisation: str | None
) -> Sequence[RowMapping]:
    """The next patients of an organisation by number: all, or those whose name holds `search` or whose MBI it is.

    Relies on uq_patients_number.
    """
    theirs = (patients.c.number > number, *cared_for_by(organisation))
    query = select(patients).where(*theirs).order_by(patients.c.number).limit(limit)
    if search is not None:
        named = patients.c.name.icontains(search, autoescape=True)
        query = query.where(named | (patients.c.mbi == search.replace("-", "").upper()))
    return connection.execute(query).mappings().all()


def observations_of(connection: Connection, patient_id: str) -> Sequence[RowMapping]:
    """What imports brought about a patient, oldest first. Relies on the primary key's first column."""
    query = select(observations).where(observations.c.patient_id == patient_id)
    ordered = query.order_by(observations.c.effective_at, observations.c.source)
    return connection.execute(ordered).mappings().all()


def conditions_of(connection: Connection, patient_ids: Iterable[str]) -> Sequence[RowMapping]:
    """The imported conditions of patients, oldest first. Relies on the primary key's first column."""
    query = select(observations).where(
        observations.c.patient_id.in_(list(patient_ids)), observations.c.kind == "condition"
    )
    ordered = query.order_by(observations.c.patient_id, observations.c.effective_at, observations.c.source)
    return connection.execute(ordered).mappings().all()


def observations_from(
    connection: Connection, patient_ids: Iterable[str], sources: Iterable[str]
) -> Sequence[RowMapping]:
    """What is kept of some sources ("fhir:Observation/<id>") about some patients. Relies on the primary key."""
    query = select(observations).where(
        observations.c.patient_id.in_(list(patient_ids)), observations.c.source.in_(list(sources))
    )
    return connection.execute(query).mappings().all()


def add_observations(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds rows of `observations`."""
    if rows:
        connection.execute(insert(observations), [dict(row) for row in rows])


def remove_observations(connection: Connection, keys: Iterable[tuple[str, str]]) -> None:
    """Removes rows by patient id and source. Relies on the primary key."""
    named = [{"key_patient": patient_id, "key_source": source} for patient_id, source in keys]
    gone = delete(observations).where(
        observations.c.patient_id == bindparam("key_patient"), observations.c.source == bindparam("key_source")
    )
    if named:
        connection.execute(gone, named)


def _one_at_a_time(connection: Connection) -> None:
    """Makes other writers of numbers and MBIs wait; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _NUMBERING_LOCK})


def _next_number(connection: Connection) -> int:
    """One above the highest number. Relies on uq_patients_number."""
    highest: int | None = connection.execute(select(func.max(patients.c.number))).scalar()
    return (highest or 0) + 1


def _refuse_taken_mbi(
    connection: Connection, mbi: str | None, organisation: str, besides: str | None = None
) -> None:
    """Another organisation's patient is not named: that there is one is all that can be said."""
    holder = patient_with_mbi(connection, mbi) if mbi is not None else None
    if holder is not None and holder["organisation"] != organisation:
        raise Refused(f"the MBI '{mbi}' is taken; check it, or ask an administrator whose patient it is")
    if holder is not None and holder["id"] != besides:
        raise Refused(f"patient '{holder['id']}' already has the MBI '{mbi}'; use that one, or check the MBI")
