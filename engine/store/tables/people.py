"""People: organisations, the users of each, their tokens, and the patients they care for."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

organisations = Table(
    "organisations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("email", String(254), primary_key=True),  # the sign-in and the assignee's name everywhere
    Column("name", String(200), nullable=False),
    Column("role", String(32), nullable=False),  # case_manager | lead | clinical_director | auditor | admin
    Column("password_hash", String(200), nullable=False),
    Column("one_time", Boolean, nullable=False, default=False),  # the password must be changed at first sign-in
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Column("organisation", String(32)),  # whose patients they see; None: those of all
    Column("one_time_until", Instant),  # until when a one-time password opens the door; None: without end
)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token; the token itself is shown once
    Column("email", ForeignKey("users.email"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    Column("expires_at", Instant),  # None: it holds until it is revoked
)

patients = Table(
    "patients",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("birth_date", Date, nullable=False),
    Column("sex", String(16)),  # FHIR administrative gender
    Column("mbi", String(11), unique=True),  # Medicare Beneficiary Identifier
    Column("phone", String(40)),
    Column("language", String(40)),  # BCP 47
    Column("time_zone", String(64)),
    Column("conditions", Document, nullable=False),  # [ICD-10-CM code]
    Column("pcp", String(200)),
    Column("equity", Document, nullable=False),  # {dual_eligible?, rural?, disability?, ...}
    Column("source", String(200), unique=True),  # where an imported patient came from: "fhir:Patient/<id>"
    Column("source_digest", String(64)),  # of what was imported; the same again changes nothing
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("organisation", String(32), nullable=False, server_default="main"),  # who cares for them
)
Index("ix_patients_name", patients.c.name)
Index("ix_patients_organisation", patients.c.organisation, patients.c.id)

# What an import brought about a patient before or beside a case: kept as it came, read by the patient page.
observations = Table(
    "observations",
    metadata,
    Column("patient_id", ForeignKey("patients.id"), primary_key=True),
    Column("source", String(200), primary_key=True),  # "fhir:Observation/<id>", "fhir:Encounter/<id>"
    Column("kind", String(16), nullable=False),  # observation | encounter | condition
    Column("code", String(64)),
    Column("display", String(200)),
    Column("value", Document),
    Column("unit", String(40)),
    Column("effective_at", Instant),
)
