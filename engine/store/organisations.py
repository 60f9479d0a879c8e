"""Which organisations care for patients here, and whose patient somebody is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, insert, null, select

from care.errors import did_you_mean
from engine.errors import InvalidInput, NotFound, Refused
from engine.store.tables import cases, incidents, organisations, patients, tasks

MAIN = "main"  # the one that every database begins with
BOUND = frozenset({"case_manager", "lead"})  # roles that see the patients of one organisation, never of all
_SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an id is about: the patient, the organisation that cares for them, and the case where it names one."""

    patient_id: str
    organisation: str
    case_id: str | None


def add_organisation(connection: Connection, organisation_id: str, name: str) -> None:
    """Adds an organisation; raises InvalidInput for an id that is none, Refused when it is taken."""
    if not _SHAPE.fullmatch(organisation_id):
        words = f"'{organisation_id}' is no id; write up to 32 of a-z, 0-9 and -, such as north-clinic"
        raise InvalidInput({"id": words})
    if not name.strip():
        raise InvalidInput({"name": "write the name as people know it"})
    if organisation_id in _ids(connection):
        raise Refused(f"there is an organisation '{organisation_id}' already; choose another id")
    connection.execute(insert(organisations).values(id=organisation_id, name=name.strip()))


def all_organisations(connection: Connection) -> Sequence[RowMapping]:
    """All organisations by name. The table is small: read whole."""
    query = select(organisations).order_by(organisations.c.name, organisations.c.id)
    return connection.execute(query).mappings().all()


def known_organisation(connection: Connection, organisation_id: str) -> str:
    """The id itself; raises InvalidInput when there is no such organisation."""
    known = _ids(connection)
    if organisation_id not in known:
        hint = did_you_mean(organisation_id, known)
        raise InvalidInput({"organisation": f"there is no organisation '{organisation_id}'; {hint}"})
    return organisation_id


def organisation_for(role: str, given: str | None) -> str | None:
    """Whose patients a user of a role sees: None, those of all, is not for who works on one organisation's list."""
    return MAIN if given is None and role in BOUND else given


def cared_for_by(organisation: str | None) -> list[ColumnElement[bool]]:
    """What a query that reads `patients` adds to find one organisation's; nothing for None, which is all."""
    return [] if organisation is None else [patients.c.organisation == organisation]


def subject(connection: Connection, kind: str, identity: str) -> Subject:
    """Whom the id of a patient, a case, a task or an incident is about; raises NotFound. By primary key."""
    row = connection.execute(_ABOUT[kind].where(_ID[kind] == identity)).first()
    if row is None:
        raise NotFound(kind, identity)
    return Subject(*row)


def sees(row: RowMapping, organisation: str) -> bool:
    """Whether a user (a row of `users`) sees the patients of an organisation."""
    return organisation_for(row["role"], row["organisation"]) in (None, organisation)


def _ids(connection: Connection) -> set[str]:
    return set(connection.execute(select(organisations.c.id)).scalars())


_ABOUT: dict[str, Select[Any]] = {
    "patient": select(patients.c.id, patients.c.organisation, null()),
    "case": select(patients.c.id, patients.c.organisation, cases.c.id).join_from(
        cases, patients, cases.c.patient_id == patients.c.id
    ),
    "task": select(patients.c.id, patients.c.organisation, tasks.c.case_id).join_from(
        tasks, patients, tasks.c.patient_id == patients.c.id
    ),
    "incident": select(patients.c.id, patients.c.organisation, incidents.c.case_id)
    .join_from(incidents, cases, incidents.c.case_id == cases.c.id)
    .join(patients, cases.c.patient_id == patients.c.id),
}
_ID = {"patient": patients.c.id, "case": cases.c.id, "task": tasks.c.id, "incident": incidents.c.id}
