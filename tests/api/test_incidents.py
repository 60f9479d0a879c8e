"""Incidents of the API: an answer that is kept, who may settle it, and what comes of a retry and a skip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.application import Engine
from tests.api.clients import Client
from tests.engine.builders import Case
from tests.engine.incidents.builders import MENDED, POISON
from tests.engine.migration.builders import Pathway, migrate


@pytest.fixture
def pathway(engine: Engine, tmp_path: Path) -> Pathway:
    folder = tmp_path / "small"
    folder.mkdir()
    return Pathway(engine, folder)


@pytest.fixture
def case(pathway: Pathway, dana: Client) -> Case:
    """A case whose answer is kept."""
    pathway.version(*POISON)
    found = pathway.case()
    task = found.task("ask")["id"]
    answer = dana.post(f"/tasks/{task}/complete", {"data": {"note": "better"}}, key="one")
    problem = answer.get_json()
    assert (answer.status_code, problem["code"], problem["is_kept"]) == (409, "process-parked", True)
    assert problem["incident"] == f"{found.id}-p1-i1"
    assert "better" not in answer.text
    return found


def test_a_director_reads_and_retries(case: Case, pathway: Pathway, client_of: Callable[[str], Client]) -> None:
    """What waits is told without what was entered; the caller's own key finds the outcome afterwards."""
    omar, dana = client_of("omar"), client_of("dana")
    (item,) = omar.get("/incidents").get_json()["items"]
    found = omar.get(f"/incidents/{item['id']}").get_json()
    assert (found["element_id"], [way["element"] for way in found["ways"]]) == ("choose", ["right", "left"])
    assert "has completed “ask”" in found["waiting"][0]
    assert omar.post(f"/incidents/{item['id']}/retry", {}).get_json()["settled"] is False
    migrate(case, pathway.version(*MENDED))
    settled = omar.post(f"/incidents/{item['id']}/retry", {"reason": "mended"}).get_json()
    assert (settled["settled"], settled["incident"]["resolution"]) == (True, "migrated")
    task = next(row["id"] for row in case.tasks() if row["element_id"] == "ask")
    again = dana.post(f"/tasks/{task}/complete", {"data": {"note": "better"}}, key="one")
    assert (again.status_code, again.get_json()["task"]["status"]) == (200, "done")
    assert omar.post(f"/incidents/{item['id']}/retry", {}).status_code == 409


def test_a_skip_goes_where_it_is_told(case: Case, client_of: Callable[[str], Client]) -> None:
    """A case manager may not; an element that no flow leads to is refused by field."""
    incident = f"/incidents/{case.id}-p1-i1"
    skip = {"element": "choose", "failures": 1, "reason": "agreed", "to": "left"}
    assert client_of("dana").post(f"{incident}/skip", skip).status_code == 403
    assert client_of("iris").post(f"{incident}/skip", skip).status_code == 403
    omar = client_of("omar")
    refused = omar.post(f"{incident}/skip", skip | {"to": "nowhere"})
    assert (refused.status_code, set(refused.get_json()["errors"])) == (422, {"to"})
    assert omar.post(f"{incident}/skip", skip | {"failures": 0}).status_code == 409
    assert omar.post(f"{incident}/skip", skip).get_json()["settled"]
    assert case.elements() == ["left"]
