"""Every table of the database, one module a group; the queries stand beside them, one module per table group."""

from __future__ import annotations

from engine.store.tables.background import outbox, outbox_attempts, outbox_files
from engine.store.tables.case import cases, processes
from engine.store.tables.definitions import versions
from engine.store.tables.facts import fact_kinds, fact_names, fact_values, facts
from engine.store.tables.incidents import incidents
from engine.store.tables.metadata import metadata
from engine.store.tables.people import observations, organisations, patients, tokens, users
from engine.store.tables.proof import access_patients, accesses, checkpoint_leaves, checkpoints
from engine.store.tables.record import commands, history, version_marks
from engine.store.tables.sandbox import sandbox_clock
from engine.store.tables.sign_in import recovery_codes, second_factors, sessions
from engine.store.tables.studio import (
    migration_batches,
    migration_moves,
    scenarios,
    studio_drafts,
    studio_editors,
    studio_files,
    studio_walks,
)
from engine.store.tables.work import attempts, drafts, tasks

__all__ = [
    "access_patients",
    "accesses",
    "attempts",
    "cases",
    "checkpoint_leaves",
    "checkpoints",
    "commands",
    "drafts",
    "fact_kinds",
    "fact_names",
    "fact_values",
    "facts",
    "history",
    "incidents",
    "metadata",
    "migration_batches",
    "migration_moves",
    "observations",
    "organisations",
    "outbox",
    "outbox_attempts",
    "outbox_files",
    "patients",
    "processes",
    "recovery_codes",
    "sandbox_clock",
    "scenarios",
    "second_factors",
    "sessions",
    "studio_drafts",
    "studio_editors",
    "studio_files",
    "studio_walks",
    "tasks",
    "tokens",
    "users",
    "version_marks",
    "versions",
]
