"""The walks of imaginary patients through drafts: for each director and draft the one they are on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from engine.store.studio import locked_draft
from engine.store.tables import studio_walks as table


def walk_of(connection: Connection, draft_id: int, email: str) -> RowMapping | None:
    """The walk that a person is on in a draft. Index ix_studio_walks_draft."""
    query = select(table).where(table.c.draft_id == draft_id, table.c.email == email)
    return connection.execute(query).mappings().first()


def keep_walk(
    connection: Connection,
    draft_id: int,
    email: str,
    *,
    patient: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]],
    now: datetime,
    after: int | None,
) -> bool:
    """Keep a walk as it is now; False, and nothing is kept, when it has not as many steps any more as ``after``.

    ``after`` is None for a walk that begins, whatever was there before. The draft is locked: of two windows one wins.
    Index ix_studio_walks_draft.
    """
    locked_draft(connection, draft_id)
    there = walk_of(connection, draft_id, email)
    if after is not None and (there is None or len(there["steps"]) != after):
        return False
    values = {"patient": dict(patient), "steps": [dict(step) for step in steps], "saved_at": now}
    if there is None:
        connection.execute(insert(table).values(draft_id=draft_id, email=email, **values))
    else:
        connection.execute(update(table).where(table.c.id == there["id"]).values(**values))
    return True
