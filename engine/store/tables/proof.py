"""Who saw what, and what was signed."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

accesses = Table(
    "accesses",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("email", String(254), nullable=False),
    Column("role", String(32), nullable=False),
    Column("act", String(16), nullable=False),  # viewed | listed | exported | verified | refused
    Column("page", String(64), nullable=False),  # the route's endpoint: "pages.patient", "api.get_case"
    Column("address", String(300), nullable=False),  # the path that was asked, without its query
    Column("case_id", String(64)),
    Column("detail", Document),  # of an export: format, files with their SHA-256
)
Index("ix_accesses_email", accesses.c.email, accesses.c.id)
Index("ix_accesses_at", accesses.c.at, accesses.c.id)

access_patients = Table(
    "access_patients",
    metadata,
    Column("access_id", ForeignKey("accesses.id"), primary_key=True),
    Column("patient_id", ForeignKey("patients.id"), primary_key=True),
)
Index("ix_access_patients_patient", access_patients.c.patient_id, access_patients.c.access_id)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 without gaps
    Column("day", Date, nullable=False, unique=True),  # the organisation's local day
    Column("at", Instant, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("entries", Integer, nullable=False),  # of all histories together
    Column("root", String(64), nullable=False),  # Merkle root over all cases' chain heads
    Column("previous", String(64), nullable=False),  # SHA-256 of the statement before
    Column("key_id", String(64), nullable=False),
    Column("signature", String(128), nullable=False),  # Ed25519 over the statement, hex
)

checkpoint_leaves = Table(
    "checkpoint_leaves",
    metadata,
    Column("checkpoint", ForeignKey("checkpoints.number"), primary_key=True),
    Column("case_id", String(64), primary_key=True),  # only cases whose chain has grown since the one before
    Column("length", Integer, nullable=False),
    Column("head", String(64), nullable=False),
)
Index("ix_checkpoint_leaves_case", checkpoint_leaves.c.case_id, checkpoint_leaves.c.checkpoint)
