"""Is the process up, is the database current, and how is it all going: for probes and for Prometheus."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from sqlalchemy.exc import DatabaseError

from engine.store.migrate import serves
from engine.telemetry.gauges import Gauges
from engine.telemetry.metrics import REGISTRY
from engine.telemetry.settings import METRICS_TOKEN
from webui.access import PUBLIC, allowed
from webui.api.problems import from_database, problem
from webui.extension import KEY, engine

health = Blueprint("health", __name__)
health.register_error_handler(DatabaseError, from_database)

_GAUGES = "throughline-gauges"
# Whoever is behind a proxy is told by it; the proxy itself stands on this machine and would be taken for a neighbour.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def with_metrics(app: Flask) -> None:
    """Let an application show the gauges of its engine's database."""
    gauges = CollectorRegistry()
    gauges.register(Gauges(app.extensions[KEY]))
    app.extensions[_GAUGES] = gauges


@health.get("/healthz")
@allowed(PUBLIC)
def healthz() -> Response:
    return jsonify({"status": "up"})


@health.get("/readyz")
@allowed(PUBLIC)
def readyz() -> Response:
    if not serves(engine().db):
        return problem(
            503,
            code="schema-not-current",
            title="Not ready",
            detail="the database's schema is older than this program; run 'throughline db upgrade'",
        )
    return jsonify({"status": "ready"})


@health.get("/metrics")
@allowed(PUBLIC)
def metrics() -> Response:
    refused = _refused()
    if refused is not None:
        return refused
    text = generate_latest(current_app.extensions[_GAUGES]) + generate_latest(REGISTRY)
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _refused() -> Response | None:
    """Metrics name no patient, yet how many there are and how they fare is nobody's business outside."""
    token = engine().settings.telemetry.metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if secrets.compare_digest(given.encode(), token.encode()):
            return None
        headers = {"WWW-Authenticate": "Bearer"}
        return problem(401, code="unauthorized", detail=f"send the token of {METRICS_TOKEN}", headers=headers)
    if _is_near() and not any(name in request.headers for name in _FORWARDED):
        return None
    return problem(403, code="forbidden", detail=f"metrics are shown on this machine only; set {METRICS_TOKEN}")


def _is_near() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a Unix socket has no address
        return False
