"""Tasks through the API: their forms, completion, and who was first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from engine.application import Engine
from engine.clock import SetClock
from tests.api.answers import answers_to
from tests.api.clients import Client


@pytest.fixture
def task(dana: Client) -> dict[str, Any]:
    """The first task of a new case, with its form."""
    patient = dana.post("/patients", {"name": "Ada Lovelace", "birth_date": "1951-12-10"}).json
    body = {"patient_id": patient["id"], "track": "msk", "assignee": "dana@example.org"}
    (first,) = dana.post("/cases", body).json["open_tasks"]
    return dict(dana.get(f"/tasks/{first['id']}").json)


def complete(client: Client, task: dict[str, Any], key: str | None = None, **more: Any) -> Any:
    body = {"data": answers_to(task["schema"]), **more}
    return client.post(f"/tasks/{task['id']}/complete", body, key=key)


def test_a_task_brings_its_form_with_the_fields_in_order(task: dict[str, Any]) -> None:
    """JSON Schema 2020-12; consent is asked first, as the form has it."""
    assert task["schema"]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert next(iter(task["schema"]["properties"])) == "consent"


def test_completing_a_task_leads_to_the_next_ones(dana: Client, task: dict[str, Any]) -> None:
    """The answer has the task as done, by whom, and what it led to."""
    answer = complete(dana, task).json
    assert (answer["task"]["status"], answer["task"]["done_by"]) == ("done", "dana@example.org")
    assert "prom" in {each["kind"] for each in answer["led_to"]}
    assert {each["status"] for each in answer["led_to"]} == {"open"}


def test_completing_is_one_commit(dana: Client, engine: Engine, task: dict[str, Any]) -> None:
    """There is no second transaction to lose."""
    commits = engine.db.commits
    complete(dana, task)
    assert engine.db.commits == commits + 1


def test_the_pathway_is_walked_from_the_schemas_alone(dana: Client, task: dict[str, Any]) -> None:
    """A client that knows nothing but JSON Schema answers every form that comes, until nothing waits."""
    seen, waiting = [], [task["id"]]
    while waiting:
        form = dana.get(f"/tasks/{waiting.pop(0)}").json
        answer = complete(dana, form)
        assert answer.status_code == 200, answer.json
        seen.append(form["kind"])
        waiting += [each["id"] for each in answer.json["led_to"]]
    assert seen[:2] == ["intake", "prom"]
    assert {"sdoh", "pcp_update"} <= set(seen)


def test_a_task_completed_twice_with_its_key_is_completed_once(dana: Client, task: dict[str, Any]) -> None:
    """Whoever lost the answer gets it again, not a lost race against oneself."""
    first, second = complete(dana, task, key="k1"), complete(dana, task, key="k1")
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json == second.json


def test_a_lost_race_says_who_was_first_and_how_long_ago(
    dana: Client, client_of: Callable[[str], Client], clock: SetClock, task: dict[str, Any]
) -> None:
    """409 with by, at and the sentence."""
    complete(dana, task)
    done_at, clock.instant = clock.instant, clock.instant + timedelta(seconds=4)
    lost = complete(Client(dana.http, "token of noor@example.org"), task)
    assert (lost.status_code, lost.json["code"]) == (409, "task-taken")
    assert lost.json["detail"].endswith("was completed by Dana Whitfield 4 seconds ago")
    assert (lost.json["by"], lost.json["at"]) == ("Dana Whitfield", done_at.isoformat())


def test_of_many_at_once_exactly_one_wins(dana: Client, task: dict[str, Any]) -> None:
    """Threads of two people on a real database: one 200, all others 409 with the winner's name."""
    application = dana.http.application

    def attempt(number: int) -> Any:
        token = f"token of {('dana', 'noor')[number % 2]}@example.org"
        return complete(Client(application.test_client(), token), task)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    names = {"dana@example.org": "Dana Whitfield", "noor@example.org": "Noor Haddad"}
    winner = next(answer.json["task"]["done_by"] for answer in answers if answer.status_code == 200)
    assert {answer.json["by"] for answer in answers if answer.status_code == 409} == {names[winner]}


def test_a_task_is_completed_late_with_the_true_date_and_a_reason(
    dana: Client, clock: SetClock, task: dict[str, Any]
) -> None:
    """The facts are true on the day it was done; the task keeps both."""
    clock.instant += timedelta(days=9)
    done = complete(dana, task, occurred_on="2026-01-15", late_reason="The system was down.").json["task"]
    assert (done["occurred_on"], done["late_reason"]) == ("2026-01-15", "The system was down.")
    facts = dana.get(f"/cases/{task['case_id']}/facts").json["items"]
    assert {fact["effective_at"][:10] for fact in facts if fact["source"] == "form"} == {"2026-01-15"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "data"),
        ({"data": [1]}, "data"),
        ({"data": {}}, "consent"),
        ({"data": {"consent": "maybe", "region": "hip"}}, "consent"),
        ({"data": {"consent": "given", "region": "hip", "regions": "hip"}}, "regions"),
        ({"data": {}, "occured_on": "2026-01-13"}, "occured_on"),
        ({"data": {}, "occurred_on": "13/01/2026"}, "occurred_on"),
        ({"data": {"consent": "declined", "region": "hip"}, "occurred_on": "2026-01-14"}, "occurred_on"),
    ],
)
def test_wrong_answers_are_named_by_field_and_the_task_stays_open(
    dana: Client, task: dict[str, Any], body: dict[str, Any], field: str
) -> None:
    """422 by the form's own rules; nothing is kept."""
    refused = dana.post(f"/tasks/{task['id']}/complete", body)
    assert refused.status_code == 422
    assert field in refused.json["errors"]
    assert dana.get(f"/tasks/{task['id']}").json["status"] == "open"


def test_a_task_is_claimed_given_on_and_given_back(dana: Client, task: dict[str, Any]) -> None:
    """Each answer has the task with its new assignee."""
    noor, path = Client(dana.http, "token of noor@example.org"), f"/tasks/{task['id']}"
    claimed = noor.post(f"{path}/claim").json["task"]["assignee"]
    assigned = noor.post(f"{path}/assign", {"assignee": "Omar@example.org"}).json["task"]["assignee"]
    released = noor.post(f"{path}/release", {}).json["task"]["assignee"]
    assert (claimed, assigned, released) == ("noor@example.org", "omar@example.org", None)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("assign", {"assignee": "nobody@example.org"}, "assignee"),
        ("assign", {}, "assignee"),
        ("claim", {"assignee": "omar@example.org"}, "assignee"),
        ("snooze", {"until": "2026-01-13", "reason": "on holiday"}, "until"),
        ("snooze", {"until": "2026-01-20", "reason": " "}, "reason"),
        ("attempts", {"channel": "pigeon", "outcome": "reached"}, "channel"),
        ("attempts", {"channel": "phone", "outcome": "hung up"}, "outcome"),
    ],
)
def test_what_cannot_be_done_to_a_task_names_its_field(
    dana: Client, task: dict[str, Any], path: str, body: dict[str, Any], field: str
) -> None:
    """422, and the task is as it was."""
    refused = dana.post(f"/tasks/{task['id']}/{path}", body)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert dana.get(f"/tasks/{task['id']}").json == task


def test_a_snoozed_task_is_out_of_sight_until_its_day(dana: Client, clock: SetClock, task: dict[str, Any]) -> None:
    """It leaves the worklist, keeps its due date, and comes back by itself."""
    answer = dana.post(f"/tasks/{task['id']}/snooze", {"until": "2026-01-16", "reason": "Ada is travelling"}).json
    assert (answer["task"]["snoozed_until"], answer["task"]["due_on"]) == ("2026-01-16", task["due_on"])
    assert dana.get("/worklist").json["items"] == []
    assert [each["id"] for each in dana.get("/worklist", status="snoozed").json["items"]] == [task["id"]]
    clock.instant += timedelta(days=3)
    assert [each["id"] for each in dana.get("/worklist").json["items"]] == [task["id"]]


def test_attempts_to_reach_the_patient_are_kept_with_the_task(dana: Client, task: dict[str, Any]) -> None:
    """Channel, outcome, note and who tried."""
    tried = {"channel": "phone", "outcome": "no_answer", "note": "Rang six times."}
    assert dana.post(f"/tasks/{task['id']}/attempts", tried).json["task"]["attempts"] == 1
    (kept,) = dana.get(f"/tasks/{task['id']}").json["contact_attempts"]
    assert {name: kept[name] for name in tried} == tried
    assert (kept["number"], kept["actor"]) == (1, "dana@example.org")


def test_an_unknown_task_is_not_found(dana: Client) -> None:
    """By every call."""
    paths = ("complete", "claim", "release", "assign", "snooze", "attempts")
    bodies = ({"data": {}}, {}, {}, {"assignee": None}, {"until": "2026-01-14", "reason": "x"},
              {"channel": "phone", "outcome": "reached"})  # fmt: skip
    answers = [dana.post(f"/tasks/t9/{path}", body) for path, body in zip(paths, bodies, strict=True)]
    assert {answer.status_code for answer in [*answers, dana.get("/tasks/t9")]} == {404}
