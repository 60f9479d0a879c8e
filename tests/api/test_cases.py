"""Cases through the API: enrolment, where a case stands, its facts and its history."""

from __future__ import annotations

from typing import Any

import pytest

from engine.application import Engine
from engine.verify import verify_case
from tests.api.answers import answers_to
from tests.api.clients import Client


@pytest.fixture
def patient_id(dana: Client) -> str:
    added = dana.post("/patients", {"name": "Ada Lovelace", "birth_date": "1951-12-10", "conditions": ["M17.11"]})
    return str(added.json["id"])


@pytest.fixture
def case(dana: Client, patient_id: str) -> dict[str, Any]:
    """A case that has just begun."""
    body = {"patient_id": patient_id, "track": "msk", "aligned_on": "2026-01-12", "assignee": "dana@example.org"}
    return dict(dana.post("/cases", body).json)


def test_a_patient_is_enrolled_and_the_first_task_waits(dana: Client, patient_id: str) -> None:
    """201 with the address; the case counts its days from alignment and shows what is to do."""
    started = dana.post("/cases", {"patient_id": patient_id, "track": "msk", "aligned_on": "2026-01-10"})
    assert started.status_code == 201
    assert started.headers["Location"] == f"/api/v1/cases/{started.json['id']}"
    assert (started.json["status"], started.json["day"]) == ("active", 3)
    assert [task["kind"] for task in started.json["open_tasks"]] == ["intake"]
    waiting = {element["element_id"] for element in started.json["active_elements"]}
    assert started.json["open_tasks"][0]["element_id"] in waiting


def test_a_case_stands_beside_its_patient(dana: Client, case: dict[str, Any]) -> None:
    """Whoever reads the patient finds the cases."""
    beside = dana.get(f"/patients/{case['patient_id']}").json["cases"]
    assert [(each["id"], each["track"], each["status"]) for each in beside] == [(case["id"], "msk", "active")]


def test_a_case_is_aligned_today_when_no_day_is_given(dana: Client, patient_id: str) -> None:
    """Alignment day is day 0."""
    started = dana.post("/cases", {"patient_id": patient_id, "track": "msk"}).json
    assert (started["aligned_on"], started["day"], started["assignee"]) == ("2026-01-13", 0, None)


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"track": "knee"}, 422, "track"),
        ({"track": None}, 422, "track"),
        ({"aligned_on": "2026-01-14"}, 422, "aligned_on"),
        ({"aligned_on": "2020-01-14"}, 422, "aligned_on"),
        ({"assignee": "nobody@example.org"}, 422, "assignee"),
        ({"patient_id": "p999"}, 404, None),
    ],
)
def test_an_enrolment_that_cannot_be_is_refused(
    dana: Client, patient_id: str, changed: dict[str, Any], status: int, field: str | None
) -> None:
    """Each rule names its field; no case is left behind."""
    refused = dana.post("/cases", {"patient_id": patient_id, "track": "msk", **changed})
    assert refused.status_code == status
    assert field is None or field in refused.json["errors"]
    assert dana.get(f"/patients/{patient_id}").json["cases"] == []


def test_a_patient_is_in_a_track_once_at_a_time(dana: Client, case: dict[str, Any]) -> None:
    """409 while the first case is open."""
    again = dana.post("/cases", {"patient_id": case["patient_id"], "track": "msk"})
    assert again.status_code == 409
    assert "already has an open msk case" in again.json["detail"]


def test_an_enrolment_sent_twice_is_one(dana: Client, patient_id: str) -> None:
    """With the same key the second answer is the first case."""
    body = {"patient_id": patient_id, "track": "msk"}
    first, second = dana.post("/cases", body, key="k1"), dana.post("/cases", body, key="k1")
    assert first.json == second.json
    assert second.status_code == 201


def test_an_unknown_case_is_not_found(dana: Client) -> None:
    """On every address below it."""
    paths = ("", "/facts", "/history")
    assert [dana.get(f"/cases/p9-msk-1{path}").status_code for path in paths] == [404] * 3
    assert dana.post("/cases/p9-msk-1/events", {"type": "patient.died"}).status_code == 404


def test_facts_say_where_they_came_from(dana: Client, case: dict[str, Any]) -> None:
    """A form's answers become facts, each with the command that wrote it, which the history names as well."""
    (task,) = case["open_tasks"]
    schema = dana.get(f"/tasks/{task['id']}").json["schema"]
    dana.post(f"/tasks/{task['id']}/complete", {"data": answers_to(schema, region="hip")})
    (region,) = dana.get(f"/cases/{case['id']}/facts", name="msk.region").json["items"]
    assert (region["value"], region["type"], region["source"]) == ("hip", "string", "form")
    entries = dana.get(f"/cases/{case['id']}/history", limit=500).json["items"]
    completed = next(entry for entry in entries if entry["kind"] == "task.completed")
    assert (completed["task_id"], completed["command"]) == (task["id"], region["seq"])


def test_the_history_is_read_in_pages_and_hangs_together(dana: Client, engine: Engine, case: dict[str, Any]) -> None:
    """Page after page gives each entry once; each holds the hash of the one before."""
    dana.post(f"/cases/{case['id']}/events", {"type": "transition.discharged", "payload": {"facility": "St. Mary"}})
    entries, address = [], f"/cases/{case['id']}/history?limit=4"
    while address:
        page = dana.get(address).json
        entries += page["items"]
        address = page["next"]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["prev_hash"] for entry in entries[1:]] == [entry["hash"] for entry in entries[:-1]]
    assert entries[0]["kind"] == "case.started"
    assert {entry["actor"] for entry in entries} == {"dana@example.org"}
    with engine.db.reading() as connection:
        assert verify_case(connection, case["id"]) == []
