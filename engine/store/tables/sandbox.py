"""The clock of a sandbox: one row."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, Table

from engine.store.columns import Instant
from engine.store.tables.metadata import metadata

sandbox_clock = Table(
    "sandbox_clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("now", Instant, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
