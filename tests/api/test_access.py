"""Who may call what, and what a call leaves in the access record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from engine.application import Engine
from engine.store.tables import accesses
from tests.api.clients import Client

ADA = {"name": "Ada Long", "birth_date": "1950-03-01", "pcp": "Dr. Bell"}


def enrolled(client: Client) -> dict[str, Any]:
    """A case of a new patient, as the API tells it."""
    patient = client.post("/patients", ADA).json
    case: dict[str, Any] = client.post("/cases", {"patient_id": patient["id"], "track": "msk"}).json
    return case


def recorded(engine: Engine) -> int:
    with engine.db.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(accesses)).scalar_one())


def test_an_auditors_token_reads_and_changes_nothing(client_of: Callable[[str], Client]) -> None:
    """Completing, claiming, telling an event: 403, and the task is as it was."""
    case = enrolled(client_of("dana"))
    (task,) = case["open_tasks"]
    iris = client_of("iris")
    assert iris.get(f"/tasks/{task['id']}").status_code == 200
    for path, body in (
        (f"/tasks/{task['id']}/complete", {"data": {}}),
        (f"/tasks/{task['id']}/claim", None),
        (f"/cases/{case['id']}/events", {"type": "patient.withdrew"}),
        ("/patients", ADA),
    ):
        refused = iris.post(path, body)
        assert (refused.status_code, "role of auditor" in refused.json["detail"]) == (403, True), path
    assert client_of("dana").get(f"/tasks/{task['id']}").json["status"] == "open"


def test_what_is_read_is_recorded_and_what_changes_a_case_stands_in_its_history(
    client_of: Callable[[str], Client], engine: Engine
) -> None:
    """A reading is an access; a claim is none, its history entry says who; one that changes nothing is one."""
    dana = client_of("dana")
    case = enrolled(dana)
    before = recorded(engine)
    dana.post(f"/tasks/{case['open_tasks'][0]['id']}/claim")
    assert recorded(engine) == before
    dana.post(f"/tasks/{case['open_tasks'][0]['id']}/claim")
    assert recorded(engine) == before + 1
    dana.get(f"/cases/{case['id']}/history")
    assert recorded(engine) == before + 2


def test_an_auditor_reads_who_saw_a_patient(client_of: Callable[[str], Client]) -> None:
    """The latest first, page by page; nobody else may."""
    dana, iris = client_of("dana"), client_of("iris")
    case = enrolled(dana)
    dana.get(f"/cases/{case['id']}")
    dana.get("/worklist", q="ada")
    path = f"/patients/{case['patient_id']}/accesses"
    assert dana.get(path).status_code == 403
    page = iris.get(path, limit=2).json
    assert [(each["act"], each["page"]) for each in page["items"]] == [
        ("listed", "api.list_worklist"),
        ("viewed", "api.get_case"),
    ]
    assert page["items"][0]["detail"] == {"searched": "ada"}
    following = iris.get(page["next"]).json["items"]
    assert [(each["email"], each["page"]) for each in following] == [("dana@example.org", "api.add_patient")]
    assert iris.get(path).json["items"][0]["page"] == "api.list_accesses"
