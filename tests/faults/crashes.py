"""A process that ends in the middle of a command: nothing of it is left but what stands in the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from engine.store.database import Database
from tests.engine.interruptions import at_commit, before_write


class Crash(BaseException):
    """No handler of the program may catch it, as none catches a SIGKILL."""


def crash(_: Connection) -> None:
    raise Crash


def commit_and_crash(connection: Connection) -> None:
    """The transaction is committed, and whoever asked for it never hears so."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.commit()
    raise Crash


@contextmanager
def crashing(db: Database, where: str | int | None) -> Iterator[None]:
    """Crash before a write (its number), "before" a commit or "after" one; not at all where it is None."""
    if where is None:
        yield
    elif isinstance(where, int):
        with before_write(db, where, crash):
            yield
    else:
        with at_commit(db, crash if where == "before" else commit_and_crash):
            yield
