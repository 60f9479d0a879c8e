"""What no database keeps is refused before any page looks at it."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.application import Engine
from tests.webui.builders import Visit, a_patient


@pytest.mark.parametrize(
    "path",
    ["/patients/p%001", "/tasks/%00/care-update.pdf", "/day?track=%00", "/day?%00=1", "/none%00", "/healthz?a=%00"],
)
def test_a_nul_in_an_address_is_refused_in_words(dana: Visit, path: str) -> None:
    """PostgreSQL would answer with an error of its own: 400, and what to do."""
    page = dana.get(path)
    assert page.status == 400
    assert "NUL character" in page.text("main")


def test_a_nul_in_a_form_is_refused_and_nothing_is_kept(dana: Visit, engine: Engine, app: Flask) -> None:
    """Also where the form only keeps a draft, and where htmx sends it."""
    task = a_patient(engine).task("intake")
    page = dana.get(f"/tasks/{task['id']}")
    assert dana.send(page, "/complete", **{"answer-note": "a\0b"}).status == 400
    part = dana.send(page, "/complete", htmx=True, **{"answer-note": "a\0b"})
    assert (part.status, part.headers["HX-Retarget"]) == (400, "#pane")
    token = page.form("/complete").fields["csrf_token"]
    sent = dana.client.post(f"/tasks/{task['id']}/draft", data={"csrf_token": token, "answer-\0": "x"})
    assert sent.status_code == 400


def test_the_api_names_the_field_itself(app: Flask) -> None:
    """A problem document, not a page; a large body is read there and not before."""
    client = app.test_client()
    assert client.get("/api/v1/patients/p%001").content_type == "application/problem+json"
    large = client.post("/api/v1/patients", data="x" * 400_000, content_type="application/json")
    assert large.status_code == 401
