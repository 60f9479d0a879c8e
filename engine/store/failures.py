"""What a database's refusal means for a transaction: to be tried again, broken off, or of unknown outcome."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

# serialization failure, deadlock, lock not available in time, and a server that is starting or stopping
_PASSING = ("40001", "40P01", "55P03", "57P03")
# The server has ended the connection: told to by an administrator, in a crash, by one of its time limits.
_ENDED = ("57P01", "57P02", "57P05", "25P03", "25P04")
_CONNECTION = "08"  # the class of all that befalls a connection
_FULL = "53100"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_contention(error: DBAPIError) -> bool:
    """Whether others were in the way: the transaction was rolled back, the same one may pass in a moment."""
    state = _state(error)
    if state is not None:
        return state in _PASSING
    code = getattr(error.orig, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _BUSY  # the lower byte is the kind, what is above says more of it


def is_full(error: DBAPIError) -> bool:
    """Whether the disk has no room left: the transaction was rolled back, and the next one will fare no better."""
    state = _state(error)
    if state is not None:
        return state == _FULL
    return (getattr(error.orig, "sqlite_errorcode", None) or 0) & 0xFF == sqlite3.SQLITE_FULL


def is_lost(error: DBAPIError) -> bool:
    """Whether the connection broke, or there never was one: what was not yet committed has not happened."""
    state = _state(error)
    if state is not None:
        return state in _ENDED or state.startswith(_CONNECTION)
    return error.connection_invalidated or _never_connected(error)


def _never_connected(error: DBAPIError) -> bool:
    """No statement stands beside the error, and it is none of SQLite's."""
    return error.statement is None and not isinstance(error.orig, sqlite3.Error)


def _state(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return None if state is None else str(state)
