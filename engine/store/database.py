"""One database, SQLite or PostgreSQL: connections to read with, and one transaction to write in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Engine, RootTransaction, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import QueuePool

from engine.errors import Busy, OutcomeUnknown
from engine.limits import Limits
from engine.store.connections import postgresql, sqlite
from engine.store.failures import is_lost

__all__ = ["Database"]


class Database:
    """A database by its URL (``sqlite:///file`` or ``postgresql[+psycopg]://...``).

    ``commits`` counts the transactions committed through this object: a command is one. ``synchronous`` "OFF"
    lets SQLite not wait for the disk: for a database that is thrown away when a power cut spoils it. "NORMAL" keeps it
    whole, and may lose the last commits in a power cut: for bulk loads that would be run again.
    """

    def __init__(
        self, url: str, *, synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL", limits: Limits | None = None
    ) -> None:
        parsed, limits = make_url(url), limits or Limits()
        if parsed.get_backend_name() == "postgresql":
            self.dialect = "postgresql"
            self._engine = postgresql(parsed, limits)
        else:
            self.dialect = "sqlite"
            self._engine = sqlite(parsed, limits, synchronous)
        self.url = parsed.render_as_string(hide_password=False)
        self.commits = 0
        self._reader = self._engine.execution_options(**_READ_ONLY[self.dialect])
        event.listen(self._engine, "commit", self._count)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        name = make_url(self.url).database
        return Path(name) if self.dialect == "sqlite" and name else None

    @contextmanager
    def reading(self, *, planned_once: bool = False) -> Iterator[Connection]:
        """A connection that sees one moment; a write is refused. Raises Busy where no connection is free.

        ``planned_once``: all that is asked is planned for any value, once. PostgreSQL plans anew for each execution
        where it takes that for cheaper, and a statement of many short stretches takes longer to plan than to answer.
        """
        with _connected(self._reader) as connection:
            if planned_once and self.dialect == "postgresql":
                connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_generic_plan")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """ONE transaction: committed at the end, rolled back when anything is raised, or by hand.

        Raises Busy where no connection is free; OutcomeUnknown where the connection breaks at the commit.
        """
        with _connected(self._engine) as connection:
            transaction = connection.begin()
            try:
                yield connection
            except BaseException:
                if transaction.is_active:
                    transaction.rollback()
                raise
            if transaction.is_active:
                _commit(transaction)

    @contextmanager
    def rolled_back(self) -> Iterator[Connection]:
        """A transaction that may write, and of which nothing stays."""
        with _connected(self._engine) as connection:
            transaction = connection.begin()
            try:
                yield connection
            finally:
                if transaction.is_active:
                    transaction.rollback()

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """A connection on which its user begins and ends transactions, and sets what it likes: it is not used again."""
        with _connected(self._engine) as connection:
            try:
                yield connection
            finally:
                connection.invalidate()

    def pool_in_use(self) -> tuple[int, int]:
        """How many connections of this process are in use, and how many rest open."""
        pool = self._engine.pool
        return (pool.checkedout(), pool.checkedin()) if isinstance(pool, QueuePool) else (0, 0)

    def dispose(self) -> None:
        """Closes all connections; the object opens new ones when it is used again."""
        self._engine.dispose()

    def _count(self, connection: Connection) -> None:
        self.commits += 1


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except NoConnectionFree as error:
        raise Busy("all connections to the database are in use") from error
    with connection:
        yield connection


def _commit(transaction: RootTransaction) -> None:
    try:
        transaction.commit()
    except BaseException as error:
        transaction.rollback()  # the connection goes back to the pool, and must not be in a transaction there
        if isinstance(error, DBAPIError) and is_lost(error):
            raise OutcomeUnknown from error
        raise


_READ_ONLY: dict[str, dict[str, Any]] = {
    "sqlite": {"read_only": True},
    # One snapshot for all that a reader asks: a case and its record are of the same moment.
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
