"""People's work: tasks, attempts to reach somebody, answers not yet sent."""

from __future__ import annotations

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
Index(
    "ix_tasks_open_assignee",
    tasks.c.assignee,
    tasks.c.due_on,
    sqlite_where=text("status = 'open'"),
    postgresql_where=text("status = 'open'"),
)
Index(
    "ix_tasks_open_case",
    tasks.c.case_id,
    sqlite_where=text("status = 'open'"),
    postgresql_where=text("status = 'open'"),
)
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
