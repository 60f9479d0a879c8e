"""What another site sends in a user's name does nothing: every form has a token, and a GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from engine.application import Engine
from tests.engine.builders import all_rows
from tests.security.test_idor import TRACES
from tests.webui.builders import Patient, Visit
from tests.webui.everybody import Walker, addresses


def test_every_form_is_refused_without_its_token(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Also the door's own: nobody is signed in to a stranger's account. As form, as JSON and with a made-up token."""
    walker = walker_of("adam")
    posts = [each for each in addresses(app, zora) if each.method != "GET" and not each.is_api]
    before = {name: rows for name, rows in all_rows(engine).items() if name not in {"accesses", "access_patients"}}
    assert len(posts) > 30
    client = walker.visit.client
    for path in [*(each.path for each in posts), "/sign-in", "/sign-out"]:
        for given in ({"data": {}}, {"json": {}}, {"data": {"csrf_token": "made-up"}}):
            assert client.post(path, **given).status_code == 400, path
    after = {name: rows for name, rows in all_rows(engine).items() if name in before}
    assert after == before


def test_a_token_of_another_session_is_worth_nothing(app: Flask, walker_of: Callable[[str], Walker]) -> None:
    """Who has an account cannot send forms in somebody else's name with their own token."""
    stranger, adam = walker_of("iris"), walker_of("adam")
    assert adam.visit.client.post("/sandbox/advance", data={"csrf_token": stranger.csrf}).status_code == 400


def test_the_api_takes_no_cookie(app: Flask, walker_of: Callable[[str], Walker]) -> None:
    """It needs no token of a form, because a browser sends no bearer token by itself."""
    assert walker_of("adam").visit.client.get("/api/v1/worklist").status_code == 401


def test_reading_changes_nothing(
    engine: Engine, app: Flask, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Every address with GET and HEAD, by who may all: but who saw whom, the database is as before."""
    walker = walker_of("adam")
    walked = [each for each in addresses(app, zora) if each.method == "GET"]
    before = {name: rows for name, rows in all_rows(engine).items() if name not in TRACES}
    for each in walked:
        walker.call(each)
        walker.visit.client.head(each.path)
    assert {name: rows for name, rows in all_rows(engine).items() if name not in TRACES} == before


def test_a_method_cannot_be_passed_off_as_another(dana: Visit) -> None:
    """Neither a header nor a field makes a POST of a GET, and TRACE echoes nothing."""
    for headers in ({"X-HTTP-Method-Override": "POST"}, {"X-Method-Override": "POST"}, {"X-HTTP-Method": "DELETE"}):
        assert dana.client.get("/sign-out", headers=headers).status_code == 405
    assert dana.client.get("/sign-out?_method=POST").status_code == 405
    for path in ("/day", "/healthz", "/api/v1/worklist", "/nowhere"):
        answer = dana.client.open(path, method="TRACE", headers={"X-Secret": "echo me"})
        assert answer.status_code in (404, 405)
        assert "echo me" not in answer.text
