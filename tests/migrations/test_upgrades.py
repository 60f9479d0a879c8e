"""From every revision that was ever on main, in each of its forms, with data: nothing is lost, and cases go on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import migrations
from engine.application import Engine
from engine.clock import SetClock
from engine.commands import CompleteTask
from engine.proof.verification import Trust, verify_everything
from engine.publish import publish_shipped
from engine.settings import Settings
from engine.store import tables
from engine.store.clocks import clock_of
from engine.store.database import Database
from engine.store.migrate import is_current, upgrade
from engine.store.tasks import open_tasks_of_case
from tests.engine.builders import DANA, FLAT, answers_for
from tests.migrations.former import NAMES, Former, Rows, columns_of, rows_of

# What a revision says of rows that it finds: updates to the PCP from before there was a delivery are ended, and one
# organisation cares for everybody who is there.
CHANGED = {"outbox": {"status", "error"}, "users": {"organisation"}, "alembic_version": {"version_num"}}


@pytest.mark.parametrize("name", NAMES)
def test_a_database_of_an_earlier_version_is_brought_up_and_goes_on(
    db: Database, settings: Settings, tmp_path: Path, name: str
) -> None:
    """All its rows are there, its schema is that of a new one, its records are whole, and its cases go on."""
    Former.named(name).make(db, tmp_path)
    before = rows_of(db)
    upgrade(db)
    assert is_current(db)
    assert _unchanged(rows_of(db, columns_of(before))) == _unchanged(before)
    with db.reading() as connection:
        assert _differences(connection) == []
    assert _faults(db, settings) == []
    _goes_on(db, settings)
    assert _faults(db, settings) == []


def test_every_form_is_a_fixture() -> None:
    """0001 and 0002 came together; 0003 and 0004 had three forms each; since then what has landed stays as it is."""
    assert {"0002", "0003a", "0003b", "0003c", "0004a", "0004b", "0004c"} <= set(NAMES)


def test_what_was_never_to_be_delivered_is_ended(db: Database, tmp_path: Path) -> None:
    """The first form of 0003 left updates without content waiting; no worker may try them."""
    Former.named("0003a").make(db, tmp_path)
    waiting = {row["id"] for row in rows_of(db)["outbox"] if row["status"] == "waiting"}
    assert waiting
    upgrade(db)
    ended = {row["id"]: (row["status"], row["error"]) for row in rows_of(db)["outbox"]}
    assert {ended[each] for each in waiting} == {("failed", "written before delivery existed")}


def test_an_upgraded_database_guards_its_records_like_a_new_one(
    db: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Triggers are what autogenerate does not see: an upgraded database has those of a new one."""
    kind = "postgres" if db.dialect == "postgresql" else "sqlite"
    with request.getfixturevalue(kind).database() as new:
        wanted = _triggers(new)
    Former.named("0004a").make(db, tmp_path)
    upgrade(db)
    assert _triggers(db) == wanted


def test_revisions_since_0004_can_be_taken_down_and_brought_up_again(db: Database, tmp_path: Path) -> None:
    """For development: what 0004 knew is there all the way."""
    Former.named("0004c").make(db, tmp_path)
    before = rows_of(db)
    upgrade(db)
    with db.alone() as connection:
        _taken_down(connection, "0004")
    assert _unchanged(rows_of(db, columns_of(before))) == _unchanged(before)
    upgrade(db)
    assert _unchanged(rows_of(db, columns_of(before))) == _unchanged(before)
    with db.reading() as connection:
        assert _differences(connection) == []


def test_a_record_that_the_release_before_cannot_read_is_not_taken_down(
    db: Database, settings: Settings, tmp_path: Path
) -> None:
    """Nothing of it is lost: the schema stays, and so do its facts."""
    Former.named("0013").make(db, tmp_path)
    upgrade(db)
    _goes_on(db, settings)
    before = rows_of(db)
    with db.alone() as connection, pytest.raises(RuntimeError, match="go back by restoring a backup"):
        _taken_down(connection, "0013")
    assert rows_of(db) == before
    assert is_current(db)


def _taken_down(connection: Connection, to: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.downgrade(config, to)


def _unchanged(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """Rows without what a revision changes, in one order, whatever the key of the table has become.

    The other rows that it adds are not among those that were there.
    """
    return {
        table: sorted(
            ({key: value for key, value in row.items() if key not in CHANGED.get(table, ())} for row in found), key=repr
        )
        for table, found in rows.items()
        if found and table != "organisations"
    }


def _differences(connection: Connection) -> list[Any]:
    names = set(tables.metadata.tables)
    ours = {
        "compare_type": True,
        "include_name": lambda name, kind, _: kind != "table" or name in names,  # the queue's tables are its own
    }
    return list(compare_metadata(MigrationContext.configure(connection, opts=ours), tables.metadata))


def _faults(db: Database, settings: Settings) -> list[Any]:
    with db.reading() as connection:
        return list(verify_everything(connection, Trust.of(settings)).faults)


def _goes_on(db: Database, settings: Settings) -> None:
    """A month passes, and of every open case the first task is answered."""
    publish_shipped(db, settings.pathways_dir, clock_of(db))
    clock = SetClock(clock_of(db).now() + timedelta(days=30))
    engine = Engine(db, clock, settings)
    ticked = engine.tick()
    assert ticked.commands > 0
    assert not ticked.failed
    done = sum(_answered(engine, row["id"]) for row in rows_of(db)["cases"] if row["closed_at"] is None)
    assert done > 0


def _answered(engine: Engine, case_id: str) -> bool:
    with engine.db.reading() as connection:
        todo = sorted(open_tasks_of_case(connection, case_id), key=lambda each: each["id"])
        schema = engine.task_schema(connection, dict(todo[0])) if todo else {}
    if todo:
        data = answers_for(schema, today=engine.today(), scores=FLAT)
        engine.execute(CompleteTask(todo[0]["id"], data), actor=DANA)
    return bool(todo)


def _triggers(db: Database) -> list[Any]:
    query = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }[db.dialect]
    with db.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query))]
