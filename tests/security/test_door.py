"""The door: nobody learns who has an account, guessing is stopped, and what happened is in the log."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask

from engine.application import Engine
from engine.store.people import set_active
from tests.security.doors import House, comes_in
from tests.webui.builders import PASSWORD, Visit, email
from webui import passwords
from webui.rate_limits import BY_ADDRESS


def guess(visit: Visit, who: str, password: str = "a guess") -> str:
    answer = visit.send(visit.get("/sign-in"), "/sign-in", email=who, password=password)
    return answer.text("main").replace(who, "WHO") + str(answer.status)


def test_an_account_that_is_not_there_answers_as_one_that_is(app: Flask, engine: Engine) -> None:
    """Unknown, shut out, or the wrong password: the same words and the same status."""
    with engine.db.writing() as connection:
        set_active(connection, email("lee"), active=False)
    visit = Visit(app.test_client())
    told = {guess(visit, email("dana")), guess(visit, "nobody@example.org"), guess(visit, email("lee"), PASSWORD)}
    assert len(told) == 1


def test_an_unknown_account_costs_as_much_work(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash is verified for nobody, too: the time tells nothing."""
    asked: list[str] = []
    true = passwords.PasswordHasher.verify

    def counted(self: passwords.PasswordHasher, kept: str, password: str) -> bool:
        asked.append(kept)
        return true(self, kept, password)

    monkeypatch.setattr(passwords.PasswordHasher, "verify", counted)
    for who in ("nobody@example.org", email("dana")):
        guess(visit, who)
    assert len(asked) == 2


def test_guessing_many_accounts_from_one_address_is_stopped(visit: Visit) -> None:
    """Whichever accounts are tried."""
    for number in range(int(BY_ADDRESS.split()[0])):
        guess(visit, f"somebody{number}@example.org")
    assert "429" in guess(visit, "one-more@example.org")


def test_a_stranger_does_not_lock_somebody_out(engine: Engine) -> None:
    """Failing at an account from one address leaves its owner's own address alone."""
    house = House.of(engine, proxies=1)

    def from_address(address: str) -> Visit:
        client = house.app.test_client()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = address
        return Visit(client)

    for _ in range(9):
        told = guess(from_address("192.0.2.1"), email("dana"))
    assert "429" in told
    assert comes_in(from_address("192.0.2.2"), "dana").path == "/day"


def test_a_forwarded_address_of_a_stranger_is_not_believed(visit: Visit) -> None:
    """Without a proxy that we know, another X-Forwarded-For each time is still one address."""
    for number in range(9):
        visit.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
        told = guess(visit, email("dana"))
    assert "429" in told


def test_every_attempt_is_in_the_log_on_one_line_of_its_own(
    visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    """Who came in and who did not, from where; an email that nobody has, and any password, are not written down."""
    caplog.set_level(logging.INFO, logger="throughline.security")
    forged = 'x@example.org"}\nsign_in.done {"email": "omar@example.org'
    guess(visit, forged, "my secret guess")
    guess(visit, email("dana"), "my secret guess")
    comes_in(visit, "dana")
    visit.send(visit.get("/keys"), "/sign-out")
    lines = [record.getMessage() for record in caplog.records if record.name == "throughline.security"]
    assert [line.partition(" ")[0] for line in lines] == [
        "sign_in.failed", "sign_in.failed", "sign_in.done", "sign_out",
    ]  # fmt: skip
    told = [json.loads(line.partition(" ")[2]) for line in lines]
    assert [each.get("email") for each in told] == [None, email("dana"), email("dana"), email("dana")]
    assert {each["address"] for each in told} == {"127.0.0.1"}
    assert not [line for line in lines if "\n" in line or "secret" in line]


def test_another_name_of_the_site_is_refused(engine: Engine) -> None:
    """Where the names are set: nothing is made of a Host that a stranger chose."""
    client = House.of(engine, hosts=("care.example", ".clinic.example")).app.test_client()
    for host, status in (("care.example", 200), ("north.clinic.example", 200), ("evil.example", 400)):
        for path in ("/sign-in", "/api/v1/openapi.json"):
            answer = client.get(path, base_url=f"http://{host}")
            assert (answer.status_code, "evil" in answer.text) == (status, False), (host, path)


def test_where_tls_is_required_nothing_is_taken_without(engine: Engine) -> None:
    """Pages are sent on, a form and a call of the API are refused, probes are answered."""
    client = House.of(engine, tls=True).app.test_client()
    moved = client.get("/sign-in?next=/day")
    assert (moved.status_code, moved.headers["Location"]) == (308, "https://localhost/sign-in?next=/day")
    assert client.post("/sign-in", data={"email": email("dana"), "password": PASSWORD}).status_code == 403
    refused = client.get("/api/v1/worklist", headers={"Authorization": "Bearer x"})
    assert (refused.status_code, refused.json["code"]) == (403, "tls-needed")
    assert client.get("/healthz").status_code == 200
    assert client.get("/sign-in", base_url="https://localhost").status_code == 200
