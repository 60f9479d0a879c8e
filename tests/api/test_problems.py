"""Every refusal is a problem document that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from engine import errors
from engine.errors import ThroughlineError
from tests.api.clients import Client
from webui.api.problems import STATUS_OF, from_engine

BODY = {"name": "Ada", "birth_date": "1951-12-10"}


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"{", 400, "not JSON"),
        (b'{"name": NaN}', 400, "NaN is not a number of JSON"),
        (b'{"name": "a", "name": "b"}', 400, "'name' stands twice"),
        (b"\xff", 400, "not JSON"),
        (b"[" * 100_000, 400, "nested too deeply"),
        (b'{"name": "\\ud800"}', 422, "surrogate"),
        (b'{"equity": {"rural": 1e400}}', 422, "too large"),
        (b'{"equity": {' + b",".join(b'"x%d": 1' % n for n in range(1_001)) + b"}}", 422, "at most 1000"),
        (b"[1, 2]", 422, "must be a JSON object, not a list"),
        (b"null", 422, "must be a JSON object, not null"),
        (b"", 415, "Content-Type"),
        (b'{"name": "' + b"x" * 900_000 + b'"}', 422, "1 to 200 characters"),
        (b'{"name": "' + b"x" * 1_000_000 + b'"}', 413, "exceeds"),
    ],
)
def test_a_body_that_cannot_be_taken_says_why(dana: Client, content: bytes, status: int, told: str) -> None:
    """What is not JSON is 400, too large 413, JSON of the wrong kind 422."""
    kind = {"content_type": "application/json"} if content else {}
    answer = dana.call("POST", "/patients", data=content, **kind)
    assert (answer.status_code, told in answer.json["detail"]) == (status, True), answer.json


def test_a_form_is_not_json(dana: Client) -> None:
    """Another content type is 415, which also keeps pages of other sites from posting."""
    assert dana.call("POST", "/patients", data={"name": "Ada"}).status_code == 415


def test_an_unknown_address_is_a_problem_too(dana: Client) -> None:
    """Below the API's prefix nobody gets a page for people."""
    answer = dana.get("/pateints")
    assert (answer.status_code, answer.json["title"]) == (404, "Not found")
    assert "openapi.json" in answer.json["detail"]


def test_a_wrong_method_names_the_right_ones(dana: Client) -> None:
    """405 with Allow."""
    answer = dana.call("DELETE", "/patients/p1")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_wrong_query_is_refused_like_a_wrong_body(dana: Client) -> None:
    """Unknown arguments and limits out of range are 422 by name."""
    answer = dana.get("/patients", limit=0, order="name")
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"limit", "order"})


@pytest.mark.parametrize("path", ["/patients/p%001", "/patients?q=%00", "/patients?after=99999999999999999999"])
def test_addresses_that_no_database_takes_are_refused(dana: Client, path: str) -> None:
    """A NUL or a number beyond any column is the caller's error, on both databases."""
    assert dana.get(path).status_code == 422


def test_a_fault_of_ours_shows_no_trace(app: Flask, dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 says that it was logged, and nothing of the inside."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("webui.organisations.subject", broken)
    answer = dana.get("/patients/p1")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_a_database_that_is_away_is_503(dana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Worth another try: Retry-After says when."""

    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr("webui.organisations.subject", away)
    answer = dana.get("/patients/p1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("error", "code", "retry_after"),
    [(errors.Busy("others hold what this needs"), "busy", "5"), (errors.OutcomeUnknown(), "outcome-unknown", None)],
)
def test_who_was_in_the_way_is_told_and_when_to_come_back(
    dana: Client, monkeypatch: pytest.MonkeyPatch, error: ThroughlineError, code: str, retry_after: str | None
) -> None:
    """Busy is worth another try; what may have been done is looked at first, so nothing says when to repeat it."""

    def raised(*_: object) -> None:
        raise error

    monkeypatch.setattr("webui.organisations.subject", raised)
    answer = dana.get("/patients/p1")
    assert (answer.status_code, answer.json["code"]) == (503, code)
    assert answer.headers.get("Retry-After") == retry_after


def _all_errors(kind: type[ThroughlineError] = ThroughlineError) -> Iterator[type[ThroughlineError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _all_errors(below)


def test_every_error_of_the_engine_has_a_status() -> None:
    """The table covers the tree: by its own class or the nearest one above."""
    own = [kind for kind in _all_errors() if kind.__module__ == errors.__name__]
    assert [kind for kind in own if not any(each in STATUS_OF for each in kind.__mro__)] == []
    assert {kind for kind in own if STATUS_OF.get(kind, (0,))[0] == 500} == {
        ThroughlineError, errors.DefinitionError, errors.SettingsError,
    }  # fmt: skip


def test_a_lost_race_says_who_and_when(app: Flask, client_of: Callable[[str], Client]) -> None:
    """`by`, `at` and `seconds_ago` stand beside the sentence."""
    at = app.extensions["throughline.engine"].clock.now()
    with app.test_request_context():
        answer = from_engine(errors.TaskTaken("t1", "done", "Noor Haddad", at, 4))
    told = answer.get_json()
    assert (answer.status_code, told["by"], told["at"], told["seconds_ago"]) == (
        409, "Noor Haddad", at.isoformat(), 4,
    )  # fmt: skip
    assert told["detail"] == "task 't1' was completed by Noor Haddad 4 seconds ago"
