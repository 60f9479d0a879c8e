"""Is the process up, is the database current, and how much work is there: for probes and for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import DatabaseError

from engine.store.cases import counts_by_status, next_due
from engine.store.commands import counts_by_kind
from engine.store.migrate import is_current
from engine.store.tasks import open_count
from webui.access import PUBLIC, allowed
from webui.api.problems import from_database, problem
from webui.extension import engine

health = Blueprint("health", __name__)
health.register_error_handler(DatabaseError, from_database)

# name, type, help: docs/api.md has the same.
METRICS = (
    ("throughline_tasks_open", "gauge", "Tasks that wait for somebody."),
    ("throughline_cases", "gauge", "Cases by status."),
    ("throughline_cases_active", "gauge", "Cases that go on."),
    ("throughline_commands_total", "counter", "Commands carried out, by kind."),
    (
        "throughline_timers_late_seconds",
        "gauge",
        "How long the earliest due timer has been waiting; 0 when none is.",
    ),
)

Sample = tuple[dict[str, str], float]


@health.get("/healthz")
@allowed(PUBLIC)
def healthz() -> Response:
    return jsonify({"status": "up"})


@health.get("/readyz")
@allowed(PUBLIC)
def readyz() -> Response:
    if not is_current(engine().db):
        return problem(
            503,
            code="schema-not-current",
            title="Not ready",
            detail="the database's schema is not the current one; run 'throughline db upgrade'",
        )
    return jsonify({"status": "ready"})


@health.get("/metrics")
@allowed(PUBLIC)
def metrics() -> Response:
    with engine().db.reading() as connection:
        statuses = {str(status): int(count) for status, count in map(tuple, counts_by_status(connection))}
        kinds = {str(kind): int(count) for kind, count in map(tuple, counts_by_kind(connection))}
        waiting, due = open_count(connection), next_due(connection)
    late = 0.0 if due is None else max(0.0, (engine().clock.now() - due).total_seconds())
    samples: dict[str, list[Sample]] = {
        "throughline_tasks_open": [({}, waiting)],
        "throughline_cases": [({"status": status}, count) for status, count in sorted(statuses.items())],
        "throughline_cases_active": [({}, statuses.get("active", 0))],
        "throughline_commands_total": [({"kind": kind}, count) for kind, count in sorted(kinds.items())],
        "throughline_timers_late_seconds": [({}, late)],
    }
    text = "\n".join(_lines(samples)) + "\n"
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines(samples: dict[str, list[Sample]]) -> Iterable[str]:
    """Prometheus's text format 0.0.4."""
    for name, kind, told in METRICS:
        yield f"# HELP {name} {told}"
        yield f"# TYPE {name} {kind}"
        for labels, value in samples[name]:
            shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
            yield f"{name}{{{shown}}} {value:.10g}" if shown else f"{name} {value:.10g}"


def _escaped(text: Any) -> str:
    return str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
