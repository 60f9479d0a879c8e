"""What is published: the versions of diagrams, with all their sources."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

versions = Table(
    "versions",
    metadata,
    Column("hash", String(64), primary_key=True),  # SHA-256 of all its sources: a version is its content
    Column("process_id", String(100), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 of its process, for people
    Column("title", String(200), nullable=False),
    Column("track", String(16)),  # of a track's pathway
    Column("tracks", Document),  # of a process that an event starts
    Column("messages", Document, nullable=False),  # the event types that start it
    Column("sources", Document, nullable=False),  # {relative path: text}
    Column("note", Text, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("published_by", String(254), nullable=False),
    Column("effective_from", Instant),  # new cases and events take it from then on; None: from the first
)
Index("ix_versions_process", versions.c.process_id, versions.c.number, unique=True)
