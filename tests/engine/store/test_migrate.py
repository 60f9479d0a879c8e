"""Migrations: the database that they make is the one that the tables say."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

import migrations
from engine.clock import SetClock
from engine.errors import SettingsError
from engine.store import tables
from engine.store.database import Database
from engine.store.migrate import is_current, newest_revision, revision, serves, upgrade


def test_migrations_make_the_tables_that_the_code_names(db: Database) -> None:
    """Alembic finds nothing to change between a migrated database and the tables, but for the queue's own."""
    with db.reading() as connection:
        opts = {"compare_type": True, "include_name": lambda name, *_: "procrastinate" not in (name or "")}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, tables.metadata) == []


def test_partial_indexes_have_the_conditions_that_queries_rely_on(db: Database) -> None:
    """An index on open tasks or due cases holds those rows alone, on both databases."""
    with db.reading() as connection:
        found = {
            index["name"]: index.get("dialect_options", {}).get(f"{db.dialect}_where") is not None
            for table in tables.metadata.tables
            for index in inspect(connection).get_indexes(table)
        }
    wanted = {
        index.name: index.dialect_options[db.dialect]["where"] is not None
        for table in tables.metadata.tables.values()
        for index in table.indexes
    }
    assert {name: found[name] for name in wanted} == wanted


def test_a_database_says_whether_it_is_current(tmp_path: Path) -> None:
    """No file is not current, and asking makes none; after the upgrade it is."""
    file = tmp_path / "new" / "throughline.db"
    db = Database(f"sqlite:///{file}")
    assert not is_current(db)
    assert not serves(db)
    assert not file.exists()
    upgrade(db)
    assert is_current(db)
    assert serves(db)
    with db.reading() as connection:
        assert revision(connection) == newest_revision()
    db.dispose()


def test_an_upgrade_of_a_current_database_changes_nothing(db: Database) -> None:
    """It may be run before every start."""
    upgrade(db)
    assert is_current(db)


def test_two_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    """The second waits for the first and finds nothing to do."""
    url = f"sqlite:///{tmp_path}/throughline.db"
    failures: list[BaseException] = []

    def run() -> None:
        db = Database(url)
        try:
            upgrade(db)
        except (DBAPIError, SettingsError) as error:
            failures.append(error)
        finally:
            db.dispose()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert is_current(Database(url))


def test_a_database_of_a_newer_version_is_refused(db: Database) -> None:
    """An old program does not touch a schema it does not know."""
    with db.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not is_current(db)
    assert serves(db), "a process that runs goes on while a newer version brings the schema up"
    with pytest.raises(SettingsError, match="newer version"):
        upgrade(db)


@pytest.fixture
def entry(db: Database, clock: SetClock) -> dict[str, object]:
    """A history entry in the database, with the patient, version and case that it needs."""
    now = clock.now()
    row = {
        "case_id": "p1-msk-1",
        "seq": 1,
        "at": now,
        "actor": "dana@example.org",
        "kind": "case.started",
        "command": 1,
        "summary": "Enrolled",
        "detail": "{}",
        "prev_hash": "",
        "hash": "a" * 64,
    }
    with db.writing() as connection:
        connection.execute(
            insert(tables.patients),
            {"id": "p1", "number": 1, "name": "Ann", "birth_date": now.date(), "conditions": [], "equity": {},
             "created_at": now, "updated_at": now},
        )  # fmt: skip
        connection.execute(
            insert(tables.versions),
            {"hash": "v", "process_id": "msk", "number": 1, "title": "MSK", "messages": [], "sources": {},
             "note": "", "published_at": now, "published_by": "x"},
        )  # fmt: skip
        connection.execute(
            insert(tables.cases),
            {"id": "p1-msk-1", "patient_id": "p1", "track": "msk", "status": "active", "version": "v",
             "aligned_on": now.date(), "started_at": now},
        )  # fmt: skip
        connection.execute(insert(tables.history), row)
    return row


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET summary = 'something else'",
        "UPDATE history SET seq = 2",
        "DELETE FROM history",
        "DELETE FROM history WHERE seq = 1",
    ],
)
def test_the_database_refuses_to_change_or_delete_history(
    db: Database, entry: dict[str, object], statement: str
) -> None:
    """Even somebody with a database prompt is told no, and what to do instead."""
    with pytest.raises(DBAPIError, match="append a correcting entry"), db.writing() as connection:
        connection.execute(text(statement))


def test_an_entry_cannot_be_replaced_or_truncated(db: Database, entry: dict[str, object]) -> None:
    """The ways around UPDATE and DELETE are closed as well."""
    insert_again = insert(tables.history).values(**entry)
    way_around = insert_again.prefix_with("OR REPLACE") if db.dialect == "sqlite" else text("TRUNCATE history")
    with pytest.raises(DBAPIError, match="append-only"), db.writing() as connection:
        connection.execute(way_around)


def test_history_still_takes_new_entries(db: Database, entry: dict[str, object]) -> None:
    """Appending is what is left, and other tables change as before."""
    with db.writing() as connection:
        connection.execute(insert(tables.history), {**entry, "seq": 2})
        connection.execute(update(tables.cases).values(status="paused"))


_SINCE_0002 = {"follows", "period", "attempts", "next_attempt_at", "error"}


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_upgrade_ends_updates_that_nothing_delivered(
    db: Database, entry: dict[str, object], clock: SetClock
) -> None:
    """They hold no content, and were never to go out by themselves; what else waits goes on waiting."""
    old = {"case_id": "p1-msk-1", "status": "waiting", "created_at": clock.now()}
    with db.writing() as connection:
        connection.execute(
            insert(tables.outbox),
            [
                {**old, "operation": "care_update.send", "payload": {"reason": "start"}},
                {**old, "operation": "care_update.send", "payload": {"document": {}}},
                {**old, "operation": "case.follow_on", "payload": {}},
            ],
        )
    downgrade(db, "0002")
    with db.reading() as connection:
        assert not _SINCE_0002 & {c["name"] for t in ("cases", "outbox") for c in inspect(connection).get_columns(t)}
    upgrade(db)
    with db.reading() as connection:
        rows = connection.execute(select(tables.outbox).order_by(tables.outbox.c.id)).all()
    assert [(row.status, row.error) for row in rows] == [
        ("failed", "written before delivery existed"), ("waiting", None), ("waiting", None),
    ]  # fmt: skip
    downgrade(db, "0002")
    with db.reading() as connection:
        assert set(connection.execute(text("SELECT status FROM outbox")).scalars()) == {"waiting"}


def downgrade(db: Database, to: str) -> None:
    """As an operator would with Alembic, who wants the version before."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with db.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)
