"""What every answer carries, whatever it is and however it went: nothing runs that is not ours, nobody keeps it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.webui.builders import Patient, Visit, email
from tests.webui.everybody import Walker, addresses
from webui.security import HEADERS

SCRIPTS = Path(__file__).resolve().parents[2] / "webui" / "static" / "js"


def answers(app: Flask, zora: Patient, walker: Walker) -> Iterator[tuple[str, TestResponse]]:
    """One answer of every address with every method, over TLS, refusals and failures included."""
    for each in addresses(app, zora):
        for base in ("http://localhost", "https://localhost"):
            with walker.visit.client.open(each.path, method=each.method, base_url=base) as answer:
                yield f"{each.method} {base}{each.path}", answer
    for path in ("/nowhere", "/sign-in", "/static/none.js", "/api/v1/nowhere", "/patients/p%001"):
        with walker.visit.client.get(path) as answer:
            yield path, answer


def test_every_answer_carries_the_headers(
    app: Flask, zora: Patient, walker_of: Callable[[str], Walker]
) -> None:
    """Pages, parts, files, JSON, redirects, refusals and failures; none names another site."""
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "*" not in policy
    for where, answer in answers(app, zora, walker_of("adam")):
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, (where, name)
        assert answer.headers.getlist("Content-Security-Policy") == [policy], where
        kept = "private, max-age=31536000, immutable" if "/diagrams/" in where else "no-store"
        assert answer.headers.get("Cache-Control") in ("no-store", kept), where  # a version never changes
        assert answer.headers.get("Access-Control-Allow-Origin") is None, where
        hsts = answer.headers.get("Strict-Transport-Security", "")
        assert (hsts == "max-age=31536000; includeSubDomains") is ("https:" in where), where
        if answer.headers.get("Content-Type", "").startswith("text/"):
            assert "charset=utf-8" in answer.headers["Content-Type"].lower(), where


def test_an_answer_does_not_say_what_it_was_made_with(app: Flask) -> None:
    """No framework, no version."""
    for path in ("/sign-in", "/api/v1/openapi.json", "/healthz"):
        assert not {"Server", "X-Powered-By", "Via"} & set(app.test_client().get(path).headers.keys())


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Proto"])
def test_no_header_of_a_stranger_poisons_an_answer(dana: Visit, name: str) -> None:
    """Nothing that a cache would not tell apart by changes what is answered."""
    plain = dana.client.get("/keys").text
    told = dana.client.get("/keys", headers={name: "evil.example/sign-out"}).text
    assert re.sub(r'name="csrf_token" value="[^"]*"', "", told) == re.sub(r'name="csrf_token" value="[^"]*"', "", plain)


def test_the_scripts_make_no_html_of_texts_and_run_no_text() -> None:
    """Texts become nodes as texts; no eval, no code from strings, nothing kept in the browser but choices."""
    for script in sorted(SCRIPTS.rglob("*.js")):
        source = script.read_text(encoding="utf-8")
        found = re.findall(r"\beval\(|new Function\(|document\.write|\.innerHTML\s*=(?!=)|insertAdjacentHTML", source)
        assert found == [], script.name


def test_no_failure_shows_what_is_inside(
    app: Flask, dana: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours is a page in words: no trace, no query, no path, no secret."""

    def fails(**_: object) -> str:
        raise RuntimeError(f"secret of {email('dana')} in /srv/throughline at SELECT * FROM users")

    monkeypatch.setitem(app.view_functions, "pages.day", _marked(fails, app.view_functions["pages.day"]))
    answer = dana.client.get("/day")
    assert answer.status_code == 500
    assert not re.search(r"Traceback|SELECT|RuntimeError|/srv/|secret of", answer.text)


def _marked(view: Callable[..., str], like: object) -> Callable[..., str]:
    view.__dict__.update(vars(like))
    return view
