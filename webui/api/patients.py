"""Patients: add one, read one, find some."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate
from sqlalchemy import Connection

from engine.errors import InvalidInput
from engine.store.cases import cases_of_patient
from engine.store.organisations import MAIN
from engine.store.patients import add_patient as insert_patient
from engine.store.patients import patient, patients_after
from webui.access import EVERYONE, WORKERS, visitor
from webui.api.endpoints import Answer, endpoint
from webui.api.fields import (
    CASE_STATUSES,
    TRACKS,
    Text,
    choice,
    day,
    icd10cm_field,
    instant,
    known_strata,
    known_time_zone,
    mbi_field,
)
from webui.api.idempotency import once
from webui.api.pagination import SequenceQuery, page_of, sequence_page
from webui.api.tokens import actor
from webui.extension import engine
from webui.seen import listed, saw

OLDEST = date(1890, 1, 1)  # nobody alive was born before


class NewPatient(Schema):
    """What is needed to add a patient."""

    name = Text(200, required=True)
    birth_date = day(required=True, metadata={"description": "not in the future"})
    sex = choice(("female", "male", "other", "unknown"), allow_none=True)
    mbi = mbi_field(allow_none=True, metadata={"description": "Medicare Beneficiary Identifier"})
    phone = Text(40, allow_none=True)
    language = fields.String(
        allow_none=True,
        validate=validate.Regexp(
            r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}\Z", error="write a BCP 47 tag such as en, es or zh-Hant"
        ),
        metadata={"description": "BCP 47"},
    )
    time_zone = fields.String(allow_none=True, validate=known_time_zone, metadata={"description": "IANA name"})
    conditions = fields.List(
        icd10cm_field(),
        load_default=list,
        validate=validate.Length(max=200),
        metadata={"description": "ICD-10-CM codes"},
    )
    pcp = Text(200, allow_none=True, metadata={"description": "the primary care practice that gets updates"})
    organisation = Text(
        32, allow_none=True, metadata={"description": "who cares for them; the caller's own, named by who sees all"}
    )
    equity = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(),
        load_default=dict,
        validate=known_strata,
        metadata={"description": "strata: dual_eligible, area_deprivation, rural, disability, digital_access"},
    )


class PatientCase(Schema):
    """A case as it stands beside its patient."""

    id = fields.String(required=True)
    track = choice(TRACKS, required=True)
    status = choice(CASE_STATUSES, required=True)
    aligned_on = day(required=True)


class PatientListed(Schema):
    """A patient in a list."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    birth_date = day(required=True)
    sex = fields.String(required=True, allow_none=True)
    mbi = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    language = fields.String(required=True, allow_none=True)
    time_zone = fields.String(required=True, allow_none=True)
    conditions = fields.List(fields.String(), required=True)
    pcp = fields.String(required=True, allow_none=True)
    equity = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    source = fields.String(
        required=True, allow_none=True, metadata={"description": "where an imported patient came from"}
    )
    created_at = instant(required=True)
    updated_at = instant(required=True)


class Patient(PatientListed):
    """A patient with their cases, the newest first."""

    cases = fields.List(fields.Nested(PatientCase), required=True)


class PatientsQuery(SequenceQuery):
    """Which patients."""

    q = Text(100, metadata={"description": "part of the name, or the whole MBI"})


@endpoint(
    "POST",
    "/patients",
    tag="Patients",
    summary="Add a patient",
    body=NewPatient,
    answer=Patient,
    status=201,
    roles=WORKERS,
)
def add_patient(body: dict[str, Any]) -> Answer:
    _check_birth_date(body["birth_date"])
    body["organisation"] = _organisation(body.get("organisation"))
    body["conditions"] = list(dict.fromkeys(body["conditions"]))

    now = engine().clock.now()

    def work(connection: Connection) -> dict[str, Any]:
        return {"patient_id": insert_patient(connection, **body, now=now)}

    outcome = once(engine(), "patient.add", body, actor=actor(), work=work)
    added = _patient(outcome["patient_id"])
    saw(added["id"])
    return Answer(added, {"Location": url_for("api.get_patient", patient_id=added["id"])})


@endpoint("GET", "/patients/<patient_id>", tag="Patients", summary="Read a patient", answer=Patient, roles=EVERYONE)
def get_patient(patient_id: str) -> Answer:
    return Answer(_patient(patient_id))


@endpoint(
    "GET",
    "/patients",
    tag="Patients",
    summary="List patients in the order they were added",
    query=PatientsQuery,
    answer=page_of(PatientListed, "PatientPage"),
    roles=EVERYONE,
)
def list_patients(query: dict[str, Any]) -> Answer:
    with engine().db.reading() as connection:
        rows = patients_after(
            connection, query["after"], query["limit"] + 1, query.get("q"), organisation=visitor().organisation
        )
    listed([row["id"] for row in rows[: query["limit"]]], searched=query.get("q"))
    return sequence_page(rows, query["limit"], "number")


def _patient(patient_id: str) -> dict[str, Any]:
    with engine().db.reading() as connection:
        row = patient(connection, patient_id)
        return {**row, "cases": cases_of_patient(connection, patient_id)}


def _organisation(asked: str | None) -> str:
    """The organisation that a new patient belongs to: the caller's, or the one that they name who see all."""
    own = visitor().organisation
    if own is None:
        return asked or MAIN
    if asked not in (None, own):
        raise InvalidInput({"organisation": f"your patients belong to '{own}'; leave it out"})
    return own


def _check_birth_date(born: date) -> None:
    if born > engine().today():
        raise InvalidInput({"birth_date": f"{born} is in the future; check the year"})
    if born < OLDEST:
        raise InvalidInput({"birth_date": f"{born} is more than a lifetime ago; check the year"})
