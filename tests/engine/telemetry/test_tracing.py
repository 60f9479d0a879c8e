"""Spans from a request's command to a delivery days later: ids and counts, and nothing where no collector is named."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from engine.application import Engine
from engine.commands import Actor, CompleteTask, WithdrawPatient
from engine.errors import NotFound
from engine.telemetry import tracing
from tests.engine.builders import a_case
from tests.engine.updates import Postbox, a_case_with_an_update, deliver, later

ANN = Actor("ann@example.org", "Ann Lee")


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Spans are kept in memory while the test runs."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider)
    yield exporter
    tracing.use(None)


def named(spans: InMemorySpanExporter, name: str) -> list[Any]:
    return [each for each in spans.get_finished_spans() if each.name == name]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_command_is_a_span_with_its_ids_and_its_statements(engine: Engine, spans: InMemorySpanExporter) -> None:
    """The number of SQL statements, neither their text nor what was entered."""
    case = a_case(engine)
    spans.clear()
    engine.execute(WithdrawPatient(case.id, "moves to her daughter in Ohio"), actor=ANN)
    (span,) = named(spans, "command")
    assert span.attributes["throughline.case.id"] == case.id
    assert span.attributes["throughline.command.kind"] == "WithdrawPatient"
    assert span.attributes["throughline.command.outcome"] == "done"
    assert span.attributes["throughline.sql.statements"] > 3
    assert "Ohio" not in span.to_json()


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_an_error_is_told_by_its_kind_alone(engine: Engine, spans: InMemorySpanExporter) -> None:
    """Its words may be about a patient; what is refused is no failure of the program."""
    with pytest.raises(NotFound):
        engine.execute(CompleteTask("Quimby", {}), actor=ANN)
    (span,) = named(spans, "command")
    assert span.attributes["error.type"] == "NotFound"
    assert span.status.status_code is StatusCode.UNSET
    assert span.events == ()


def test_a_delivery_belongs_to_the_trace_of_its_command(engine: Engine, spans: InMemorySpanExporter) -> None:
    """Days later and in another process: the outgoing work carries what ties them together."""
    case = a_case_with_an_update(engine)
    later(case, days=2)
    deliver(case, Postbox())
    (delivery,) = named(spans, "delivery")
    decided = [each for each in named(spans, "command") if each.context.span_id == delivery.parent.span_id]
    assert [each.attributes["throughline.command.kind"] for each in decided] == ["CompleteTask"]
    assert delivery.attributes["throughline.outcome"] == "delivered"
    own = delivery.context.span_id
    noted = [each for each in named(spans, "command") if each.parent and each.parent.span_id == own]
    assert [each.attributes["throughline.command.kind"] for each in noted] == ["RecordDelivery"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_without_a_collector_nothing_is_carried(engine: Engine) -> None:
    """What goes out is what went out before."""
    case = a_case_with_an_update(engine)
    (row,) = case.everything()["outbox"]
    assert tracing.CARRIER not in row["payload"]


def test_without_a_collector_nothing_is_loaded() -> None:
    """Neither OpenTelemetry nor Prometheus nor structlog stands between a short command and its answer."""
    program = (
        "import sys, os, engine.application; from engine.telemetry import tracing; tracing.start({});"
        "print([each for each in ('opentelemetry', 'prometheus_client', 'structlog') if each in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout == "[]\n", ran.stderr
