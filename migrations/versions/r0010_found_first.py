"""Indexes for lists that are read from who they are about: a role's pool, a search, a small organisation."""

from __future__ import annotations

import sqlalchemy as sa

from migrations import online

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_IN_ORDER = ["priority", "due_on", "id"]
_COUNTED = ["kind", "snoozed_until", "patient_id", "case_id", "status"]
_OPEN = "status = 'open'"
_OF_PATIENT = ["patient_id", *_IN_ORDER, "kind", "snoozed_until", "case_id", "status", "assignee", "role"]
_OF_ROLE = ["role", *_IN_ORDER, *_COUNTED, "assignee"]
_INDEXES = (
    ("ix_tasks_open_patient", _OF_PATIENT, _OPEN),
    ("ix_tasks_open_title", ["title", "status"], _OPEN),
    ("ix_tasks_open_of_kind", ["kind", *_IN_ORDER, "snoozed_until", "patient_id", "case_id", "status"], _OPEN),
)


def upgrade() -> None:
    """May be run again: each index is made where it is missing."""
    for name, columns, condition in _INDEXES:
        _create(name, columns, condition)
    # Behind a plus sign SQLite takes the assignee for the index's condition alone, and never for its lead.
    sqlite, postgresql = sa.text(f"{_OPEN} AND +assignee IS NULL"), sa.text(f"{_OPEN} AND assignee IS NULL")
    online.create_index("ix_tasks_open_role", "tasks", _OF_ROLE, sqlite_where=sqlite, postgresql_where=postgresql)
    online.create_index("ix_patients_organisation", "patients", ["organisation", "id"])
    online.drop_index("ix_tasks_open_kind", "tasks")


def downgrade() -> None:
    _create("ix_tasks_open_kind", ["kind", *_IN_ORDER], _OPEN)
    online.drop_index("ix_patients_organisation", "patients")
    for name in ("ix_tasks_open_role", *(name for name, _, _ in _INDEXES)):
        online.drop_index(name, "tasks")


def _create(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    online.create_index(name, "tasks", columns, sqlite_where=where, postgresql_where=where)
