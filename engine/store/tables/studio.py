"""What directors change before it is published, and the batches that move running cases to it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

studio_drafts = Table(
    "studio_drafts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("title", String(200), nullable=False),
    Column("base", ForeignKey("versions.hash")),  # the version it began as; None for a diagram that is new
    Column("main", String(200), nullable=False),  # the file it is opened with
    Column("status", String(16), nullable=False),  # open | published | discarded
    Column("revision", Integer, nullable=False, default=0),  # counts every save of any of its files
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(254), nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(254), nullable=False),
    Column("published", Document),  # hashes of the versions that it became
    Column("note", Text),  # why it was published, and why over scenarios that failed
)

studio_files = Table(
    "studio_files",
    metadata,
    Column("draft_id", ForeignKey("studio_drafts.id"), primary_key=True),
    Column("path", String(200), primary_key=True),  # as in a folder of pathways
    Column("text", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # of the draft, when this file was saved last
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(254), nullable=False),
    Column("saved_in", String(64)),  # the window of an editor, by a name that it made up
    Column("edition", Integer),  # of the text in that window: grows with each change
    Column("made_from", String(64)),  # SHA-256 of the published text at its first save; None for a new file
)

studio_editors = Table(
    "studio_editors",
    metadata,
    Column("draft_id", ForeignKey("studio_drafts.id"), primary_key=True),
    Column("email", ForeignKey("users.email"), primary_key=True),
    Column("path", String(200), nullable=False),  # the file that is open
    Column("seen_at", Instant, nullable=False),
)

studio_walks = Table(
    "studio_walks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("draft_id", ForeignKey("studio_drafts.id"), nullable=False),
    Column("email", ForeignKey("users.email"), nullable=False),
    Column("patient", Document, nullable=False),
    Column("steps", Document, nullable=False),  # what was done, in order: the walk is played anew from them
    Column("saved_at", Instant, nullable=False),
)
Index("ix_studio_walks_draft", studio_walks.c.draft_id, studio_walks.c.email)

scenarios = Table(
    "scenarios",
    metadata,
    Column("path", String(200), primary_key=True),  # scenarios/<name>.yaml, beside those of the folder
    Column("text", Text, nullable=False),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(254), nullable=False),
)

migration_batches = Table(
    "migration_batches",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("process_id", String(100), nullable=False),
    Column("to_version", ForeignKey("versions.hash"), nullable=False),
    Column("status", String(16), nullable=False),  # moving | proving | done | refused (by the proof) | undone
    Column("undoes", ForeignKey("migration_batches.id")),  # the batch whose cases this one moves back
    Column("moves", Document, nullable=False),  # old element id -> the one that takes its place
    Column("note", Text, nullable=False),
    Column("problem", Text),  # why the proof refused it
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(254), nullable=False),
    Column("finished_at", Instant),
)
# One batch of a process at a time: two directors would move the same cases to two places.
Index(
    "ix_migration_batches_open",
    migration_batches.c.process_id,
    unique=True,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)

migration_moves = Table(
    "migration_moves",
    metadata,
    Column("batch_id", ForeignKey("migration_batches.id"), primary_key=True),
    Column("process", ForeignKey("processes.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("from_version", ForeignKey("versions.hash"), nullable=False),
    Column("to_version", ForeignKey("versions.hash"), nullable=False),
    Column("status", String(16), nullable=False),  # waiting, moved, proven, stuck (as before), back, cannot, passed
    Column("reason", Text),  # why it cannot move, was passed over, or is stuck
    Column("before", Document),  # what it was before: engine.migration.moving.Before
    Column("moved_at", Instant),
)
Index("ix_migration_moves_status", migration_moves.c.batch_id, migration_moves.c.status)
Index("ix_migration_moves_case", migration_moves.c.case_id)
