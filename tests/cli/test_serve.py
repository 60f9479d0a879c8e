"""`throughline serve`: the web process starts, says where, and ends cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from cli.demo.staff import CASE_MANAGER
from tests.cli.conftest import Throughline


@contextmanager
def serving(throughline: Throughline, *arguments: str) -> Iterator[str]:
    """A web process on a free port; it must end cleanly when it is told to stop."""
    command = [sys.executable, "-c", "from cli.main import main; main()", *arguments, "--port", "0", "--json"]
    env = {**os.environ, **throughline.env}
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())["url"]
    finally:
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=15)
    assert server.returncode == 0, errors


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_web_process_serves_until_it_is_told_to_stop(sandbox: Throughline) -> None:
    """It takes a free port with --port 0, is ready, and answers SIGTERM with exit code 0."""
    with serving(sandbox, "serve") as url:
        for path in ("/healthz", "/readyz"):
            with urlopen(url + path, timeout=10) as answer:
                assert answer.status == 200


def test_the_demo_is_prepared_and_served_by_one_command(new_throughline: Throughline) -> None:
    """What `make run` calls: without a database there is one, with the demo's sign-ins on the first page."""
    with (
        serving(new_throughline, "demo", "run", "--patients", "1", "--months", "1") as url,
        urlopen(url + "/sign-in", timeout=10) as answer,
    ):
        assert CASE_MANAGER.email in answer.read().decode()


def test_a_port_that_is_taken_is_a_wrong_call(sandbox: Throughline) -> None:
    """The message says which, and how to choose another."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"127.0.0.1:{port}" in sandbox("serve", "--port", port, code=2).stderr
