"""The worklist through the API: filtered, in pages, the most urgent first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.clock import SetClock
from tests.api.clients import Client

NAMES = ("Ada Lovelace", "Grace Hopper", "Katherine Johnson", "Mary Jackson", "Dorothy Vaughan")


@pytest.fixture
def enrolled(dana: Client) -> list[str]:
    """Five patients, aligned day after day; Dana has the first two, nobody the others."""
    cases = []
    for number, name in enumerate(NAMES):
        patient = dana.post("/patients", {"name": name, "birth_date": "1951-12-10"}).json
        body = {
            "patient_id": patient["id"],
            "track": "msk",
            "assignee": "dana@example.org" if number < 2 else None,
        }
        cases.append(dana.post("/cases", body).json["id"])
    return cases


def found(client: Client, **query: Any) -> list[str]:
    return [task["patient_name"] for task in client.get("/worklist", **query).json["items"]]


def test_tasks_come_with_the_patient_and_the_track(dana: Client, enrolled: list[str]) -> None:
    """A list needs no second call per row."""
    first = dana.get("/worklist").json["items"][0]
    assert (first["patient_name"], first["track"], first["kind"]) == ("Ada Lovelace", "msk", "intake")


def test_what_is_late_or_urgent_comes_first(dana: Client, clock: SetClock, enrolled: list[str]) -> None:
    """A discharge of the last patient stands above the first patient's ordinary task once it is due."""
    dana.post(f"/cases/{enrolled[4]}/events", {"type": "transition.discharged"})
    clock.instant += timedelta(days=4)
    assert found(dana)[0] == "Dorothy Vaughan"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"assignee": "dana@example.org"}, NAMES[:2]),
        ({"assignee": "Dana@example.org"}, NAMES[:2]),
        ({"assignee": "me"}, NAMES[:2]),
        ({"assignee": "none"}, NAMES[2:]),
        ({"q": "mary"}, NAMES[3:4]),
        ({"track": "ckm"}, ()),
        ({"kind": "intake", "q": "hopper"}, NAMES[1:2]),
        ({"kind": "closure"}, ()),
        ({"due": "overdue"}, ()),
        ({"due": "week"}, NAMES),
        ({"status": "done"}, ()),
    ],
)
def test_each_filter_narrows_the_list(
    dana: Client, enrolled: list[str], query: dict[str, str], names: tuple[str, ...]
) -> None:
    """Alone and together."""
    assert found(dana, **query) == list(names)


@pytest.mark.parametrize(
    ("name", "value"),
    [("track", "knee"), ("due", "soon"), ("kind", "call"), ("status", "late"), ("limit", "501"), ("after", "x"),
     ("colour", "red"), ("after", f"{'9' * 30}~2026-01-01~0~0~2026-01-01~t1")],
)  # fmt: skip
def test_an_unknown_filter_is_refused(dana: Client, enrolled: list[str], name: str, value: str) -> None:
    """A misspelt filter must not look like an answer."""
    assert dana.get("/worklist", **{name: value}).status_code == 422


def test_pages_meet_each_task_once(dana: Client, enrolled: list[str]) -> None:
    """`next` keeps the filters."""
    seen, address = [], "/worklist?limit=2&kind=intake"
    while address:
        page = dana.get(address).json
        seen += [task["id"] for task in page["items"]]
        assert len(page["items"]) <= 2
        address = page["next"]
        assert address is None or "kind=intake" in address
    assert len(seen) == len(set(seen)) == 5


def test_empty_filters_filter_nothing(dana: Client, enrolled: list[str]) -> None:
    """A form sends its blanks along."""
    blanks = dict.fromkeys(("assignee", "track", "due", "kind", "status", "q"), "")
    assert found(dana, **blanks) == found(dana)
