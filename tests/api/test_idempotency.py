"""The same key and body have one effect and one answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.clients import Client

ADA = {"name": "Ada Lovelace", "birth_date": "1951-12-10"}


def test_the_same_call_again_answers_as_the_first_time(dana: Client) -> None:
    """A client that lost the answer asks again, and there is one patient."""
    first, second = dana.post("/patients", ADA, key="k1"), dana.post("/patients", ADA, key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert len(dana.get("/patients").json["items"]) == 1


def test_the_same_key_with_another_body_is_refused(dana: Client) -> None:
    """409 names the key; nothing is added."""
    dana.post("/patients", ADA, key="k1")
    refused = dana.post("/patients", {**ADA, "name": "Grace Hopper"}, key="k1")
    assert (refused.status_code, refused.json["code"]) == (409, "key-reused")
    assert "'k1'" in refused.json["detail"]
    assert len(dana.get("/patients").json["items"]) == 1


def test_two_people_may_use_the_same_key(client_of: Callable[[str], Client]) -> None:
    """A key belongs to its sender."""
    added = {client_of_name.post("/patients", ADA, key="k1").json["id"]
             for client_of_name in _two(client_of)}  # fmt: skip
    assert len(added) == 2


def test_without_a_key_each_call_counts(dana: Client) -> None:
    """Two patients of the same name and birth date are two patients."""
    assert dana.post("/patients", ADA).json["id"] != dana.post("/patients", ADA).json["id"]


def test_a_refused_call_does_not_use_its_key_up(dana: Client) -> None:
    """The corrected body goes in under the same key."""
    assert dana.post("/patients", {**ADA, "name": ""}, key="k1").status_code == 422
    assert dana.post("/patients", ADA, key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "clé"])
def test_a_key_that_cannot_be_kept_is_refused(dana: Client, key: str) -> None:
    """422 says what a key looks like."""
    assert "Idempotency-Key" in dana.post("/patients", ADA, key=key).json["errors"]


def test_calls_with_one_key_at_the_same_time_have_one_effect(dana: Client) -> None:
    """Eight threads on a real database: one patient, eight equal answers."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _fresh(dana).post("/patients", ADA, key="k1").json["id"], range(8)))
    assert len(set(answers)) == 1
    assert len(dana.get("/patients").json["items"]) == 1


def test_patients_added_at_the_same_time_have_numbers_of_their_own(dana: Client) -> None:
    """Eight threads add eight patients; none fails, none shares an id."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _fresh(dana).post("/patients", ADA), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 8


def _two(client_of: Callable[[str], Client]) -> list[Client]:
    first = client_of("dana")
    return [first, Client(first.http, "token of noor@example.org")]


def _fresh(client: Client) -> Client:
    """The same user through a client of its own, as each thread needs one."""
    return Client(client.http.application.test_client(), client.token)
