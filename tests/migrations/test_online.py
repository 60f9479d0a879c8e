"""An upgrade on PostgreSQL is in nobody's way: the version before goes on, and a long reader holds up nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from engine.errors import Busy
from engine.limits import Limits
from engine.store.database import Database
from engine.store.migrate import LOCK_TIMEOUT, is_current, upgrade
from tests.databases import closed_at_the_end
from tests.migrations.former import Former

pytestmark = pytest.mark.parametrize("db", ["postgresql"], indirect=True)

MANY = 5000
# What a command waits for a lock before it is tried again: none comes that far.
LIMITS = Limits(lock=5, statement=10)
CASE = "p1-msk-1"
# What a command of the version before writes, in its order and by its columns.
COMMAND = (
    "SELECT id, history_length, next_due FROM cases WHERE id = :case FOR UPDATE",
    "SELECT id, state FROM processes WHERE case_id = :case AND status = 'active'",
    "UPDATE processes SET status = status WHERE case_id = :case",
    "UPDATE tasks SET status = status WHERE case_id = :case",
    "INSERT INTO outbox (case_id, operation, payload, status, created_at) "
    "VALUES (:case, 'care_update.send', '{\"document\": {}}', 'waiting', now())",
    "UPDATE users SET name = name WHERE email = 'dana@demo.example'",
    "SELECT type, value, unit, source FROM facts WHERE case_id = :case AND name = 'weight.value' "
    "ORDER BY effective_at DESC, seq DESC LIMIT 1",
    "INSERT INTO facts (case_id, seq, name, type, value, effective_at, recorded_at, source, command) "
    "SELECT case_id, max(seq) + 1, 'weight.value', 'number', '81.5', now(), now(), 'device', 1 "
    "FROM facts WHERE case_id = :case GROUP BY case_id",
    "UPDATE cases SET history_length = history_length WHERE id = :case",
)


@dataclass
class Work:
    """What a program of the version before did meanwhile: seconds a command, and what failed."""

    took: list[float] = field(default_factory=list)
    failed: list[DBAPIError] = field(default_factory=list)


@contextmanager
def at_work(url: str) -> Iterator[Work]:
    """Somebody who executes one command after another until the block ends."""
    work, stop = Work(), threading.Event()

    def run() -> None:
        with closed_at_the_end(Database(url, limits=LIMITS)) as db:
            while not stop.is_set():
                began = time.monotonic()
                try:
                    with db.writing() as connection:
                        for statement in COMMAND:
                            connection.execute(text(statement), {"case": CASE})
                except DBAPIError as error:
                    work.failed.append(error)
                work.took.append(time.monotonic() - began)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield work
    finally:
        stop.set()
        thread.join()


@contextmanager
def a_long_reader(url: str) -> Iterator[Connection]:
    """Somebody whose report has looked at processes, and is not through yet."""
    with closed_at_the_end(Database(url)) as db, db.reading() as connection:
        connection.execute(text("SELECT count(*) FROM processes"))
        yield connection


def test_commands_of_the_version_before_go_on_during_an_upgrade(db: Database, tmp_path: Path) -> None:
    """From 0004 to the newest with thousands of rows: no command fails, none waits for as long as its patience."""
    Former.named("0004c").make(db, tmp_path)
    _with_many_rows(db)
    before = _known(db)
    with at_work(db.url) as work:
        _until(lambda: len(work.took) > 5)
        upgrade(db)
        so_far = len(work.took)
        _until(lambda: len(work.took) > so_far + 5)
    assert is_current(db)
    assert work.failed == []
    assert max(work.took) < LIMITS.lock
    assert _known(db) == before + len(work.took)


def test_who_comes_after_an_upgrade_that_waits_for_a_reader_waits_a_second_at_most(
    db: Database, tmp_path: Path
) -> None:
    """The upgrade lets go and asks again; when the reader is through, it goes on."""
    Former.named("0004c").make(db, tmp_path)
    with at_work(db.url) as work:
        with a_long_reader(db.url):
            with pytest.raises(Busy, match="in use all the time"):
                upgrade(db, lambda: [0.1, 0.1])
            assert not is_current(db)
        upgrade(db)
    assert is_current(db)
    assert work.failed == []
    assert max(work.took) < float(LOCK_TIMEOUT.removesuffix("s")) + 2


def test_an_upgrade_waits_for_another_process_that_upgrades(db: Database, tmp_path: Path) -> None:
    """It asks and never waits within a statement: a concurrent index of the other would wait for it in turn."""
    with closed_at_the_end(Database(db.url)) as other:
        with other.alone() as connection:
            connection.execute(text("SELECT pg_advisory_lock(7421001)"))
            with pytest.raises(Busy, match="another process is upgrading"):
                upgrade(db, lambda: [0.05])
        upgrade(db)
    assert is_current(db)


def test_an_index_that_was_broken_off_is_made_anew(db: Database, tmp_path: Path) -> None:
    """What a killed CREATE INDEX CONCURRENTLY leaves costs every write and answers nothing."""
    Former.named("0004a").make(db, tmp_path)
    this = "indexrelid = 'ix_processes_version'::regclass"
    with db.writing() as connection:
        connection.execute(text("CREATE INDEX ix_processes_version ON processes (version)"))
        connection.execute(text(f"UPDATE pg_index SET indisvalid = false WHERE {this}"))
    upgrade(db)
    with db.reading() as connection:
        query = text(f"SELECT indisvalid, pg_get_indexdef(indexrelid) FROM pg_index WHERE {this}")
        is_valid, definition = connection.execute(query).one()
    assert is_valid
    assert "(definition, version)" in definition


def _known(db: Database) -> int:
    with db.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM facts")).scalar_one())


def _with_many_rows(db: Database) -> None:
    with db.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO facts (case_id, seq, name, type, value, effective_at, recorded_at, source, command) "
                f"SELECT '{CASE}', 1000 + n, 'nrs.score', 'number', '4', now(), now(), 'form', 1 "
                f"FROM generate_series(1, {MANY}) n"
            )
        )
        connection.execute(
            text(
                "INSERT INTO outbox (case_id, operation, payload, status, created_at) "
                f"SELECT '{CASE}', 'care_update.send', '{{}}', 'delivered', now() FROM generate_series(1, {MANY})"
            )
        )
        connection.execute(
            text(
                "INSERT INTO processes (id, case_id, definition, version, title, paused, state, status, started_at) "
                "SELECT id || '-' || n, case_id, definition, version, title, paused, '{}', 'finished', started_at "
                f"FROM (SELECT * FROM processes LIMIT 1) one, generate_series(1, {MANY}) n"
            )
        )


def _until(is_so: Callable[[], bool]) -> None:
    pause = threading.Event()
    while not is_so():
        pause.wait(0.02)
