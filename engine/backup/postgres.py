"""PostgreSQL's own tools: which are used, how a database is dumped, put back, and put in another's place."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL, make_url

from engine.errors import BackupFailed, Refused
from engine.settings import Settings
from engine.store.database import Database

_VERSION = re.compile(r"(\d+)")
_LONGEST = 300  # characters of what a tool says; what it adds about rows may hold patients' data


class Tools:
    """pg_dump and pg_restore, not older than the server. Raises BackupFailed where there are none."""

    def __init__(self, settings: Settings) -> None:
        self._folder, self._url = settings.pg_bin, make_url(settings.database_url)
        with closing(psycopg.connect(conninfo(self._url))) as connection:
            self._server = connection.info.server_version // 10_000

    def dump(self, snapshot: str, to: Path) -> None:
        """One moment of the database, the one that a transaction has exported."""
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={to}"]
        self._run("pg_dump", [*options, f"--dbname={conninfo(_public(self._url))}"])

    def restore(self, dump: Path, database: str) -> None:
        """A dump into an empty database: all of it, or nothing."""
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        to = conninfo(_public(self._url.set(database=database)))
        self._run("pg_restore", [*options, f"--dbname={to}", str(dump)])

    def _run(self, name: str, arguments: Sequence[str]) -> None:
        env = {**os.environ, "LC_ALL": "C"}
        if self._url.password:
            env["PGPASSWORD"] = str(self._url.password)  # not on the command line, which everybody can read
        done = subprocess.run([self._found(name), *arguments], env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = next((line for line in done.stderr.splitlines() if "error" in line), f"exit code {done.returncode}")
            raise BackupFailed(f"{said[:_LONGEST]}; nothing is left half done")

    def _found(self, name: str) -> str:
        found = shutil.which(name, path=str(self._folder) if self._folder else None)
        if found is None:
            raise BackupFailed(
                f"there is no {name}: install PostgreSQL's client programs of version {self._server} or newer, or name "
                "their folder in THROUGHLINE_PG_BIN"
            )
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        number = _VERSION.search(said)
        if number is None or int(number[1]) < self._server:
            raise BackupFailed(
                f"{found} is older than the server, which is of version {self._server}; install that version's, or "
                "name their folder in THROUGHLINE_PG_BIN"
            )
        return found


def conninfo(url: URL) -> str:
    """An address as PostgreSQL's own programs read it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def one_moment(db: Database) -> Iterator[tuple[Connection, str]]:
    """A transaction that sees one moment, and the name by which another process sees the same."""
    with db.alone() as fresh:
        connection = fresh.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        # Counting and dumping years takes its time, and is in nobody's way.
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
        yield connection, str(connection.scalar(text("SELECT pg_export_snapshot()")))
        connection.rollback()


@contextmanager
def scratch(settings: Settings) -> Iterator[URL]:
    """An empty database beside ours, dropped afterwards if it still has its name. Raises BackupFailed."""
    url = make_url(settings.database_url)
    name = f"throughline_scratch_{secrets.token_hex(6)}"
    try:
        _on_server(url, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise BackupFailed(
            "the database's user may not make another database to put the backup into (ALTER ROLE ... CREATEDB)"
        ) from error
    try:
        yield url.set(database=name)
    finally:
        _on_server(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def put_in_place(restored: URL, settings: Settings) -> str:
    """Give a restored database the name of ours, which gets another; returns it. Refused while anybody is connected."""
    url = make_url(settings.database_url)
    ours, theirs = str(url.database), str(restored.database)
    kept = f"{ours[:40]}_before_restore_{secrets.token_hex(3)}"
    with closing(psycopg.connect(conninfo(url.set(database="postgres")), autocommit=True)) as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        found = connection.execute(query, (ours,)).fetchone()
        if found and found[0]:
            raise Refused(f"{found[0]} others are connected to {ours}; stop the web processes and the workers first")
        with connection.transaction():  # both names or none
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(ours), sql.Identifier(kept)))
            connection.execute(rename.format(sql.Identifier(theirs), sql.Identifier(ours)))
    return kept


def _on_server(url: URL, statement: sql.Composed) -> None:
    with closing(psycopg.connect(conninfo(url.set(database="postgres")), autocommit=True)) as connection:
        connection.execute(statement)


def _public(url: URL) -> URL:
    return url.set(password=None) if url.password else url
