"""The record, and the commands that wrote it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

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
