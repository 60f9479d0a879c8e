"""`throughline serve`: the web process starts, says where, and ends cleanly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest

from tests.cli.conftest import Throughline


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_web_process_serves_until_it_is_told_to_stop(sandbox: Throughline) -> None:
    """It takes a free port with --port 0, is ready, and answers SIGTERM with exit code 0."""
    command = [sys.executable, "-c", "from cli.main import main; main()", "serve", "--port", "0", "--json"]
    env = {**os.environ, **sandbox.env}
    server = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = json.loads(server.stdout.readline())["url"]
        for path in ("/healthz", "/readyz"):
            with urlopen(url + path, timeout=10) as answer:
                assert answer.status == 200
    finally:
        server.send_signal(signal.SIGTERM)
        _, errors = server.communicate(timeout=15)
    assert server.returncode == 0, errors


def test_a_port_that_is_taken_is_a_wrong_call(sandbox: Throughline) -> None:
    """The message says which, and how to choose another."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"127.0.0.1:{port}" in sandbox("serve", "--port", port, code=2).stderr
