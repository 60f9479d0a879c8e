"""Revision 0006 there and back: what waits goes on waiting, and nothing of the queue is left behind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import insert, inspect, select, text

import migrations
from engine.store import tables
from engine.store.database import Database
from engine.store.migrate import is_current, upgrade

NOW = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)
_LEFT = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'procrastinate%'"


def test_background_work_goes_down_and_comes_up_again(db: Database) -> None:
    """Work about no case goes on the way back, where there is no place for it; the queue comes whole a second time."""
    upgrade(db)
    row = {"operation": "checkpoint.write", "payload": {}, "status": "dropped", "created_at": NOW}
    with db.writing() as connection:
        connection.execute(insert(tables.outbox).values(**row))
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with db.alone() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
        connection.commit()
        assert [name for name in inspect(connection).get_table_names() if "outbox" in name] == ["outbox"]
        if db.dialect == "postgresql":
            assert connection.execute(text(_LEFT)).scalar_one() == 0
    upgrade(db)
    assert is_current(db)
    with db.reading() as connection:
        assert connection.execute(select(tables.outbox)).all() == []
        assert inspect(connection).has_table("procrastinate_jobs") == (db.dialect == "postgresql")
