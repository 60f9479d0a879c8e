"""Two tracks through the API: a shared fact says which case it is from, and eCKM excludes CKM."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.application import Engine
from engine.library import Library
from engine.settings import SHIPPED_PATHWAYS
from tests.api.clients import Client
from tests.engine.two_tracks import small_track


@pytest.fixture
def patient_id(dana: Client) -> str:
    body = {"name": "Ada Long", "birth_date": "1950-03-01"}
    return str(dana.post("/patients", body).json["id"])


def start(client: Client, patient_id: str, track: str) -> dict[str, Any]:
    answer = client.post("/cases", {"patient_id": patient_id, "track": track})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def test_a_value_says_which_case_recorded_it(dana: Client, engine: Engine, patient_id: str, tmp_path: Path) -> None:
    """Measured once, listed in both cases with one and the same `case_id`; page after page each once."""
    small_track(engine, tmp_path)
    msk, bh = start(dana, patient_id, "msk"), start(dana, patient_id, "bh")
    parts = [{"code": "8480-6", "value": 152}, {"code": "8462-4", "value": 94}]
    event = {"type": "measure.recorded", "payload": {"components": parts, "unit": "mm[Hg]", "source": "device"}}
    assert dana.post(f"/cases/{msk['id']}/events", event).status_code == 200
    for case in (msk, bh):
        (fact,) = dana.get(f"/cases/{case['id']}/facts", name="bp.systolic").json["items"]
        assert (fact["case_id"], fact["value"], fact["source"]) == (msk["id"], 152, "device")
    found, address = [], f"/cases/{bh['id']}/facts?limit=1"
    while address:
        page = dana.get(address).json
        found += [each["name"] for each in page["items"]]
        address = page["next"]
    assert found == ["bp.systolic", "bp.diastolic"]


def test_what_an_organisation_shares_is_what_the_api_lists(
    dana: Client, engine: Engine, patient_id: str, tmp_path: Path
) -> None:
    """The list of shared facts is that of the organisation's own folder of pathways, as its cases read it."""
    own = Path(shutil.copytree(SHIPPED_PATHWAYS, tmp_path / "own"))
    (own / "configuration" / "shared_facts.yaml").write_text("id: shared_facts\n", encoding="utf-8")
    engine.library = Library(own)
    small_track(engine, tmp_path)
    msk, bh = start(dana, patient_id, "msk"), start(dana, patient_id, "bh")
    payload = {"code": "29463-7", "value": 82, "unit": "kg", "source": "device"}
    dana.post(f"/cases/{msk['id']}/events", {"type": "measure.recorded", "payload": payload})
    assert dana.get(f"/cases/{msk['id']}/facts", name="weight.value").json["items"]
    assert dana.get(f"/cases/{bh['id']}/facts", name="weight.value").json["items"] == []


def test_a_page_of_facts_begins_where_the_server_said(dana: Client, patient_id: str) -> None:
    """Anything else is refused by its field."""
    msk = start(dana, patient_id, "msk")
    edges = ("0001-01-01T00:00:00+14:00~x~1", "9999-12-31T23:59:59-14:00~x~1")  # no instants in UTC
    for wrong in ("7", "yesterday~x~1", "2026-01-13T09:00:00~x~1", "2026-01-13T09:00:00+00:00~x~-1", *edges):
        refused = dana.get(f"/cases/{msk['id']}/facts", after=wrong)
        assert (refused.status_code, set(refused.json["errors"])) == (422, {"after"})


def test_ckm_beside_eckm_is_a_conflict(dana: Client, engine: Engine, patient_id: str, tmp_path: Path) -> None:
    """409 with what to do; no case is left behind."""
    for track in ("ckm", "eckm"):
        (tmp_path / track).mkdir()
        small_track(engine, tmp_path / track, track)
    start(dana, patient_id, "ckm")
    refused = dana.post("/cases", {"patient_id": patient_id, "track": "eckm"})
    assert refused.status_code == 409
    assert "as switched or unaligned first" in refused.json["detail"]
    assert len(dana.get(f"/patients/{patient_id}").json["cases"]) == 1
