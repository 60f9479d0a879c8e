"""Alarming values through the API: by event and by form, a review of today stands in the answer."""

from __future__ import annotations

from typing import Any

from tests.api.clients import Client


def started(dana: Client, track: str) -> dict[str, Any]:
    patient = dana.post("/patients", {"name": "Ada Lovelace", "birth_date": "1951-12-10"}).json
    return dict(dana.post("/cases", {"patient_id": patient["id"], "track": track}).json)


def test_an_event_with_an_alarming_value_answers_with_the_review(dana: Client) -> None:
    """Nothing waited for the reading, and yet it led to something: urgent, today, for a clinician."""
    case = started(dana, "ckm")
    parts = [{"code": "8480-6", "value": 186}, {"code": "8462-4", "value": 104}]
    payload = {"components": parts, "source": "device"}
    told = dana.post(f"/cases/{case['id']}/events", {"type": "measure.recorded", "payload": payload}).json
    assert told["matched"] is True
    assert [each["definition"] for each in told["processes"]] == ["safety_review"]
    (review,) = told["tasks"]
    assert (review["kind"], review["priority"], review["role"]) == ("safety", "urgent", "clinical_director")
    assert review["due_on"] == "2026-01-13"
    assert dana.post(f"/tasks/{review['id']}/snooze", {"until": "2026-01-15", "reason": "busy"}).status_code == 422


def test_a_completed_form_with_an_alarming_answer_leads_to_the_review(dana: Client) -> None:
    """PHQ-9 item 9 in the baseline of behavioral health."""
    case = started(dana, "bh")
    (intake,) = case["open_tasks"]
    led_to = dana.post(f"/tasks/{intake['id']}/complete", {"data": {"consent": "given"}}).json["led_to"]
    answers = {f"phq9_{n}": 0 for n in range(1, 9)} | {"phq9_9": 1} | {f"gad7_{n}": 1 for n in range(1, 8)}
    done = dana.post(f"/tasks/{led_to[0]['id']}/complete", {"data": answers}).json
    assert "safety" in [task["kind"] for task in done["led_to"]]
