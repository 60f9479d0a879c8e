"""A FHIR server and a Direct relay on this machine, that can be told how to answer."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar


@contextmanager
def serving(server: Any) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Endpoint(BaseHTTPRequestHandler):
    """A FHIR server that creates a Bundle once for each If-None-Exist."""

    answers: ClassVar[list[int]] = []
    requests: ClassVar[list[Any]] = []
    kept: ClassVar[dict[str, bytes]] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.requests.append(self.headers)
        status = self.answers.pop(0) if self.answers else None
        wanted = self.headers["If-None-Exist"]
        if status is None:
            status = 200 if wanted in self.kept else 201
            self.kept.setdefault(wanted, body)
        said = b'{"resourceType": "OperationOutcome"}' if status >= 300 else b""
        self.send_response(status)
        if status in (200, 201):
            self.send_header("Location", f"http://{self.headers['Host']}{self.path}/1/_history/1")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class Relay(socketserver.StreamRequestHandler):
    """As much of SMTP as a relay needs to take a message."""

    refuses: ClassVar[dict[str, str]] = {}
    taken: ClassVar[list[bytes]] = []

    def handle(self) -> None:
        self.say("220 relay.example")
        while line := self.rfile.readline():
            verb = line.split()[0].upper().decode()
            if verb in self.refuses:
                self.say(self.refuses[verb])
            elif verb == "DATA":
                self.say("354 go on")
                self.taken.append(self.message())
                self.say(f"250 2.0.0 queued as {len(self.taken)}")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 relay.example")
            if verb == "QUIT":
                return

    def message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Raw(socketserver.StreamRequestHandler):
    """Reads a request and answers with these bytes, whatever they are; then hangs up."""

    answer: ClassVar[bytes] = b""

    def handle(self) -> None:
        length = 0
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        self.rfile.read(length)
        self.wfile.write(self.answer)
