"""The database: one transaction to write in, readers that cannot write, and commits that are counted."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.clock import SetClock
from engine.store.database import Database
from engine.store.tables import users
from tests.databases import closed_at_the_end


def a_user(clock: SetClock, email: str = "dana@example.org") -> dict[str, object]:
    return {
        "email": email,
        "name": "Dana",
        "role": "case_manager",
        "password_hash": "",
        "one_time": False,
        "active": True,
        "created_at": clock.now(),
    }


def test_a_transaction_that_fails_leaves_nothing(db: Database, clock: SetClock) -> None:
    """What was written before an error is rolled back, and nothing is counted as committed."""
    with pytest.raises(IntegrityError), db.writing() as connection:
        connection.execute(insert(users), [a_user(clock), a_user(clock)])
    with db.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(users)) == 0
    assert db.commits == 0


def test_each_transaction_is_one_commit(db: Database, clock: SetClock) -> None:
    """Reading commits nothing; writing commits once, however much is written."""
    with db.writing() as connection:
        connection.execute(insert(users), a_user(clock))
        connection.execute(insert(users), a_user(clock, "lee@example.org"))
    with db.reading() as connection:
        connection.execute(select(users)).all()
    assert db.commits == 1


def test_a_reader_cannot_write(db: Database, clock: SetClock) -> None:
    """A page that only shows something cannot change it by mistake; the next writer may write again."""
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), db.reading() as connection:
        connection.execute(insert(users), a_user(clock))
    with db.writing() as connection:
        connection.execute(insert(users), a_user(clock))


def test_writers_wait_for_each_other(db: Database, clock: SetClock) -> None:
    """Eight threads that add a second to an instant, five times each, lose none of the forty."""
    start = clock.now()
    with db.writing() as connection:
        connection.execute(insert(users), a_user(clock))

    def add_a_second() -> None:
        for _ in range(5):
            with db.writing() as connection:
                row = connection.execute(select(users.c.created_at).with_for_update()).scalar_one()
                connection.execute(users.update().values(created_at=row + timedelta(seconds=1)))

    threads = [threading.Thread(target=add_a_second) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading() as connection:
        assert connection.scalar(select(users.c.created_at)) == start + timedelta(seconds=40)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_commit_on_sqlite_outlasts_a_power_cut(db: Database) -> None:
    """SQLite keeps a write-ahead log, waits for the disk at each commit and watches foreign keys."""
    with closed_at_the_end(Database(db.url)) as installed, installed.reading() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
        ]
    assert values == ["wal", 2, 1, 1, 30_000]


def test_a_commit_that_is_cut_off_leaves_a_connection_to_go_on_with(db: Database, clock: SetClock) -> None:
    """Nothing stays of it, and whoever gets the connection next begins anew."""

    class Cut(BaseException):
        pass

    def cut(_: object) -> None:
        raise Cut

    event.listen(db._engine, "commit", cut)
    with pytest.raises(Cut), db.writing() as connection:
        connection.execute(insert(users), a_user(clock))
    event.remove(db._engine, "commit", cut)
    with db.writing() as connection:
        connection.execute(insert(users), a_user(clock))
    with db.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(users)) == 1
