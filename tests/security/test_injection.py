"""Text that wants to be something else: a header, a line of a log, a tag, a query, a formula, another field."""

from __future__ import annotations

import ast
import logging
import re
from pathlib import Path

import pytest
from flask import Flask

from engine.application import Engine
from tests.webui.builders import PASSWORD, Visit, a_patient, email
from webui.addresses import inside

ROOT = Path(__file__).resolve().parents[2]
OURS = ("care", "cli", "engine", "interop", "migrations", "webui", "worklists")
SPLIT = "x\r\nSet-Cookie: evil=1\r\n\r\n<script>alert(1)</script>"
TAG = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def sources() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for package in OURS
        for path in (ROOT / package).rglob("*.py")
    }


@pytest.mark.parametrize("path", ["/sign-in?next=", "/day?q=", "/record?q=", "/patients?q=", "/nowhere/"])
def test_no_line_end_reaches_a_header(dana: Visit, path: str) -> None:
    """Neither in a redirect nor anywhere else."""
    from urllib.parse import quote

    answer = dana.client.get(path + quote(SPLIT))
    assert "evil=1" not in str(answer.headers.get("Set-Cookie"))
    assert not [value for _, value in answer.headers if "\n" in value or "\r" in value]


@pytest.mark.parametrize("key", ["a\tb", "a b", "é", "x" * 300, "a\x7fb"])
def test_a_key_of_a_call_is_of_plain_signs(app: Flask, everybody: Engine, key: str) -> None:
    """What could break a log or a header is refused."""
    headers = {"Authorization": "Bearer token of dana", "Idempotency-Key": key}
    body = {"name": "Ann", "birth_date": "1950-01-01"}
    assert app.test_client().post("/api/v1/patients", json=body, headers=headers).status_code == 422


@pytest.mark.parametrize("given", ["a b", "x" * 300, "a\x7f", "{\"a\": 1}", "ID\x1b[31m"])
def test_an_id_of_a_request_is_not_repeated_unless_it_is_one(app: Flask, given: str) -> None:
    """X-Request-ID may come from a proxy; what is none is not echoed."""
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": given})
    assert given not in answer.headers.get("X-Request-ID", "")


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "/\n/evil.example", "javascript:alert(1)", "data:text/html,x", " //evil.example", "///evil.example",
     "evil.example"],
)  # fmt: skip
def test_no_redirect_leads_to_another_site(target: str) -> None:
    """Only a path of this site is followed after signing in."""
    assert inside(target) is None


def test_a_name_is_a_text_wherever_it_is_shown(engine: Engine, dana: Visit) -> None:
    """What somebody called Tag is called on every page that shows them: no element comes of it."""
    patient = a_patient(engine, TAG)
    shown = 0
    for path in ("/day", "/patients", f"/patients/{patient.id}", f"/tasks/{patient.task('intake')['id']}", "/team"):
        page = dana.get(path)
        shown += TAG in page.tree.text_content()
        assert not [each for each in page.all("script") if not each.get("src")]
        assert not [each for each in page.all("img") if each.get("onerror")]
    assert shown >= 3


@pytest.mark.parametrize("words", ["' OR 1=1 --", "%", "_", "a'; DROP TABLE patients; --", "\\", "x' UNION SELECT"])
def test_a_search_is_for_these_very_signs(engine: Engine, dana: Visit, words: str) -> None:
    """Nothing of it is part of the query, its wildcards included."""
    a_patient(engine, "Ada Long")
    assert "Ada Long" not in dana.client.get("/patients", query_string={"q": words}).text
    assert "Ada Long" in dana.get("/patients").text("#patients")


def test_no_query_is_put_together_from_text() -> None:
    """text() and execute() take literals: no f-string, no format, no + with anything read from outside."""
    found = []
    for name, source in sources().items():
        if "import text" not in source and not re.search(r"from sqlalchemy import [^\n]*\btext\b", source):
            continue
        for node in ast.walk(ast.parse(source)):
            is_text = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text"
            if is_text and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                found.append(f"{name}:{node.lineno}")
    allowed = ("migrations/", "engine/store/")  # names of our own tables and indexes, from constants
    assert [each for each in found if not each.startswith(allowed)] == []


def test_nothing_of_the_language_is_run_from_text() -> None:
    """No eval, exec, pickle, marshal, shell or unsafe loader anywhere in what is shipped."""
    wanted = re.compile(
        r"(?<![\w.])(?:eval|exec)\(|\bpickle\b|\bmarshal\.|os\.system|shell=True|yaml\.(?:unsafe_load|full_load)\b"
    )
    found = {name: wanted.findall(source) for name, source in sources().items()}
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_a_field_that_a_form_does_not_have_changes_nothing(app: Flask, engine: Engine, visit: Visit) -> None:
    """A role, an organisation or a flag that is sent along with a new password is not looked at."""
    dana = visit.signed_in("dana")
    new = "kettle under violet moon"
    more = {"role": "admin", "organisation": "", "active": "1", "one_time": "0", "email": email("omar")}
    page = dana.get("/password")
    form = {"csrf_token": page.form("/password").fields["csrf_token"], "current": PASSWORD, "new": new, "again": new}
    assert dana.client.post("/password", data=form | more).status_code == 303
    with engine.db.reading() as connection:
        from engine.store.people import user

        row = user(connection, email("dana"))
    assert (row["role"], row["organisation"]) == ("case_manager", "main")


@pytest.mark.parametrize("field", ["id", "number", "source", "created_at", "role", "organisation_id", "__proto__"])
def test_a_field_that_a_call_does_not_have_is_refused(app: Flask, everybody: Engine, field: str) -> None:
    """Mass assignment: 422 that names it."""
    body = {"name": "Ann", "birth_date": "1950-01-01", field: "1"}
    answer = app.test_client().post("/api/v1/patients", json=body, headers={"Authorization": "Bearer token of dana"})
    assert (answer.status_code, field in answer.json["errors"]) == (422, True)


def test_an_address_in_a_query_twice_is_taken_once(dana: Visit) -> None:
    """The same name twice is no way around a check: the first holds, for checks and views alike."""
    assert dana.client.get("/sign-in?next=/day&next=//evil.example").headers["Location"] == "/day"


def test_a_log_line_is_one_line(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the address holds."""
    caplog.set_level(logging.DEBUG)
    app.test_client().get("/nowhere%0d%0aforged%20line")
    assert not [record for record in caplog.records if record.getMessage().startswith("forged")]


def test_only_one_module_writes_csv() -> None:
    """The one that makes texts of formulas (tests/interop/test_export_csv.py): a second table cannot forget to."""
    writers = [name for name, source in sources().items() if re.search(r"csv\.(?:writer|DictWriter)\(", source)]
    assert writers == ["interop/exports/as_csv.py"]
