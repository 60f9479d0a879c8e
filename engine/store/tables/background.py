"""Background work: what is to be done outside of a command, its attempts, and the files that an import carries."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # the idempotency key of the effect
    Column("case_id", ForeignKey("cases.id")),  # None: about no case
    Column("operation", String(64), nullable=False),
    Column("payload", Document, nullable=False),
    Column("status", String(16), nullable=False),  # waiting | done | failed | dropped
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("result", Document),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Instant),  # not before then; None: at once
    Column("error", Text),  # what the last attempt said
    Column("key", String(120)),  # of work that must exist once, such as "checkpoint.write:2026-11-26"
    Column("requested_by", String(254)),  # who asked for it, where a person did
    Column("tried_before", Integer, nullable=False, server_default="0"),  # attempts before somebody let it start anew
    Column("ended_by", String(254)),  # who dropped it
    Column("reason", Text),  # why it was dropped
)
Index(
    "ix_outbox_waiting",
    outbox.c.id,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
Index(
    "ix_outbox_ended_otherwise",
    outbox.c.status,
    outbox.c.id,
    sqlite_where=text("status IN ('failed', 'dropped')"),
    postgresql_where=text("status IN ('failed', 'dropped')"),
)
Index(
    "ix_outbox_key",
    outbox.c.key,
    unique=True,
    sqlite_where=text("key IS NOT NULL"),
    postgresql_where=text("key IS NOT NULL"),
)

outbox_attempts = Table(
    "outbox_attempts",
    metadata,
    Column("outbox_id", ForeignKey("outbox.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("ended_at", Instant),  # None: goes on, or whoever made it did not live to say how it went
    Column("error", Text),  # None where it ended well
)

outbox_files = Table(
    "outbox_files",
    metadata,
    Column("outbox_id", ForeignKey("outbox.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
