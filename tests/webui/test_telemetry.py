"""What a request leaves behind: an id, a line and a count; and who may read the metrics."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from engine.application import Engine
from engine.telemetry import tracing
from engine.telemetry.settings import Telemetry
from tests.logged import logged
from tests.webui.builders import Visit, a_patient
from webui.access import PUBLIC, allowed
from webui.app import create_app

TOKEN = "a token for metrics"


def test_a_request_is_one_line_with_its_pattern(engine: Engine, dana: Visit) -> None:
    """Never the address itself: that holds what somebody typed."""
    patient = a_patient(engine)
    with logged("INFO") as log:
        dana.get(f"/patients/{patient.id}?note=Quimby")
        dana.get("/Quimby")
    lines = [(line["method"], line["route"], line["status"]) for line in log.events("request")]
    assert lines == [("GET", "/patients/<patient_id>", 200), ("GET", "(none)", 404)]
    assert "Quimby" not in log.text


def test_an_answer_carries_the_id_of_its_request(app: Flask) -> None:
    """The caller's own where it is one, else ours; a word that could break a line is not taken."""
    http = app.test_client()
    given = http.get("/healthz", headers={"X-Request-ID": "proxy-0123456789"})
    assert given.headers["X-Request-ID"] == "proxy-0123456789"
    for wrong in ("short", "x" * 65, "spaces are not taken", 'quote"and{brace}'):
        made = http.get("/healthz", headers={"X-Request-ID": wrong}).headers["X-Request-ID"]
        assert made != wrong
        assert len(made) == 32


def test_lines_of_a_request_share_its_id(engine: Engine, dana: Visit) -> None:
    """The command that a click gave is found by the request, and the other way round."""
    patient = a_patient(engine, assignee=None)
    task = patient.tasks()[0]["id"]
    page = dana.get(f"/tasks/{task}")
    with logged("INFO") as log:
        dana.send(page, f"/tasks/{task}/snooze", until=engine.today() + timedelta(days=3), reason="is away")
    (command,) = log.events("command")
    request = next(line for line in log.events("request") if line["method"] == "POST")
    assert command["request_id"] == request["request_id"]
    assert command["kind"] == "SnoozeTask"


def test_an_unexpected_error_is_logged_without_its_words(app: Flask) -> None:
    """Kind and place are enough to find it; the value in it may be a patient's."""

    @app.get("/falls-over")
    @allowed(PUBLIC)
    def falls_over() -> str:
        raise ValueError("Ada Quimby, born 1951-12-10")

    with logged() as log:
        assert app.test_client().get("/falls-over").status_code == 500
    (line,) = [line for line in log.lines if "exception" in line]
    assert line["exception"].startswith("ValueError\n")
    assert "falls_over" in line["exception"]
    assert line["request_id"]
    assert "Quimby" not in log.text


def test_metrics_are_shown_on_the_machine_itself_alone(app: Flask) -> None:
    """Not elsewhere, and not through a proxy that stands on this machine."""
    http = app.test_client()
    assert http.get("/metrics").status_code == 200
    assert http.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 403
    assert http.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 403


def test_metrics_are_shown_to_whoever_has_the_token(engine: Engine) -> None:
    """From anywhere, and to nobody without it."""
    engine.settings = replace(engine.settings, telemetry=Telemetry(metrics_token=TOKEN))
    http = create_app(engine).test_client()
    given = {"Authorization": f"Bearer {TOKEN}"}
    assert http.get("/metrics").status_code == 401
    assert http.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    assert http.get("/metrics", headers=given, environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200


def test_metrics_count_requests_by_pattern(app: Flask) -> None:
    """However many addresses somebody tries, there are no more series than the program has routes."""
    http = app.test_client()
    for number in range(3):
        http.get(f"/nowhere/{number}")
    http.open("/healthz", method="BREW")
    text = http.get("/metrics").text
    assert 'throughline_requests_total{method="GET",route="(none)",status="404"}' in text
    assert 'method="other"' in text
    assert "nowhere" not in text
    assert "BREW" not in text


def test_a_request_goes_on_with_the_trace_of_its_caller(engine: Engine, app: Flask) -> None:
    """The span of the request is the child of whoever called, and names the pattern."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider)
    try:
        caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        app.test_client().get("/readyz", headers={"traceparent": caller})
    finally:
        tracing.use(None)
    (span,) = exporter.get_finished_spans()
    assert span.name == "GET /readyz"
    assert f"{span.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
    assert span.attributes["throughline.sql.statements"] >= 1


@pytest.mark.parametrize("header", ["", "nonsense", "00-zz-zz-01"])
def test_a_traceparent_that_is_none_begins_a_trace(app: Flask, header: str) -> None:
    """A stranger's header breaks nothing."""
    tracing.use(TracerProvider())
    try:
        assert app.test_client().get("/healthz", headers={"traceparent": header}).status_code == 200
    finally:
        tracing.use(None)
