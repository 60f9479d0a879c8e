"""What of an error may be logged: its kind and where it arose; its words only where no patient is in them.

An error's words often hold the value that it is about (an answer, a name, a row that PostgreSQL refuses), so they are
left out unless the kind of error is known to tell none.
"""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Iterator
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from engine.errors import (
    Busy,
    CaseClosed,
    DefinitionError,
    ExpressionFailed,
    NotASandbox,
    OutcomeUnknown,
    SettingsError,
    ThroughlineError,
    UnreadableCheckpoint,
)

_OUR_WORDS = (Busy, CaseClosed, NotASandbox, OutcomeUnknown, SettingsError, UnreadableCheckpoint)
# A database that is away, full or in somebody's way; what it says of rows comes as another kind of error.
_DRIVER_WORDS = (psycopg.OperationalError, sqlite3.OperationalError)
_MOST_CAUSES = 5
_MOST_FRAMES = 30  # the innermost: an endless recursion has a thousand


def told(error: BaseException) -> str:
    """An error in a few words that name no value: `DataError`, `SettingsError: THROUGHLINE_...: ...`."""
    words = _words(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _words(error: BaseException) -> str:
    if isinstance(error, DBAPIError) and error.orig is not None:
        return told(error.orig)
    if isinstance(error, _OUR_WORDS):
        return error.message
    if isinstance(error, _DRIVER_WORDS):
        return str(error).partition("\n")[0]  # what follows is the server's detail
    if isinstance(error, DefinitionError):
        place = " ".join(filter(None, (error.file, error.element, f"[{error.rule}]")))
        return f"{place} {error.words or ''}".rstrip() if isinstance(error, ExpressionFailed) else place
    if isinstance(error, ThroughlineError):
        return error.code
    if isinstance(error, OSError):
        return error.strerror or ""  # not the file's name: an import may be named after a patient
    return ""


def trace(error: BaseException) -> str:
    """Where an error and its causes arose: files, lines and functions, no value of any variable and no statement."""
    return "\n".join(_told_with_frames(error))


def _told_with_frames(error: BaseException) -> Iterator[str]:
    at: BaseException | None = error
    for number in range(_MOST_CAUSES):
        if at is None:
            return
        yield f"{'caused by ' if number else ''}{told(at)}"
        frames = traceback.extract_tb(at.__traceback__)
        yield from (f"  {each.filename}:{each.lineno} {each.name}" for each in frames[-_MOST_FRAMES:])
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def safe_argument(value: Any) -> Any:
    """What stands in a message in place of a value: an error is told, all else stays."""
    return told(value) if isinstance(value, BaseException) else value
