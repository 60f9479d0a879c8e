"""Open tasks are found by whom they are about and by what they are called: each index holds all that a list asks."""

from __future__ import annotations

import sqlalchemy as sa

from migrations import online

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_IN_ORDER = ["priority", "due_on", "id"]
_FOUND = ["kind", "snoozed_until", "case_id", "status", "assignee", "role"]
_BEFORE = ["patient_id", *_IN_ORDER, *_FOUND]


def upgrade() -> None:
    """May be run again: the new ones are made beside, then those before go."""
    _create("ix_tasks_open_of_patient", [*_BEFORE, "title"])
    _create("ix_tasks_open_of_title", ["title", *_IN_ORDER, *_FOUND, "patient_id"])
    online.drop_index("ix_tasks_open_patient", "tasks")
    online.drop_index("ix_tasks_open_title", "tasks")


def downgrade() -> None:
    _create("ix_tasks_open_patient", _BEFORE)
    _create("ix_tasks_open_title", ["title", "status"])
    online.drop_index("ix_tasks_open_of_patient", "tasks")
    online.drop_index("ix_tasks_open_of_title", "tasks")


def _create(name: str, columns: list[str]) -> None:
    where = sa.text("status = 'open'")
    online.create_index(name, "tasks", columns, sqlite_where=where, postgresql_where=where)
