"""What directors are changing: drafts of pathways, their files, and who has one open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, delete, insert, select, update

from engine.errors import NotFound
from engine.store.tables import studio_drafts, studio_editors, studio_files, users

_LARGEST = 2**31 - 1  # INTEGER of PostgreSQL


def add_draft(connection: Connection, row: Mapping[str, Any]) -> int:
    """Adds a draft and returns its number."""
    added = connection.execute(insert(studio_drafts).values(**row))
    return int(added.inserted_primary_key[0]) if added.inserted_primary_key else 0


def draft_row(connection: Connection, draft_id: int) -> RowMapping:
    """One draft; raises NotFound. By primary key."""
    return _one(connection, select(studio_drafts).where(studio_drafts.c.id == draft_id), draft_id)


def locked_draft(connection: Connection, draft_id: int) -> RowMapping:
    """One draft that nobody else saves until the transaction ends; raises NotFound. By primary key."""
    return _one(connection, select(studio_drafts).where(studio_drafts.c.id == draft_id).with_for_update(), draft_id)


def open_drafts(connection: Connection) -> Sequence[RowMapping]:
    """Every draft that is worked on, the one saved last first. The table is small: read whole."""
    query = select(studio_drafts).where(studio_drafts.c.status == "open")
    return connection.execute(query.order_by(studio_drafts.c.saved_at.desc(), studio_drafts.c.id)).mappings().all()


def note_saved(connection: Connection, draft_id: int, *, revision: int, by: str, now: datetime) -> None:
    """Notes the save of a locked draft. By primary key."""
    changed = update(studio_drafts).where(studio_drafts.c.id == draft_id)
    connection.execute(changed.values(revision=revision, saved_by=by, saved_at=now))


def end_draft(
    connection: Connection,
    draft_id: int,
    status: str,
    *,
    by: str,
    now: datetime,
    published: Sequence[str] = (),
    note: str | None = None,
) -> bool:
    """Makes an open draft published or discarded; False when it was not open any more. By primary key."""
    still_open = update(studio_drafts).where(studio_drafts.c.id == draft_id, studio_drafts.c.status == "open")
    ended = still_open.values(status=status, saved_by=by, saved_at=now, published=list(published), note=note)
    return connection.execute(ended).rowcount == 1


# -- files ----------------------------------------------------------------------------------------------------------
def files_of(connection: Connection, draft_id: int) -> dict[str, RowMapping]:
    """The files that a draft has saved, by path. By the first column of the primary key."""
    query = select(studio_files).where(studio_files.c.draft_id == draft_id).order_by(studio_files.c.path)
    return {row["path"]: row for row in connection.execute(query).mappings()}


def keep_file(
    connection: Connection,
    draft_id: int,
    path: str,
    text: str,
    *,
    revision: int,
    by: str,
    now: datetime,
    saved_in: str | None = None,
    edition: int | None = None,
    made_from: str | None = None,
) -> None:
    """Keeps the text of a file of a locked draft in place of the one before. By primary key.

    ``made_from`` is the fingerprint of the published text that the file is a change of.
    """
    values = {"text": text, "revision": revision, "saved_by": by, "saved_at": now, "made_from": made_from}
    values |= {"saved_in": saved_in, "edition": edition}
    same = (studio_files.c.draft_id == draft_id, studio_files.c.path == path)
    if connection.execute(update(studio_files).where(*same).values(**values)).rowcount == 0:
        connection.execute(insert(studio_files).values(draft_id=draft_id, path=path, **values))


def drop_file(connection: Connection, draft_id: int, path: str) -> None:
    """Takes a file out of a locked draft: it is again as it is published. By primary key."""
    same = (studio_files.c.draft_id == draft_id, studio_files.c.path == path)
    connection.execute(delete(studio_files).where(*same))


# -- who has it open ------------------------------------------------------------------------------------------------
def note_editor(connection: Connection, draft_id: int, email: str, path: str, now: datetime) -> None:
    """Notes that a person has a file of a draft open. By primary key."""
    same = (studio_editors.c.draft_id == draft_id, studio_editors.c.email == email)
    if connection.execute(update(studio_editors).where(*same).values(path=path, seen_at=now)).rowcount == 0:
        connection.execute(insert(studio_editors).values(draft_id=draft_id, email=email, path=path, seen_at=now))


def forget_editor(connection: Connection, draft_id: int, email: str) -> None:
    """Notes that a person has closed a draft. By primary key."""
    same = (studio_editors.c.draft_id == draft_id, studio_editors.c.email == email)
    connection.execute(delete(studio_editors).where(*same))


def editors_since(connection: Connection, draft_id: int, since: datetime) -> Sequence[RowMapping]:
    """Who was seen with a draft open after an instant, with their names. By the primary keys of both tables."""
    query = (
        select(users.c.email, users.c.name, studio_editors.c.path, studio_editors.c.seen_at)
        .join_from(studio_editors, users, users.c.email == studio_editors.c.email)
        .where(studio_editors.c.draft_id == draft_id, studio_editors.c.seen_at > since)
    )
    return connection.execute(query.order_by(users.c.name)).mappings().all()


def _one(connection: Connection, query: Select[Any], draft_id: int) -> RowMapping:
    # A number that the column cannot hold is no draft's, and no database is asked for it.
    row = connection.execute(query).mappings().first() if draft_id <= _LARGEST else None
    if row is None:
        raise NotFound("draft", str(draft_id))
    return row
