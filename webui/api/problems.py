"""How errors are told to a client: RFC 9457 problem documents, one table from error class to status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, jsonify
from sqlalchemy.exc import DatabaseError, DataError
from werkzeug.exceptions import HTTPException

from engine.errors import (
    Busy,
    CaseClosed,
    DefinitionError,
    InvalidInput,
    KeyReused,
    NaiveInstant,
    NotASandbox,
    NotFound,
    OutcomeUnknown,
    ProcessParked,
    Refused,
    SettingsError,
    TaskTaken,
    ThroughlineError,
)
from engine.store.failures import is_full

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds: longer than a deadlock lasts, or a restart of the database

# The nearest class of an error's own ancestry decides: status and title.
STATUS_OF: Mapping[type[ThroughlineError], tuple[int, str]] = {
    NotFound: (404, "Not found"),
    TaskTaken: (409, "Somebody else was first"),
    CaseClosed: (409, "The case is closed"),
    KeyReused: (409, "The idempotency key was used before"),
    NotASandbox: (409, "This database is live"),
    ProcessParked: (409, "The pathway stands still for this patient"),
    Refused: (409, "Not now"),
    InvalidInput: (422, "Some fields cannot be taken"),
    NaiveInstant: (422, "An instant needs a time zone"),
    Busy: (503, "Others were in the way"),
    OutcomeUnknown: (503, "Nobody knows whether this was done"),
    DefinitionError: (500, "A pathway is at fault"),
    SettingsError: (500, "A setting is at fault"),
    ThroughlineError: (500, "Something went wrong"),
}

_TITLES: Mapping[int, str] = {
    400: "The request cannot be read",
    401: "A token is needed",
    403: "Not allowed",
    404: "Not found",
    405: "This address does not take that method",
    413: "The body is too large",
    415: "The body must be JSON",
    422: "Some fields cannot be taken",
    429: "Too many requests",
    503: "The database does not answer",
    507: "The disk is full",
}


def problem(
    status: int,
    *,
    code: str,
    detail: str,
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """A problem document with `type`, `title`, `status`, `detail`, `code` and any further members."""
    document = {
        "type": f"urn:throughline:problem:{code}",
        "title": title or _TITLES.get(status, "Something went wrong"),
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }
    response = jsonify(document)
    response.status_code = status
    response.headers.update(headers or {})
    response.content_type = MEDIA_TYPE
    return response


def from_engine(error: ThroughlineError) -> Response:
    """The engine's errors; a lost race also says `by` whom and `at` when, wrong input `errors` by field.

    What a parked process keeps for later says with which `incident`.
    """
    status, title = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    if status >= 500:
        current_app.logger.error("answered with %s", status, exc_info=error)
    headers = {"Retry-After": RETRY_AFTER} if isinstance(error, Busy) else None
    return problem(status, code=error.code, title=title, detail=error.message, headers=headers, **_members(error))


def from_http(error: HTTPException) -> Response:
    """What Flask refuses by itself: unknown addresses, wrong methods, bodies that are too large."""
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    code = error.name.lower().replace(" ", "-")
    return problem(status, code=code, detail=str(error.description), headers=headers)


def from_database(error: DatabaseError) -> Response:
    """The database is away or too busy: worth another try, and nothing was done. Or its disk is full."""
    if is_full(error):
        current_app.logger.error("the disk is full", exc_info=error)
        return problem(507, code="disk-full", detail="the server's disk is full; nothing was done, tell who runs it")
    current_app.logger.error("the database does not answer", exc_info=error)
    detail = "the database does not answer; nothing was done, try again in a few seconds"
    return problem(503, code="database-unavailable", detail=detail, headers={"Retry-After": RETRY_AFTER})


def from_data(error: DataError | OverflowError) -> Response:
    """A value that fits its schema and no column, such as a number beyond the database's integers."""
    current_app.logger.warning("the database cannot take a value: %s", error)
    return problem(422, code="invalid-input", detail="a value lies outside what can be kept; check the numbers")


def not_recorded() -> Response:
    """Who looks at a patient is written down; while that cannot be done nothing is shown."""
    detail = "whoever reads about a patient is recorded, and that could not be done just now; try again"
    return problem(500, code="access-not-recorded", detail=detail)


def from_fault(error: Exception) -> Response:
    """A fault of ours: logged with its trace, told without it."""
    current_app.logger.error("unexpected error", exc_info=error)
    detail = "an unexpected error was logged; nothing of this request was kept"
    return problem(500, code="internal-error", detail=detail)


def _members(error: ThroughlineError) -> dict[str, Any]:
    if isinstance(error, InvalidInput):
        return {"errors": error.errors}
    if isinstance(error, ProcessParked):
        return {"incident": error.incident, "is_kept": error.is_kept}
    if isinstance(error, TaskTaken):
        return {"by": error.by, "at": error.at.isoformat(), "seconds_ago": error.seconds_ago}
    return {}
