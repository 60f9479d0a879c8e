"""One line, one measurement and one span for every request, under an id that its answer carries too."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Flask, Response, g, request

from engine.clock import stopwatch
from engine.telemetry import tracing
from engine.telemetry.context import about
from engine.telemetry.metrics import count_what_happens, request_ended

log = logging.getLogger("throughline.web")

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# A client may send any word as a method: those of HTTP are told, all else is one.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked every few seconds, or a dozen times a page: they would hide the rest.
_QUIET = frozenset({"static", "health.healthz", "health.readyz", "health.metrics"})
NOWHERE = "(none)"  # the route of an address that leads nowhere


def watch_requests(app: Flask) -> None:
    """Watch the requests of an application. The first thing that is set up: it surrounds all else."""
    count_what_happens()
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_leave)


def _begin() -> None:
    g.request_id = _given_id() or secrets.token_hex(16)
    g.request_time = stopwatch()
    g.watched = ExitStack()
    carrier = {tracing.CARRIER: request.headers.get(tracing.CARRIER, "")}
    g.request_span = g.watched.enter_context(tracing.span("request", carrier))
    g.watched.enter_context(about(request_id=g.request_id))


def _end(response: Response) -> Response:
    if "request_time" not in g:
        return response
    response.headers[HEADER] = g.request_id
    elapsed: Callable[[], float] = g.request_time
    seconds, route = elapsed(), _route()
    method = request.method if request.method in _METHODS else "other"
    request_ended(method, route, response.status_code, seconds)
    told: dict[str, Any] = {"method": method, "route": route, "status": response.status_code}
    level = logging.DEBUG if request.endpoint in _QUIET else logging.INFO
    log.log(level, "request", extra={**told, "ms": round(seconds * 1000, 1)})
    tracing.rename(g.request_span, f"{method} {route}")
    attributes = {"http.request.method": method, "http.route": route, "http.response.status_code": response.status_code}
    named = {**attributes, "throughline.request.id": g.request_id}
    tracing.describe(g.request_span, named, failed=response.status_code >= 500)
    return response


def _leave(_: BaseException | None) -> None:
    watched = g.pop("watched", None)
    if watched is not None:
        watched.close()


def _given_id() -> str | None:
    """The caller's own id, where it is one: anything else could be a line of a log, or about somebody."""
    found = _ID.fullmatch(request.headers.get(HEADER, ""))
    return found[0] if found else None


def _route() -> str:
    """The pattern of the address, never the address: that may hold what somebody typed."""
    return request.url_rule.rule if request.url_rule is not None else NOWHERE
