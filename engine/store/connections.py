"""How connections are opened, kept and looked after, on each of the two databases."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError

from engine.limits import Limits

# How long a writer waits for another on SQLite: longer than any command takes, shorter than a person's patience.
BUSY_MILLISECONDS = 30_000
# A connection that rested for longer is asked whether it still lives before it is used; a busy one tells by itself.
_RESTED_SECONDS = 1.0
_RUSH = 2  # times the pool, that may be opened beside it and are closed after use

# A peer that is gone without a word (a power cut, a firewall) is noticed after about a minute.
_KEEPALIVES = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
_TCP_USER_TIMEOUT = 60_000  # milliseconds that what was sent may stay unacknowledged


def postgresql(url: URL, limits: Limits) -> Engine:
    """Connections to PostgreSQL, each with its time limits set before its first statement."""
    given = dict(url.query)
    options = f"{_options(limits)} {given.pop('options', '')}".strip()  # of one given twice the last holds
    arguments: dict[str, Any] = {
        "connect_timeout": 10,
        "application_name": "throughline",
        "tcp_user_timeout": _TCP_USER_TIMEOUT,
        **_KEEPALIVES,
        **given,  # what the operator wrote into the URL wins
        "options": options,
    }
    # READ COMMITTED: a command locks its case row first, so whatever it then reads of the case is settled.
    engine = create_engine(
        url.set(drivername="postgresql+psycopg", query={}),
        isolation_level="READ COMMITTED",
        pool_size=limits.pool,
        max_overflow=_RUSH * limits.pool,
        pool_timeout=limits.pool_timeout,
        connect_args=arguments,
        hide_parameters=True,  # errors are logged: no value of a patient's in them
    )
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", lambda connection, record, _: _ask_the_rested(engine, connection, record))
    return engine


def _options(limits: Limits) -> str:
    named = {
        "statement_timeout": limits.statement,
        "lock_timeout": limits.lock,
        "idle_in_transaction_session_timeout": limits.idle,
    }
    return " ".join(f"-c {name}={seconds}s" for name, seconds in named.items())


def _note_rest(connection: Any, record: Any) -> None:
    record.info["rested_since"] = time.monotonic()


def _ask_the_rested(engine: Engine, connection: Any, record: Any) -> None:
    """One round trip less for each command than asking every time; what breaks in between is tried again."""
    since = record.info.get("rested_since")
    if since is None or time.monotonic() - since < _RESTED_SECONDS:
        return
    dialect = engine.dialect
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def sqlite(url: URL, limits: Limits, synchronous: str) -> Engine:
    """Connections to a SQLite file, each with our pragmas set."""
    engine = create_engine(
        url,
        pool_size=limits.pool,
        max_overflow=_RUSH * limits.pool,
        pool_timeout=limits.pool_timeout,
        # The driver's own busy timeout; it must be set before the first pragma, which may wait as well.
        connect_args={} if "timeout" in url.query else {"timeout": BUSY_MILLISECONDS / 1000},
        hide_parameters=True,
    )
    event.listen(engine, "connect", lambda connection, _record: _prepare_sqlite(connection, synchronous))
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "invalidate", _give_the_lock_back)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, synchronous: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's would take the write lock late
    for pragma in (
        "journal_mode = WAL",  # readers go on while one writes
        # A completion that a person was told of must outlast a power cut: NORMAL may lose the last ones.
        f"synchronous = {synchronous}",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # INSERT OR REPLACE must not delete past a trigger
        "cache_size = -16000",  # 16 MB
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    if connection.info.get("query_only") is not read_only:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.info["query_only"] = read_only
    # A writer takes its lock at once: one that read first and locked later would fail, not wait.
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _give_the_lock_back(connection: sqlite3.Connection, _record: Any, _error: BaseException | None) -> None:
    """SQLite holds the lock of a closed connection for as long as anything, a kept cursor or a traceback, names it."""
    if connection.in_transaction:
        connection.rollback()
