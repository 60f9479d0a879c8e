"""Cases, and the processes of each."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

cases = Table(
    "cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("patient_id", ForeignKey("patients.id"), nullable=False),
    Column("track", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("version", ForeignKey("versions.hash"), nullable=False),
    Column("aligned_on", Date, nullable=False),
    Column("period", Integer, nullable=False, server_default="1"),  # 1 is the initial one, above are follow-on periods
    Column("follows", String(64)),  # the case of the period before
    Column("assignee", ForeignKey("users.email")),
    Column("started_at", Instant, nullable=False),
    Column("closed_at", Instant),  # the last process has ended: nothing can happen to the case any more
    Column("paused_at", Instant),
    Column("next_due", Instant),  # the earliest timer of all its running processes
    Column("process_count", Integer, nullable=False, default=0),
    Column("task_count", Integer, nullable=False, default=0),
    Column("fact_count", Integer, nullable=False, default=0),
    Column("command_count", Integer, nullable=False, default=0),
    Column("history_length", Integer, nullable=False, default=0),  # what verify compares the chain with
    Column("history_head", String(64), nullable=False, default=""),
    Column("number", Integer),  # given by the database: what its facts say instead of the id, as it is shorter
)
Index("ix_cases_number", cases.c.number, unique=True)
Index(
    "ix_cases_next_due",
    cases.c.next_due,
    sqlite_where=text("next_due IS NOT NULL"),
    postgresql_where=text("next_due IS NOT NULL"),
)
Index("ix_cases_patient", cases.c.patient_id)
# One participant per track: a patient is aligned to a track once at a time (CMS ACCESS IG, alignment). The next period
# may begin while the last report of the one before is still to come.
Index(
    "ix_cases_one_open_per_period",
    cases.c.patient_id,
    cases.c.track,
    cases.c.period,
    unique=True,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)

processes = Table(
    "processes",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("definition", String(100), nullable=False),
    Column("version", ForeignKey("versions.hash"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("status", String(16), nullable=False),  # active | completed | cancelled
    Column("paused", Boolean, nullable=False, default=False),
    Column("event", Document),  # the latest event it took: {"type", "on", payload members}
    Column("state", Text, nullable=False),
    Column("next_due", Instant),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("parked_at", Instant),  # its diagram failed: nothing happens to it until its incident is settled
)
Index(
    "ix_processes_running",
    processes.c.case_id,
    sqlite_where=text("status = 'active'"),
    postgresql_where=text("status = 'active'"),
)
Index(
    "ix_processes_version",
    processes.c.definition,
    processes.c.version,
    sqlite_where=text("status = 'active'"),
    postgresql_where=text("status = 'active'"),
)
