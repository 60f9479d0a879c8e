"""A worker as whoever runs it sees it: lines of JSON, metrics on a port of its own, spans at a collector."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Empty, Queue
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Throughline


@pytest.fixture
def collector() -> Iterator[tuple[str, Queue[bytes]]]:
    """A collector of traces on this machine: its address and what it has received."""
    received: Queue[bytes] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.put(self.path.encode() + b" " + self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()


@contextmanager
def working(throughline: Throughline, **env: str) -> Iterator[list[str]]:
    """A worker process; what it wrote to stderr stands in the list afterwards."""
    command = [sys.executable, "-c", "from cli.main import main; main()", "worker"]
    environment = {**os.environ, **throughline.env, **env}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    written: list[str] = []
    try:
        yield written
    finally:
        process.send_signal(signal.SIGTERM)
        written += process.communicate(timeout=20)[1].splitlines()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def metrics_at(port: int) -> str:
    """The metrics, once the process shows them."""
    waiting = threading.Event()
    for _ in range(150):
        try:
            with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                text: str = answer.read().decode()
        except URLError:
            text = ""
        if 'throughline_commands_total{kind="FireTimers",outcome="done"}' in text:
            return text
        waiting.wait(0.1)
    raise AssertionError(f"nothing was shown on port {port}")


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_a_worker_can_be_watched(sandbox: Throughline, collector: tuple[str, Queue[bytes]]) -> None:
    """Every line is JSON with a line for each command; its loop and its commands are metrics; spans arrive."""
    sandbox("demo", "load", "--patients", "1", "--months", "1")
    sandbox("clock", "advance", "P60D")
    address, received = collector
    port = free_port()
    env = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "THROUGHLINE_METRICS_PORT": str(port)}
    with working(sandbox, **env) as written:
        text = metrics_at(port)
    assert "throughline_worker_last_loop_timestamp_seconds 1" in text
    lines = [json.loads(line) for line in written]
    assert {"worker started", "command", "worker stopped"} <= {line["event"] for line in lines}
    assert all(line["case_id"] and line["command_id"] for line in lines if line["event"] == "command")
    sent = _all_of(received)
    assert sent.startswith(b"/v1/traces ")
    assert b"throughline.command.kind" in sent


def _all_of(received: Queue[bytes]) -> bytes:
    found = [received.get(timeout=10)]
    try:
        while True:
            found.append(received.get_nowait())
    except Empty:
        return b"\n".join(found)


def test_a_port_that_is_taken_is_a_wrong_setting(sandbox: Throughline) -> None:
    """The message names the setting: two workers of one host need two ports."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        sandbox.env["THROUGHLINE_METRICS_PORT"] = str(taken.getsockname()[1])
        assert "THROUGHLINE_METRICS_PORT" in sandbox("worker", code=2).stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("THROUGHLINE_LOG_FORMAT", "xml", "is not one of text, json"),
        ("THROUGHLINE_METRICS_TOKEN", "short", "at least 16 characters"),
        ("THROUGHLINE_METRICS_PORT", "99999", "from 1 to 65535"),
    ],
)
def test_a_wrong_setting_says_what_to_write(new_throughline: Throughline, name: str, value: str, words: str) -> None:
    """Exit code 2, and the variable's name."""
    new_throughline.env[name] = value
    said = new_throughline("doctor", code=2).stderr
    assert name in said
    assert words in said
