"""What this process has counted, for Prometheus: commands, requests, deliveries, repeated transactions."""

from __future__ import annotations

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from engine.telemetry.happenings import CommandEnded, DeliveryEnded, Happening, TriedAgain, listen

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, that nothing here asks for
REGISTRY = CollectorRegistry(auto_describe=True)
_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SLOW = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

COMMANDS = Counter(
    "throughline_commands", "Commands by kind and outcome.", ("kind", "outcome"), registry=REGISTRY
)
COMMAND_SECONDS = Histogram(
    "throughline_command_seconds", "From a command's call to its commit.", ("kind",), buckets=_QUICK, registry=REGISTRY
)
REQUESTS = Counter(
    "throughline_requests",
    "Requests by method, route pattern and status.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "throughline_request_seconds",
    "From a request's arrival to its answer.",
    ("route",),
    buckets=_QUICK,
    registry=REGISTRY,
)
DELIVERIES = Counter(
    "throughline_deliveries",
    "Attempts at outgoing work by operation and outcome.",
    ("operation", "outcome"),
    registry=REGISTRY,
)
DELIVERY_SECONDS = Histogram(
    "throughline_delivery_seconds",
    "What an attempt at outgoing work took.",
    ("operation",),
    buckets=_SLOW,
    registry=REGISTRY,
)
RETRIES = Counter(
    "throughline_transaction_retries", "Transactions tried again, by reason.", ("reason",), registry=REGISTRY
)
WORKER_LOOP = Gauge(
    "throughline_worker_last_loop_timestamp_seconds",
    "When this worker last looked for work, as Unix time; 0 in a web process.",
    registry=REGISTRY,
)


def count_what_happens() -> None:
    """Count in this process from now on."""
    listen(_count)


def request_ended(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request. ``route`` is its pattern, so that there are as many as the program has."""
    REQUESTS.labels(method, route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)


def worker_looked() -> None:
    """The worker of this process is alive: it has looked for work just now."""
    WORKER_LOOP.set_to_current_time()


def of_process() -> list[dict[str, Any]]:
    """Every metric that a process counts itself: name, type, labels and help."""
    return [
        {"name": each._name, "type": each._type, "labels": each._labelnames, "help": each._documentation}
        for each in (
            COMMANDS, COMMAND_SECONDS, REQUESTS, REQUEST_SECONDS, DELIVERIES, DELIVERY_SECONDS, RETRIES, WORKER_LOOP,
        )
    ]  # fmt: skip


def _count(happening: Happening) -> None:
    if isinstance(happening, CommandEnded):
        COMMANDS.labels(happening.kind, happening.outcome).inc()
        COMMAND_SECONDS.labels(happening.kind).observe(happening.seconds)
    elif isinstance(happening, DeliveryEnded):
        DELIVERIES.labels(happening.operation, happening.outcome).inc()
        DELIVERY_SECONDS.labels(happening.operation).observe(happening.seconds)
    elif isinstance(happening, TriedAgain):
        RETRIES.labels(happening.reason).inc()
