"""What probes and Prometheus read."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from engine.application import Engine
from engine.settings import Settings
from engine.store.database import Database
from engine.telemetry.gauges import GAUGES
from tests.api.clients import Client
from webui.app import create_app


def test_the_process_is_up_and_ready(app: Flask) -> None:
    """Both probes answer without a token."""
    http = app.test_client()
    assert [http.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_database_without_the_schema_is_not_ready(engine: Engine, settings: Settings, tmp_path: Path) -> None:
    """503 says what to run; the process itself is up."""
    app = create_app(Engine(Database(f"sqlite:///{tmp_path}/empty.db"), engine.clock, settings))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "throughline db upgrade" in answer.json["detail"]
    assert [app.test_client().get(path).status_code for path in ("/healthz", "/metrics")] == [200, 503]


def test_metrics_tell_what_was_done_and_what_there_is(app: Flask, dana: Client) -> None:
    """A patient that was added is a command of its kind; the database's gauges are all there."""
    dana.post("/patients", {"name": "Ada", "birth_date": "1951-12-10"})
    text = app.test_client().get("/metrics").text
    assert 'throughline_commands_total{kind="patient.add",outcome="done"}' in text
    assert "throughline_tasks_open 0.0" in text
    for name, _, told in GAUGES:
        assert f"# HELP {name} {told}\n# TYPE {name} gauge" in text
