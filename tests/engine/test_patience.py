"""Patience: a transaction that others were in the way of is tried again, a little later each time, and not for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from engine.errors import Busy, OutcomeUnknown
from engine.patience import Patience


class Failing:
    """A transaction that raises what it is given, one after the other, then returns 'done'."""

    def __init__(self, *errors: Exception) -> None:
        self.errors, self.slept, self.seconds = list(errors), list[float](), 0.0

    def __call__(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "done"

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def outlasted(self, *, again_is_safe: bool = False, draw: float = 0.5, takes: float = 0.0) -> str:
        def elapsed() -> float:
            self.seconds += takes
            return self.seconds

        patience = Patience(tries=8, sleep=self.sleep, elapsed=elapsed, draw=lambda: draw)
        return patience.outlast(self, again_is_safe=again_is_safe)


def deadlock() -> OperationalError:
    return OperationalError("UPDATE", {}, psycopg.errors.DeadlockDetected("deadlock detected"))


def locked() -> OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("BEGIN IMMEDIATE", {}, error)


def refused_connection() -> OperationalError:
    return OperationalError(None, None, psycopg.OperationalError("connection refused"))  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [deadlock, locked, refused_connection], ids=lambda each: each.__name__)
def test_what_passes_is_tried_again(error: Callable[[], DBAPIError]) -> None:
    """Twice in the way, then done: the caller gets the result and nothing else."""
    assert Failing(error(), error()).outlasted() == "done"


def test_pauses_double_and_are_drawn() -> None:
    """Two that met once shall not meet again: each pause is half to all of a length that doubles."""
    shortest, longest = Failing(*(deadlock() for _ in range(4))), Failing(*(deadlock() for _ in range(4)))
    shortest.outlasted(draw=0.0)
    longest.outlasted(draw=1.0)
    assert shortest.slept == pytest.approx([0.01, 0.02, 0.04, 0.08])
    assert longest.slept == pytest.approx([0.02, 0.04, 0.08, 0.16])


def test_tries_are_counted() -> None:
    """Eight at most, and the error is one that a person can read."""
    transaction = Failing(*(deadlock() for _ in range(20)))
    with pytest.raises(Busy):
        transaction.outlasted()
    assert len(transaction.errors) == 20 - 8


def test_time_is_counted_too() -> None:
    """Whoever waited for twenty seconds hears of it, however few tries that were."""
    transaction = Failing(*(locked() for _ in range(20)))
    with pytest.raises(Busy):
        transaction.outlasted(takes=11.0)
    assert len(transaction.errors) == 20 - 2


def test_a_database_that_stays_away_is_told_as_such() -> None:
    """It is not busy: whoever asked hears that it does not answer."""
    with pytest.raises(OperationalError, match="connection refused"):
        Failing(*(refused_connection() for _ in range(8))).outlasted()


def test_an_unknown_outcome_is_asked_again_only_where_that_is_safe() -> None:
    """Without a key, done twice would be worse than not knowing."""
    assert Failing(OutcomeUnknown()).outlasted(again_is_safe=True) == "done"
    with pytest.raises(OutcomeUnknown):
        Failing(OutcomeUnknown()).outlasted()


def test_a_fault_is_not_tried_again() -> None:
    """A statement that is wrong stays wrong."""
    wrong = OperationalError("SELECT", {}, psycopg.errors.UndefinedTable("no such table"))
    transaction = Failing(wrong, wrong)
    with pytest.raises(OperationalError):
        transaction.outlasted()
    assert len(transaction.errors) == 1
