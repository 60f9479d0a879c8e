"""Who else has a draft open: whoever was seen within the last minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from engine.store import studio as store
from engine.studio.paths import kind_of_path

SEEN_WITHIN = timedelta(seconds=60)  # an editor tells it every 20 seconds


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody who has a file of the draft open, and when they were seen last."""

    name: str
    path: str
    since: datetime


def be_seen(connection: Connection, draft_id: int, email: str, path: str, now: datetime) -> None:
    """Note that a person has a file of the draft open; raises NotFound, InvalidInput for a path of no file."""
    kind_of_path(path)
    store.draft_row(connection, draft_id)
    store.note_editor(connection, draft_id, email, path, now)


def leave(connection: Connection, draft_id: int, email: str) -> None:
    """Note that a person has closed the draft."""
    store.forget_editor(connection, draft_id, email)


def others(connection: Connection, draft_id: int, email: str, now: datetime) -> tuple[Editor, ...]:
    """Who has the draft open beside a person."""
    rows = store.editors_since(connection, draft_id, now - SEEN_WITHIN)
    return tuple(Editor(row["name"], row["path"], row["seen_at"]) for row in rows if row["email"] != email)
