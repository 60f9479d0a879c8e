"""The web server as it is started: what is no proper request ends there, before any of our code."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import waitress
from flask import Flask

from cli.serve import SERVER


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """A real server with the application behind it."""
    server: Any = waitress.create_server(app, host="127.0.0.1", port=0, threads=2, **SERVER)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    server.close()
    thread.join(timeout=10)


def told(port: int, request: bytes) -> bytes:
    """All that comes back until the server hangs up, or is silent for a while."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request)
        line.settimeout(2)
        answer = b""
        with suppress(OSError):  # a server that hangs up while it is still being told resets the line
            while part := line.recv(65_536):
                answer += part
        return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


FRAMINGS = (
    b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    b"Content-Length: +5\r\n\r\nhello",
    b"Content-Length: 5, 6\r\n\r\nhello",
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"X: a\n b: c\x00\r\n\r\n",
)


def test_a_request_without_one_clear_end_is_refused(port: int) -> None:
    """Nothing is smuggled past a proxy that reads its end otherwise: one answer, an error, and the line is closed."""
    for framing in FRAMINGS:
        request = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + framing
        answer = told(port, request + b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert answer.count(b"HTTP/1.") == 1, framing
        assert status(answer) in (400, 501), framing


def test_a_body_that_is_too_large_is_refused_by_its_length(port: int) -> None:
    """Before a byte of it is read, and a chunked one while it comes."""
    head = b"POST /studio/new/bring HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    assert status(told(port, head + b"Content-Length: 99999999999\r\n\r\n")) == 413


def test_headers_without_end_are_refused(port: int) -> None:
    """As soon as there are more than any browser sends."""
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000
    assert status(told(port, request)) == 431


def test_the_server_does_not_say_what_it_is(port: int) -> None:
    """No name, no version; and a method that nobody knows is refused."""
    answer = told(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert status(answer) == 200
    assert b"server:" not in answer.lower()
    assert status(told(port, b"TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) in (404, 405)
