"""Traces for OpenTelemetry where a collector is configured; otherwise nothing is loaded and a span costs nothing.

Spans carry ids, kinds and counts. An error is told by its kind alone and SQL by the number of statements: words and
parameters may be about a patient.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from sqlalchemy import event

# The standard's own settings; the exporter reads the others of them (headers, timeout, certificate) itself.
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
DISABLED = "OTEL_SDK_DISABLED"
CARRIER = "traceparent"  # W3C Trace Context: the header, and the member of an outgoing work's payload

_tracer: Any = None


@dataclass(slots=True)
class _Statements:
    count: int = 0


_STATEMENTS: ContextVar[_Statements | None] = ContextVar("throughline_statements", default=None)


def is_configured(env: Mapping[str, str]) -> bool:
    """Whether the environment names a collector."""
    return any(env.get(name) for name in ENDPOINTS) and env.get(DISABLED, "").lower() != "true"


def start(env: Mapping[str, str]) -> None:
    """Send spans to the collector that the environment names, in the background; nothing where it names none."""
    if not is_configured(env):
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = env.get("OTEL_SERVICE_NAME") or "throughline"
    provider = TracerProvider(resource=Resource.create({"service.name": name}))  # sends what is left when we end
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use(provider)


def use(provider: Any) -> None:
    """Make spans by this provider from now on; None makes none any more."""
    global _tracer
    _tracer = None if provider is None else provider.get_tracer("throughline")
    counting = event.contains(sqlalchemy.Engine, "before_cursor_execute", _count_statement)
    if _tracer is not None and not counting:
        event.listen(sqlalchemy.Engine, "before_cursor_execute", _count_statement)
    if _tracer is None and counting:
        event.remove(sqlalchemy.Engine, "before_cursor_execute", _count_statement)


@contextmanager
def span(name: str, parent: Mapping[str, str] | None = None) -> Iterator[Any]:
    """A span within the one that is open, or within the ``parent`` that another process or time has left."""
    if _tracer is None:
        yield None
        return
    outer = _STATEMENTS.get()
    own = _Statements()
    token = _STATEMENTS.set(own)
    try:
        with _tracer.start_as_current_span(
            name, context=_context(parent), record_exception=False, set_status_on_exception=False
        ) as opened:
            yield opened
    finally:
        _STATEMENTS.reset(token)
        if outer is not None:
            outer.count += own.count


def describe(opened: Any, attributes: Mapping[str, Any], *, failed: bool) -> None:
    """What a span was about, the number of its SQL statements, and whether it ended in a failure."""
    if opened is None:
        return
    from opentelemetry.trace import StatusCode

    counted = _STATEMENTS.get()
    opened.set_attributes({name: value for name, value in attributes.items() if value is not None})
    opened.set_attribute("throughline.sql.statements", counted.count if counted else 0)
    if failed:
        opened.set_status(StatusCode.ERROR)


def rename(opened: Any, name: str) -> None:
    """A better name for a span, once it is known."""
    if opened is not None:
        opened.update_name(name)


def left_behind() -> dict[str, str]:
    """What ties later work to the span that is open, as a member of its payload; nothing where none is."""
    if _tracer is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return {CARRIER: carrier[CARRIER]} if CARRIER in carrier else {}


def carried(row: Mapping[str, Any]) -> dict[str, str]:
    """What a row of the outbox carries of the trace that it was written in."""
    found = (row["payload"] or {}).get(CARRIER) if _tracer is not None else None
    return {CARRIER: found} if isinstance(found, str) else {}


def _context(parent: Mapping[str, str] | None) -> Any:
    if not parent:
        return None  # the span that is open
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract(dict(parent))


def _count_statement(*_: Any) -> None:
    counted = _STATEMENTS.get()
    if counted is not None:
        counted.count += 1
