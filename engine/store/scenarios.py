"""The scenarios that directors have saved, beside those of the folder of pathways."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from engine.store.tables import scenarios


def saved_scenarios(connection: Connection) -> dict[str, str]:
    """The text of each, by its path in a folder of pathways: `scenarios/<name>.yaml`. The table is read whole."""
    query = select(scenarios.c.path, scenarios.c.text).order_by(scenarios.c.path)
    return {row.path: row.text for row in connection.execute(query)}


def keep_scenario(connection: Connection, path: str, text: str, *, by: str, now: datetime) -> None:
    """Keeps a scenario in place of the one of its path. By primary key."""
    values = {"text": text, "saved_by": by, "saved_at": now}
    if connection.execute(update(scenarios).where(scenarios.c.path == path).values(**values)).rowcount == 0:
        connection.execute(insert(scenarios).values(path=path, **values))
