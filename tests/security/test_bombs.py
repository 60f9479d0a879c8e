"""Small things that grow: each door that takes files, XML, YAML, JSON or bodies refuses them early and in words."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from cli.main import main
from engine.application import Engine
from tests.engine.test_safe_xml import LAUGHS
from tests.webui.builders import Visit
from tests.webui.test_studio_drafts import INTAKE, begun, brought, sent

ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
QUADRATIC = b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 50_000 + b'">]><a>' + b"&x;" * 10_000 + b"</a>"
DEEP = b"<a>" * 30_000
INCLUDE = b'<a xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="file:///etc/passwd" parse="text"/></a>'
STYLESHEET = b'<?xml-stylesheet href="javascript:alert(1)"?><a/>'
BOMBS = {"laughs": LAUGHS, "entity": ENTITY, "quadratic": QUADRATIC, "deep": DEEP, "xinclude": INCLUDE,
         "stylesheet": STYLESHEET}  # fmt: skip
ALIASES = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]" for n in range(9)
)
SECONDS = 5  # of work: far more than any refusal takes, far less than what it refuses


@pytest.fixture
def omar(visit: Visit) -> Visit:
    """A clinical director's browser."""
    return visit.signed_in("omar")


@pytest.mark.parametrize("name", ["bomb.bpmn", "bomb.dmn"])
@pytest.mark.parametrize("bomb", sorted(BOMBS))
def test_an_xml_bomb_is_no_draft(omar: Visit, name: str, bomb: str) -> None:
    """Brought as a file: refused with what is wrong, and nothing outside the file is read."""
    begun_at = process_time()
    answer = brought(omar, name, BOMBS[bomb])
    assert answer.status == 422
    assert "root:" not in answer.response.text
    assert process_time() - begun_at < SECONDS


@pytest.mark.parametrize("bomb", sorted(BOMBS))
def test_an_xml_bomb_saved_in_the_editor_is_a_finding(omar: Visit, engine: Engine, bomb: str) -> None:
    """The text is its author's to mend; reading it costs nothing and shows nothing."""
    draft = begun(omar, engine)
    body = {"path": INTAKE, "text": BOMBS[bomb].decode(), "revision": 0}
    begun_at = process_time()
    saved = sent(omar, f"{draft}/file", body)
    assert saved.status_code in (200, 422)
    assert "root:" not in saved.text
    assert saved.status_code == 422 or saved.json["errors"] > 0
    assert process_time() - begun_at < SECONDS


@pytest.mark.parametrize("bomb", sorted(BOMBS))
def test_an_xml_bomb_is_a_finding_on_the_command_line(tmp_path: Path, bomb: str) -> None:
    """`pathways lint` says so and goes on."""
    for name in ("bomb.bpmn", "bomb.dmn"):
        (tmp_path / name).write_bytes(BOMBS[bomb])
    begun_at = process_time()
    paths = [str(tmp_path / name) for name in ("bomb.bpmn", "bomb.dmn")]
    result = CliRunner().invoke(main, ["pathways", "lint", *paths], catch_exceptions=False)
    assert result.exit_code == 1, result.output
    assert "root:" not in result.output
    assert process_time() - begun_at < SECONDS


@pytest.mark.parametrize(
    "text", [ALIASES, "a: " + "[" * 5000, "!!python/object/apply:os.system ['id']", "a: &a [*a]", "<<: &a {<<: *a}"]
)
def test_a_yaml_bomb_is_a_finding(omar: Visit, engine: Engine, text: str) -> None:
    """Aliases of aliases, depth, objects of the language, a list in itself."""
    draft = begun(omar, engine, "forms/intake.yaml")
    begun_at = process_time()
    saved = sent(omar, f"{draft}/file", {"path": "forms/intake.yaml", "text": text, "revision": 0})
    assert (saved.status_code, saved.json["errors"] > 0) == (200, True)
    assert process_time() - begun_at < SECONDS


@pytest.mark.parametrize("name", ["bomb.bpmn", "bomb.zip", "bomb.xlsx", "bomb.bpmn.gz"])
def test_an_archive_is_not_unpacked(omar: Visit, name: str) -> None:
    """No door takes one: what calls itself a diagram and is a .zip is no XML, other endings are refused by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../evil.bpmn", b"\0" * 10_000_000)
    assert brought(omar, name, packed.getvalue()).status == 422


def test_a_compressed_body_is_not_unpacked(app: Flask, everybody: Engine) -> None:
    """Neither by the API nor by a page: what was sent is what is read."""
    client = app.test_client()
    body = gzip.compress(json.dumps({"name": "x" * 5_000_000, "birth_date": "1950-01-01"}).encode())
    headers = {"Authorization": "Bearer token of dana", "Content-Encoding": "gzip"}
    answer = client.post("/api/v1/patients", data=body, headers=headers, content_type="application/json")
    assert answer.status_code == 400
    assert client.post("/sign-in", data=body, headers=headers).status_code == 400


class _Endless:
    """A body that goes on; it counts what was read of it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "read without a bound"
        self.taken += size
        return b"x" * size

    readline = read


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/patients", "application/json"),
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/studio/new/bring", "multipart/form-data; boundary=x"),
    ],
)
def test_a_huge_body_is_refused_before_it_is_read(app: Flask, everybody: Engine, path: str, kind: str) -> None:
    """By the length that it says; without one, a server reads no body at all (RFC 9112), and ours counts chunks."""
    body = _Endless()
    asked = EnvironBuilder(path, method="POST", content_type=kind, headers={"Authorization": "Bearer token of dana"})
    environ = asked.get_environ() | {"wsgi.input": body, "CONTENT_LENGTH": "10000000000"}
    _, status, _ = run_wsgi_app(app, environ)
    assert status.startswith("413")
    assert body.taken == 0


@pytest.mark.parametrize(
    "body",
    [
        lambda: "[" * 100_000,
        lambda: '{"a":' * 100_000,
        lambda: json.dumps({"name": "x", "birth_date": "1950-01-01", "conditions": ["M17.11"] * 100_000}),
        lambda: json.dumps({"name": "x", "equity": {f"k{n}": 1 for n in range(20_000)}}),
        lambda: '{"name": "x", "birth_date": "1950-01-01", "number": 1' + "0" * 200_000 + "}",
        lambda: '{"name": "a", "name": "b", "birth_date": "1950-01-01"}',
        lambda: '{"name": NaN}',
    ],
    ids=["lists", "objects", "long list", "many names", "long number", "twice the name", "no number"],
)
def test_json_that_is_too_much_is_refused(app: Flask, everybody: Engine, body: Callable[[], str]) -> None:
    """Depth, length, digits, names twice: 4xx in a problem document, quickly."""
    headers = {"Authorization": "Bearer token of dana"}
    begun_at = process_time()
    answer = app.test_client().post(
        "/api/v1/patients", data=body(), headers=headers, content_type="application/json"
    )
    assert answer.status_code in (400, 413, 422)
    assert answer.content_type == "application/problem+json"
    assert process_time() - begun_at < SECONDS


def test_a_form_of_very_many_fields_is_refused(omar: Visit) -> None:
    """Whatever each of them holds."""
    answer = omar.client.post("/password", data={f"f{n}": "" for n in range(20_000)})
    assert answer.status_code in (400, 413)
