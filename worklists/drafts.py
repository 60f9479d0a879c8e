"""Answers that a person has begun and not sent: kept for them until the task is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine.store.tables import drafts


@dataclass(frozen=True, slots=True)
class Draft:
    """What was filled in, as the browser sent it: name to values, and when it was kept."""

    data: Mapping[str, list[str]]
    saved_at: datetime


def draft(connection: Connection, task_id: str, email: str) -> Draft | None:
    """A person's draft of a task. By primary key."""
    row = connection.execute(
        select(drafts.c.data, drafts.c.saved_at).where(drafts.c.task_id == task_id, drafts.c.email == email)
    ).first()
    return None if row is None else Draft(row.data, row.saved_at)


def keep_draft(connection: Connection, task_id: str, email: str, data: Mapping[str, list[str]], now: datetime) -> None:
    """Keeps a draft in place of the one before. Needs a writing connection."""
    values: dict[str, Any] = {"data": dict(data), "saved_at": now}
    mine = (drafts.c.task_id == task_id, drafts.c.email == email)
    if connection.execute(update(drafts).where(*mine).values(**values)).rowcount == 0:
        connection.execute(insert(drafts).values(task_id=task_id, email=email, **values))


def forget_draft(connection: Connection, task_id: str, email: str) -> None:
    """Lets go of a draft, once its task is done. Needs a writing connection."""
    connection.execute(delete(drafts).where(drafts.c.task_id == task_id, drafts.c.email == email))
