"""Interruptions of a command at a named point: before the n-th write, before the commit, after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event, text

from engine.patience import Patience
from engine.store.database import Database

Interruption = Callable[[Connection], None]
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass
class Pauses:
    """Pauses that take no time: what was waited for, and what happens meanwhile."""

    meanwhile: Callable[[int], None] = lambda number: None
    lengths: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.lengths.append(seconds)
        self.meanwhile(len(self.lengths))

    def patience(self, tries: int = 4) -> Patience:
        return Patience(tries=tries, sleep=self.sleep, elapsed=lambda: 0.0, draw=lambda: 0.5)


@contextmanager
def before_write(db: Database, number: int, interrupt: Interruption) -> Iterator[list[str]]:
    """Interrupt once, before the ``number``-th write; the writes that were seen."""
    seen: list[str] = []

    def at(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith(WRITES):
            seen.append(statement)
            if len(seen) == number:
                interrupt(connection)

    event.listen(db._engine, "before_cursor_execute", at)
    try:
        yield seen
    finally:
        event.remove(db._engine, "before_cursor_execute", at)


@contextmanager
def at_commit(db: Database, interrupt: Interruption) -> Iterator[None]:
    """Interrupt the next commit, before it is sent."""
    waiting = [interrupt]

    def at(connection: Connection) -> None:
        if waiting:
            waiting.pop()(connection)

    event.listen(db._engine, "commit", at)
    try:
        yield
    finally:
        event.remove(db._engine, "commit", at)


def terminated_from(other: Database) -> Interruption:
    """The server ends the connection, as it does when an administrator restarts it."""

    def terminate(connection: Connection) -> None:
        end_backend(other, backend_of(connection))

    return terminate


def backend_of(connection: Connection) -> int:
    """The number of the server's process that serves a connection."""
    driver = connection.connection.driver_connection
    assert driver is not None
    return int(driver.info.backend_pid)


def end_backend(other: Database, number: int) -> None:
    """Waits until it has gone."""
    with other.reading() as beside:
        assert beside.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": number})


def answer_is_lost(connection: Connection) -> None:
    """The server commits, and the connection breaks before it can say so."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.commit()
    driver.close()
