"""The record, and the commands that wrote it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

# An entry is kept in a short form (engine/store/entry_form.py): `element_name`, `summary`, `detail`, `prev_hash`,
# `hash` and `version` are empty, for they stand in the three columns at the end. Releases before 0011 wrote all in
# words, those before 0014 the name and the summary.
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
    Column("packed_detail", LargeBinary),  # and what goes with it: the element's name, the summary
    Column("seal", LargeBinary),  # the hash, 32 bytes, and the first 8 of the hash before
    Column("version_mark", Integer),
)

# A number for each version that entries name: 64 letters in each of them would be a tenth of the record.
version_marks = Table(
    "version_marks",
    metadata,
    Column("mark", Integer, primary_key=True, autoincrement=True),
    Column("hash", String(64), nullable=False, unique=True),
)

commands = Table(
    "commands",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(300), unique=True),  # actor and idempotency key
    Column("fingerprint", String(64), nullable=False),  # of what was asked; empty where nobody can ask again
    Column("kind", String(40), nullable=False),
    Column("case_id", String(64)),
    Column("actor", String(254), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", Document, nullable=False),  # what the same key is answered: what is not as in `Outcome()`
)
