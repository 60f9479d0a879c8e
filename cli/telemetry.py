"""What a process that runs for long does to be seen: a line for every command, traces, and a worker's own metrics."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import SettingsError
from engine.settings import Settings
from engine.telemetry import logs, tracing
from engine.telemetry.settings import METRICS_PORT


def as_service(env: Mapping[str, str]) -> None:
    """Log every command, and send traces where the environment names a collector."""
    logs.as_service()
    tracing.start(env)


def show_metrics(settings: Settings) -> None:
    """Show what this worker counts on 127.0.0.1, where a port is set: its own registry, no question to the database."""
    port = settings.telemetry.metrics_port
    if port is None:
        return
    from prometheus_client import start_http_server

    from engine.telemetry.metrics import REGISTRY, count_what_happens

    count_what_happens()
    try:
        start_http_server(port, "127.0.0.1", REGISTRY)
    except OSError as error:
        problem = f"cannot listen on port {port} ({error.strerror}); each worker needs one of its own"
        raise SettingsError(METRICS_PORT, problem) from error
