"""Receivers of updates, each served on a free port of this machine for one test."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest

from tests.interop.receivers import Endpoint, Raw, Relay, serving


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a FHIR server."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Endpoint.answers, Endpoint.requests, Endpoint.kept = [], [], {}
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)) as port:
        yield f"http://127.0.0.1:{port}/fhir"


@pytest.fixture
def relay() -> Iterator[str]:
    """The address of a Direct relay."""
    Relay.refuses, Relay.taken = {}, []
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Relay)) as port:
        yield f"smtp://127.0.0.1:{port}"


@pytest.fixture
def raw(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that speaks HTTP badly."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Raw)) as port:
        yield f"http://127.0.0.1:{port}/fhir"
