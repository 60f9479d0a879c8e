"""Incidents: processes whose diagram failed and that stand still until a director settles them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

_OPEN = text("status = 'open'")

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(90), primary_key=True),  # the process's id and the number of its incident
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("process_id", ForeignKey("processes.id"), nullable=False),
    Column("definition", String(100), nullable=False),
    Column("version", String(64), nullable=False),  # the one that failed last
    Column("first_version", String(64), nullable=False),  # the one that failed when it was opened
    Column("diagram", String(100)),  # the process in which the element is drawn: the definition or one that it calls
    Column("element_id", String(100)),  # None where the process as a whole cannot go on
    Column("element_name", String(200)),
    Column("code", String(40), nullable=False),
    Column("message", Text, nullable=False),  # for people, without anything that is about the patient
    Column("status", String(16), nullable=False),  # open | resolved
    Column("as_of", Instant, nullable=False),  # the instant that the diagram ran as of
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", String(254), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_failed_at", Instant, nullable=False),
    Column("failed_as_of", Instant, nullable=False),  # the instant that the diagram ran as of when it failed last
    Column("skips", Document, nullable=False),  # what it is let go past when it goes on (engine.incidents.place)
    Column("kept", Document, nullable=False),  # what waits to be carried out, in order of time (engine.incidents.kept)
    Column("resolved_at", Instant),
    Column("resolved_by", String(254)),
    Column("resolution", String(16)),  # retried | skipped | migrated | ended
    Column("reason", Text),
    CheckConstraint("status IN ('open', 'resolved')", name="status"),
)
# One open incident a process at most.
Index("ix_incidents_open_process", incidents.c.process_id, unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index(
    "ix_incidents_open",
    incidents.c.definition,
    incidents.c.version,
    incidents.c.element_id,
    incidents.c.id,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_incidents_case", incidents.c.case_id, incidents.c.opened_at)
