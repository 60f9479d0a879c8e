"""Events through the API: what happened to the patient, and what that leads to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.clock import SetClock
from tests.api.clients import Client


@pytest.fixture
def case(dana: Client) -> dict[str, Any]:
    patient = dana.post("/patients", {"name": "Ada Lovelace", "birth_date": "1951-12-10"}).json
    return dict(dana.post("/cases", {"patient_id": patient["id"], "track": "msk"}).json)


def tell(client: Client, case: dict[str, Any], type_: str, **body: Any) -> Any:
    return client.post(f"/cases/{case['id']}/events", {"type": type_, **body})


def test_a_discharge_starts_a_transition_with_a_call_in_two_business_days(dana: Client, case: dict[str, Any]) -> None:
    """The answer says which process began and which tasks it opened."""
    stay = {"facility": "St. Mary", "complexity": "high"}
    told = tell(dana, case, "transition.discharged", payload=stay).json
    assert told["matched"] is True
    assert [each["definition"] for each in told["processes"]] == ["transition"]
    call = next(task for task in told["tasks"] if task["kind"] == "transition" and "Call" in task["title"])
    assert call["due_on"] == "2026-01-15"
    assert call["id"] in [task["id"] for task in dana.get(f"/cases/{case['id']}").json["open_tasks"]]


def test_two_discharges_in_a_week_are_two_transitions(dana: Client, clock: SetClock, case: dict[str, Any]) -> None:
    """Each event as often as it comes."""
    first = tell(dana, case, "transition.discharged").json
    clock.instant += timedelta(days=3)
    second = tell(dana, case, "transition.discharged").json
    assert len(first["processes"]) == len(second["processes"]) == 1
    assert first["processes"][0]["id"] != second["processes"][0]["id"]


def test_an_event_sent_twice_with_its_key_happens_once(dana: Client, case: dict[str, Any]) -> None:
    """A repeated delivery gives the same answer and no second transition."""
    answers = [
        dana.post(f"/cases/{case['id']}/events", {"type": "transition.discharged"}, key="adt-77").json for _ in range(2)
    ]
    assert answers[0] == answers[1]
    kinds = [entry["kind"] for entry in dana.get(f"/cases/{case['id']}/history", limit=500).json["items"]]
    assert kinds.count("event.received") == 1


def test_an_event_that_nothing_waits_for_stands_in_the_history(dana: Client, case: dict[str, Any]) -> None:
    """`matched` is false, and nothing is swallowed."""
    pressure = {"components": [{"code": "8480-6", "value": 152}, {"code": "8462-4", "value": 91}], "source": "device"}
    told = tell(dana, case, "measure.recorded", payload=pressure).json
    assert (told["matched"], told["tasks"], told["processes"]) == (False, [], [])
    last = dana.get(f"/cases/{case['id']}/history", limit=500).json["items"][-1]
    assert last["kind"] == "event.unmatched"
    assert last["detail"]["components"] == pressure["components"]


def test_answers_from_outside_are_scored_into_facts(dana: Client, case: dict[str, Any]) -> None:
    """CMS's published answers for PROMIS Physical Function give raw 17, T 36.8."""
    answers = {"instrument": "pf6b", "answers": [4, 3, 3, 4, 1, 2], "mode": "web"}
    tell(dana, case, "response.received", payload=answers, occurred_at="2026-01-13T08:30:00-05:00")
    facts = {fact["name"]: fact for fact in dana.get(f"/cases/{case['id']}/facts").json["items"]}
    assert (facts["pf6b.raw"]["value"], facts["pf6b.score"]["value"]) == (17, 36.8)
    assert facts["pf6b.score"]["effective_at"] == "2026-01-13T13:30:00+00:00"


def test_a_pause_and_a_return_change_the_status(dana: Client, case: dict[str, Any]) -> None:
    """The answer gives the case's status after the event."""
    statuses = [tell(dana, case, each).json["case_status"] for each in ("case.paused", "case.resumed")]
    assert statuses == ["paused", "active"]


def test_a_death_ends_what_was_open_and_a_later_event_is_refused(dana: Client, case: dict[str, Any]) -> None:
    """The ended tasks are named; what remains is respectful."""
    told = tell(dana, case, "patient.died").json
    assert told["case_status"] == "deceased"
    assert told["cancelled"] == [task["id"] for task in case["open_tasks"]]
    assert {task["kind"] for task in told["tasks"]} == {"closure"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "transition.discharge"}, "type"),
        ({}, "type"),
        ({"type": "transition.discharged", "payload": []}, "payload"),
        ({"type": "transition.discharged", "payload": {"hospital": "St. Mary"}}, "payload.hospital"),
        ({"type": "transition.discharged", "payload": {"complexity": "low"}}, "payload.complexity"),
        ({"type": "response.received", "payload": {"answers": [1]}}, "payload.instrument"),
        ({"type": "patient.died", "occurred_at": "2026-01-13T08:30:00"}, "occurred_at"),
        ({"type": "patient.died", "occurred_at": "2026-01-14T08:30:00Z"}, "occurred_at"),
        ({"type": "patient.died", "occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"type": "patient.died", "when": "now"}, "when"),
    ],
)
def test_a_wrong_event_is_refused_by_its_field(
    dana: Client, case: dict[str, Any], body: dict[str, Any], field: str
) -> None:
    """422, and the record has nothing new."""
    before = dana.get(f"/cases/{case['id']}/history", limit=500).json["items"]
    refused = dana.post(f"/cases/{case['id']}/events", body)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])
    assert dana.get(f"/cases/{case['id']}/history", limit=500).json["items"] == before
