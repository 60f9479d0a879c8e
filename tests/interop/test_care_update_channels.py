"""The channels to the PCP, against a real folder, a real HTTP server and a real SMTP server on this machine."""

from __future__ import annotations

import hashlib
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from engine.outgoing.outgoing import NotDelivered, Undeliverable
from engine.sender import Sender
from engine.settings import Settings
from interop.care_update_channels import care_update_channel
from interop.care_update_direct import DirectChannel
from interop.care_update_endpoint import FhirChannel
from interop.care_update_folder import FolderChannel
from tests.interop.updates import KEY, NOW, a_letter, an_update

OTHER_KEY = "6f1d1c1e-9d7e-5b36-8b1e-3c9a3f0c2f12"


# -- folder -----------------------------------------------------------------------------------------------------------
def test_a_folder_holds_the_update_and_its_receipt(tmp_path: Path) -> None:
    """PDF, FHIR document, and a receipt with the digest of each; nothing half-written beside it."""
    evidence = FolderChannel(tmp_path).send(a_letter())
    found = {path.name: path.read_bytes() for path in (tmp_path / "12").iterdir()}
    assert set(found) == {"care-update.pdf", "care-update.json", "receipt.json"}
    assert evidence["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in found.items() if name != "receipt.json"
    }
    assert json.loads(found["receipt.json"])["sha256"] == a_letter().sha256
    assert [path.name for path in tmp_path.iterdir()] == ["12"]


def test_the_same_update_again_is_the_same_folder(tmp_path: Path) -> None:
    """With the receipt of the first time."""
    channel = FolderChannel(tmp_path)
    first = channel.send(a_letter())
    assert channel.send(replace(a_letter(), now=NOW.replace(hour=23))) == first
    assert len(list(tmp_path.iterdir())) == 1


def test_an_older_database_has_not_spoilt_the_place(tmp_path: Path) -> None:
    """A new sandbox begins to count anew in the same data folder."""
    channel = FolderChannel(tmp_path)
    channel.send(a_letter())
    assert channel.send(a_letter(key=OTHER_KEY))["receipt"] == f"12-{OTHER_KEY}"


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """A full or missing disk is mended, the update is not lost."""
    (tmp_path / "outgoing").write_text("a file in the way")
    with pytest.raises(NotDelivered, match="cannot be written"):
        FolderChannel(tmp_path / "outgoing").send(a_letter())


# -- fhir -------------------------------------------------------------------------------------------------------------
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


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a FHIR server."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    Endpoint.answers, Endpoint.requests, Endpoint.kept = [], [], {}
    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)) as port:
        yield f"http://127.0.0.1:{port}/fhir"


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


def test_a_document_is_posted_and_its_place_is_the_evidence(endpoint: str) -> None:
    """With the token, and with the key in both ways that servers know."""
    evidence = FhirChannel(endpoint, "a token").send(a_letter())
    assert evidence["status"] == 201
    assert evidence["receipt"] == evidence["location"] == f"{endpoint}/Bundle/1/_history/1"
    (headers,) = Endpoint.requests
    assert headers["Authorization"] == "Bearer a token"
    assert headers["Content-Type"] == "application/fhir+json"
    assert headers["Idempotency-Key"] == KEY
    (body,) = Endpoint.kept.values()
    assert json.loads(body)["identifier"]["value"] == f"urn:uuid:{KEY}"


def test_a_second_attempt_creates_no_second_document(endpoint: str) -> None:
    """The server answers that it has it."""
    channel = FhirChannel(endpoint)
    assert [channel.send(a_letter())["status"] for _ in range(2)] == [201, 200]
    assert len(Endpoint.kept) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, NotDelivered), (429, NotDelivered), (401, Undeliverable), (422, Undeliverable), (302, Undeliverable)],
)
def test_a_refusal_is_final_or_passing_by_its_status(endpoint: str, status: int, error: type[Exception]) -> None:
    """What a server may do better later is tried again; a redirect would lose the document."""
    Endpoint.answers = [status]
    with pytest.raises(error, match=f"answered {status}"):
        FhirChannel(endpoint).send(a_letter())


def test_a_server_that_is_away_is_tried_again(endpoint: str) -> None:
    """Nobody listens on the port of discard."""
    with pytest.raises(NotDelivered, match="does not answer"):
        FhirChannel("http://127.0.0.1:9/fhir").send(a_letter())


# -- direct -----------------------------------------------------------------------------------------------------------
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


@pytest.fixture
def relay() -> Iterator[str]:
    """The address of a Direct relay."""
    Relay.refuses, Relay.taken = {}, []
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Relay)) as port:
        yield f"smtp://127.0.0.1:{port}"


def test_a_direct_message_carries_pdf_and_document(relay: str) -> None:
    """The relay's answer and the Message-ID are the evidence; the subject names nobody."""
    evidence = DirectChannel(relay, "care@direct.example").send(a_letter())
    assert evidence["relay_said"] == "250 2.0.0 queued as 1"
    message = message_from_bytes(Relay.taken[0], policy=default)
    assert message["Message-ID"] == evidence["receipt"] == f"<{KEY}@direct.example>"
    assert (message["To"], message["From"]) == ("dr.bell@direct.example", "care@direct.example")
    assert "Ana" not in message["Subject"]
    attached = {each.get_filename(): each for each in message.iter_attachments()}
    assert attached["care-update.pdf"].get_content().startswith(b"%PDF-")
    assert json.loads(attached["care-update.json"].get_content())["type"] == "document"


def test_a_second_attempt_has_the_same_message_id(relay: str) -> None:
    """By which the receiver makes one of two: a relay keeps no memory of keys."""
    channel = DirectChannel(relay, "care@direct.example")
    assert channel.send(a_letter())["receipt"] == channel.send(a_letter())["receipt"]
    assert Relay.taken[0] == Relay.taken[1]


@pytest.mark.parametrize(
    ("verb", "answer", "error"),
    [
        ("RCPT", "550 5.1.1 no such user", Undeliverable),
        ("RCPT", "451 4.7.1 try later", NotDelivered),
        ("MAIL", "421 4.3.2 closing", NotDelivered),
        ("DATA", "554 5.7.1 refused", Undeliverable),
    ],
)
def test_a_relay_s_refusal_is_final_or_passing(relay: str, verb: str, answer: str, error: type[Exception]) -> None:
    """5.1.1 is an address that somebody has to mend."""
    Relay.refuses = {verb: answer}
    with pytest.raises(error, match=answer[:3]):
        DirectChannel(relay, "care@direct.example").send(a_letter())


def test_without_an_address_somebody_has_to_find_one(relay: str) -> None:
    """No attempt is made; the error says where it is written."""
    with pytest.raises(Undeliverable, match="no Direct address is on record for Dr"):
        DirectChannel(relay, "care@direct.example").send(a_letter(an_update(recipient=None)))
    assert Relay.taken == []


def test_a_relay_that_is_away_is_tried_again() -> None:
    """Nobody listens on the port of discard."""
    with pytest.raises(NotDelivered, match="does not answer"):
        DirectChannel("smtp://127.0.0.1:9", "care@direct.example").send(a_letter())


# -- which ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
def test_the_settings_choose_the_channel(settings: Settings) -> None:
    """The folder is the default: nothing leaves the machine until somebody says so."""
    assert care_update_channel(settings) == FolderChannel(settings.data_dir / "outgoing")
    fhir = replace(settings, sender=Sender(channel="fhir", url="https://hie.example/fhir", token="t"))
    assert care_update_channel(fhir) == FhirChannel("https://hie.example/fhir", "t")
    direct = replace(settings, sender=Sender(channel="direct", url="smtps://relay", from_address="a@b.example"))
    assert care_update_channel(direct).name == "direct"
