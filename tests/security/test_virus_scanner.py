"""Where a virus scanner is named, no file is taken that it knows, or that it has not looked at."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from cli.running_checks import Check, of_host
from engine.application import Engine
from engine.errors import InvalidInput, ScannerAway, SettingsError
from engine.settings import SHIPPED_PATHWAYS
from engine.virus_scanner import VIRUS_SCANNER, VirusScanner
from tests.engine.builders import nothing_written
from tests.interop.synthea import a_whole_bundle
from tests.security.clamd import CLAMD, LARGEST, MARK, a_clamd
from tests.security.doors import House, comes_in, token_of
from tests.webui.builders import Answer, Visit

with_clamd = pytest.mark.skipif(CLAMD is None, reason="no clamd; on Debian: apt-get install clamav-daemon")
DIAGRAM = (SHIPPED_PATHWAYS / "msk.bpmn").read_bytes()
INFECTED = DIAGRAM.replace(b"?>", b"?><!-- " + MARK + b" -->", 1)
BUNDLE = json.dumps(a_whole_bundle())


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirusScanner]:
    with a_clamd(tmp_path_factory.mktemp("clamd")) as found:
        yield found


@contextmanager
def answering(server: socket.socket, said: bytes) -> Iterator[None]:
    """Somebody at a port who takes what comes, says this and goes."""

    def answer() -> None:
        connection, _ = server.accept()
        with connection:
            taken = b""
            while not taken.endswith(b"\0\0\0\0"):
                taken += connection.recv(4096)
            connection.sendall(said)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def looked_at(engine: Engine, scanner: VirusScanner) -> Check:
    """What the doctor says of it."""
    settings = replace(engine.settings, door=replace(engine.settings.door, scanner=scanner))
    return next(each for each in of_host(settings) if each.name == "virus scanner")


def sent(visit: Visit, path: str, **files: tuple[bytes, str]) -> TestResponse:
    """A form with a file, to where its page sends it."""
    form: dict[str, Any] = {name: (io.BytesIO(data), called) for name, (data, called) in files.items()}
    form["csrf_token"] = token_of(visit.client.get(path.removesuffix("/bring")).text)
    return visit.client.post(path, data=form, follow_redirects=True)


def signed_in(house: House, name: str) -> Visit:
    visit = house.visit()
    comes_in(visit, name)
    return visit


def brought(house: House, data: bytes) -> Answer:
    """A clinical director uploads a diagram."""
    return Answer(sent(signed_in(house, "omar"), "/studio/new/bring", file=(data, "msk.bpmn")))


def imported(house: House, data: bytes) -> Answer:
    """A lead uploads patients."""
    return Answer(sent(signed_in(house, "lena"), "/imports", files=(data, "ann.json")))


@with_clamd
def test_a_diagram_with_a_virus_is_refused_by_name(everybody: Engine, scanner: VirusScanner) -> None:
    """What the scanner calls it stands beside the field; the same diagram without it becomes a draft."""
    house = House.of(everybody, scanner=scanner)
    answer = brought(house, INFECTED)
    assert answer.status == 422, answer.text("main")
    (told,) = answer.texts("#file-wrong span")
    assert told == "'msk.bpmn' is not taken: the virus scanner calls it Ours.Test.UNOFFICIAL."
    assert "This draft replaces msk.bpmn" in brought(house, DIAGRAM).text("body")


@with_clamd
def test_patients_with_a_virus_are_not_imported(everybody: Engine, scanner: VirusScanner) -> None:
    """From the page and by the API; the same files without it wait for a worker."""
    house = House.of(everybody, scanner=scanner)
    infected = BUNDLE.replace("Lovelace9", MARK.decode())
    answer = imported(house, infected.encode())
    assert answer.status == 422
    assert "the virus scanner calls it Ours.Test" in answer.text("main")
    client, token = house.app.test_client(), {"Authorization": "Bearer token of lena"}
    for content, status in ((infected, 422), (BUNDLE, 202)):
        body = {"files": [{"name": "ann.json", "content": content}]}
        told = client.post("/api/v1/imports", json=body, headers={**token, "Idempotency-Key": f"key-{status}"})
        assert told.status_code == status, told.text
    assert "The files are taken" in imported(house, BUNDLE.encode()).text("body")


def test_while_the_scanner_is_away_no_file_is_taken(everybody: Engine, tmp_path: Path) -> None:
    """Asked to try again in a while, as where the database is busy."""
    house = House.of(everybody, scanner=VirusScanner(str(tmp_path / "nobody.ctl")))
    diagram, patients = signed_in(house, "omar"), signed_in(house, "lena")
    for visit, path, files in (
        (diagram, "/studio/new/bring", {"file": (DIAGRAM, "msk.bpmn")}),
        (patients, "/imports", {"files": (BUNDLE.encode(), "ann.json")}),
    ):
        with nothing_written(everybody):
            answer = sent(visit, path, **files)
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
        assert "The virus scanner does not answer" in answer.text


@with_clamd
def test_it_is_asked_over_tcp_as_well(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with a_clamd(tmp_path, port) as scanner:
        scanner.check("file", "a.bpmn", DIAGRAM)
        with pytest.raises(InvalidInput, match="calls it Ours"):
            scanner.check("file", "a.bpmn", INFECTED)


@with_clamd
@pytest.mark.parametrize("where", [0, 65_500, 200_000])
def test_a_virus_is_found_wherever_it_stands(scanner: VirusScanner, where: int) -> None:
    """Also across two of the pieces in which a file is sent."""
    content = b"x" * where + MARK + b"x" * 100_000
    with pytest.raises(InvalidInput, match="calls it Ours"):
        scanner.check("file", "a.json", content)
    scanner.check("file", "a.json", content.replace(MARK, b""))
    scanner.check("file", "a.json", b"")


@with_clamd
def test_a_file_that_is_too_large_for_the_scanner_is_refused(scanner: VirusScanner) -> None:
    """In its words; what was not looked at whole is not taken."""
    with pytest.raises(InvalidInput, match="INSTREAM size limit exceeded"):
        scanner.check("files", "a.json", b"x" * (LARGEST + 1_000_000))


@pytest.mark.parametrize("said", [b"", b"stream: O", b"x" * 10_000])
def test_half_an_answer_is_none(said: bytes) -> None:
    """Whatever listens there: a connection that ends before the answer does means that nobody looked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        scanner = VirusScanner(f"127.0.0.1:{server.getsockname()[1]}")
        with answering(server, said), pytest.raises(ScannerAway):
            scanner.check("file", "a.bpmn", b"x")


@with_clamd
def test_the_doctor_looks_whether_it_answers(engine: Engine, scanner: VirusScanner, tmp_path: Path) -> None:
    found = looked_at(engine, scanner)
    assert found.ok
    assert found.found.startswith("ClamAV ")
    gone = looked_at(engine, VirusScanner(str(tmp_path / "nobody.ctl")))
    assert not gone.ok
    assert VIRUS_SCANNER in gone.hint


@pytest.mark.parametrize("address", ["clamd", "clamd:", ":3310", "clamd:99999", "clamd:x", "unix:/run/clamd.ctl"])
def test_an_address_that_is_none_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(SettingsError, match=VIRUS_SCANNER):
        VirusScanner.from_environment({VIRUS_SCANNER: address})
