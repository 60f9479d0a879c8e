"""The record, the commands that wrote it, and the outgoing work they decided."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

history = Table(
    "history",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("command", Integer, nullable=False),
    Column("task_id", String(80)),
    Column("process_id", String(80)),
    Column("element_id", String(100)),
    Column("element_name", String(200)),
    Column("version", String(64)),
    Column("summary", Text, nullable=False),
    Column("detail", Text, nullable=False),  # canonical JSON, as it was hashed
    Column("prev_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

commands = Table(
    "commands",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(300), unique=True),  # actor and idempotency key
    Column("fingerprint", String(64), nullable=False),  # of what was asked
    Column("kind", String(40), nullable=False),
    Column("case_id", String(64)),
    Column("actor", String(254), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Document, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),  # the idempotency key of the effect
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("operation", String(64), nullable=False),
    Column("payload", Document, nullable=False),
    Column("status", String(16), nullable=False),  # waiting | done | failed
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("result", Document),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", Instant),  # not before then; None: at once
    Column("error", Text),  # what the last attempt said
)
Index(
    "ix_outbox_waiting",
    outbox.c.id,
    sqlite_where=text("status = 'waiting'"),
    postgresql_where=text("status = 'waiting'"),
)
