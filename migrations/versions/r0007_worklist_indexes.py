"""Indexes that a worklist of a million open tasks relies on."""

from __future__ import annotations

import sqlalchemy as sa

from migrations import online

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_IN_ORDER = ["priority", "due_on", "id"]
_COUNTED = ["kind", "snoozed_until", "patient_id", "case_id", "status"]
_OPEN = "status = 'open'"
_PRESSES = f"{_OPEN} AND (priority = 'urgent' OR kind = 'safety')"
_INDEXES = (
    ("ix_tasks_open_mine", ["assignee", *_IN_ORDER, *_COUNTED], _OPEN),
    ("ix_tasks_open_due", [*_IN_ORDER, *_COUNTED], _OPEN),
    ("ix_tasks_open_kind", ["kind", *_IN_ORDER], _OPEN),
    ("ix_tasks_open_pool", [*_IN_ORDER, *_COUNTED, "role"], f"{_OPEN} AND assignee IS NULL"),
    ("ix_tasks_pressing_mine", ["assignee", *_IN_ORDER], _PRESSES),
    ("ix_tasks_pressing_due", _IN_ORDER, _PRESSES),
    ("ix_tasks_snoozed", ["assignee", "snoozed_until"], f"{_OPEN} AND snoozed_until IS NOT NULL"),
)


def upgrade() -> None:
    """May be run again: each index is made where it is missing."""
    for name, columns, condition in _INDEXES:
        _create(name, columns, condition)
    online.drop_index("ix_tasks_open_assignee", "tasks")


def downgrade() -> None:
    _create("ix_tasks_open_assignee", ["assignee", "due_on"], _OPEN)
    for name, _, _ in _INDEXES:
        online.drop_index(name, "tasks")


def _create(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    online.create_index(name, "tasks", columns, sqlite_where=where, postgresql_where=where)
