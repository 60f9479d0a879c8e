"""People's work: tasks, attempts to reach somebody, answers not yet sent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from engine.store.columns import Document, Instant
from engine.store.tables.metadata import metadata

tasks = Table(
    "tasks",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("patient_id", ForeignKey("patients.id"), nullable=False),
    Column("process_id", ForeignKey("processes.id"), nullable=False),
    Column("token", Integer, nullable=False),  # which waiting token of the process it answers
    Column("element_id", String(100), nullable=False),
    Column("element_name", String(200), nullable=False),
    Column("process", String(100), nullable=False),  # the definition the element stands in
    Column("version", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", String(300), nullable=False),
    Column("why", Text, nullable=False),
    Column("form", String(100), nullable=False),
    Column("context", Document),  # what the form's conditions saw of the token: {"counter": n}
    Column("role", String(32), nullable=False),
    Column("priority", String(8), nullable=False),  # urgent | high | normal
    Column("opens_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("closes_on", Date),  # the end of its window, where it has one
    Column("status", String(16), nullable=False),  # open | done | cancelled
    Column("assignee", ForeignKey("users.email")),
    Column("snoozed_until", Date),
    Column("snooze_reason", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("done_by", String(254)),
    Column("occurred_on", Date),  # the true date, where it was done before it was recorded
    Column("late_reason", Text),
    CheckConstraint("status IN ('open', 'done', 'cancelled')", name="status"),
)


def _open_tasks(name: str, *columns: Column[Any], also: str = "", on_sqlite: str | None = None) -> None:
    """An index of open tasks alone: as small as what is to be done, however long a practice has worked."""
    here = text(f"status = 'open'{also if on_sqlite is None else on_sqlite}")
    Index(name, *columns, sqlite_where=here, postgresql_where=text(f"status = 'open'{also}"))


# Lists are read as stretches of these (worklists/runs.py): one priority, in the order of the due dates.
_IN_ORDER = (tasks.c.priority, tasks.c.due_on, tasks.c.id)
_PRESSES = " AND (priority = 'urgent' OR kind = 'safety')"
# What is counted is all in the index: a long list's tasks lie scattered over the table.
# SQLite reads the status again, even where the index holds open tasks alone.
_COUNTED = (tasks.c.kind, tasks.c.snoozed_until, tasks.c.patient_id, tasks.c.case_id, tasks.c.status)
_open_tasks("ix_tasks_open_mine", tasks.c.assignee, *_IN_ORDER, *_COUNTED)
_open_tasks("ix_tasks_open_due", *_IN_ORDER, *_COUNTED)
_open_tasks("ix_tasks_open_of_kind", tasks.c.kind, *_IN_ORDER, *_COUNTED[1:])
# PostgreSQL takes no order from an index behind "IS NULL": what nobody has needs one of its own.
_open_tasks("ix_tasks_open_pool", *_IN_ORDER, *_COUNTED, tasks.c.role, also=" AND assignee IS NULL")
_open_tasks(
    "ix_tasks_open_role",
    *(tasks.c.role, *_IN_ORDER, *_COUNTED, tasks.c.assignee),
    also=" AND assignee IS NULL",
    on_sqlite=" AND +assignee IS NULL",  # as `worklists.nobodys` asks
)
# What is read from whom it is about, or from what it is called: a search, a small organisation (worklists/reach.py).
_FOUND = tuple(tasks.c[name] for name in ("kind", "snoozed_until", "case_id", "status", "assignee", "role"))
_open_tasks("ix_tasks_open_of_patient", tasks.c.patient_id, *_IN_ORDER, *_FOUND, tasks.c.title)
_open_tasks("ix_tasks_open_of_title", tasks.c.title, *_IN_ORDER, *_FOUND, tasks.c.patient_id)
_open_tasks("ix_tasks_pressing_mine", tasks.c.assignee, *_IN_ORDER, also=_PRESSES)
_open_tasks("ix_tasks_pressing_due", *_IN_ORDER, also=_PRESSES)
_open_tasks("ix_tasks_snoozed", tasks.c.assignee, tasks.c.snoozed_until, also=" AND snoozed_until IS NOT NULL")
_open_tasks("ix_tasks_open_case", tasks.c.case_id)
Index("ix_tasks_patient", tasks.c.patient_id, tasks.c.created_at)
Index("ix_tasks_process", tasks.c.process_id)

attempts = Table(
    "attempts",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("channel", String(32), nullable=False),  # phone | sms | email | portal | letter | visit
    Column("outcome", String(32), nullable=False),  # reached | no_answer | left_message | wrong_number | ...
    Column("note", Text),
)
Index("ix_attempts_case", attempts.c.case_id, attempts.c.at)

drafts = Table(
    "drafts",
    metadata,
    Column("task_id", ForeignKey("tasks.id"), primary_key=True),
    Column("email", ForeignKey("users.email"), primary_key=True),
    Column("data", Document, nullable=False),
    Column("saved_at", Instant, nullable=False),
)
