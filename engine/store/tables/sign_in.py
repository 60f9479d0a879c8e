"""How people are known at the door: their sessions, and their second factor."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from engine.store.columns import Instant
from engine.store.tables.metadata import metadata

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of what the cookie holds
    Column("email", ForeignKey("users.email"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("device", String(80), nullable=False),  # in words, so that its owner knows it again
)
Index("ix_sessions_email_started_at", sessions.c.email, sessions.c.started_at)

second_factors = Table(
    "second_factors",
    metadata,
    Column("email", ForeignKey("users.email"), primary_key=True),
    Column("sealed", String(200), nullable=False),  # the app's secret, encrypted under the installation's key
    Column("confirmed_at", Instant, nullable=False),
    Column("last_step", Integer, nullable=False),  # of the code that was last used: none is taken twice
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of 120 random bits
    Column("email", ForeignKey("users.email"), nullable=False),
    Column("used_at", Instant),
)
Index("ix_recovery_codes_email", recovery_codes.c.email)
