"""Patients through the API: what is taken, what is refused and how it says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.clients import Client

ADA: dict[str, Any] = {
    "name": "Ada Lovelace",
    "birth_date": "1951-12-10",
    "mbi": "1EG4-TE5-MK73",
    "phone": "+1 555 555 0101",
    "language": "en-US",
    "time_zone": "America/Chicago",
    "conditions": ["m1711", "M17.11", "I10"],
    "pcp": "Lakeside Family Medicine",
    "equity": {"dual_eligible": True, "rural": False, "area_deprivation": 82},
}


def test_a_patient_is_added_and_read_again(dana: Client) -> None:
    """The answer is 201 with the address, under which the same patient is found."""
    added = dana.post("/patients", ADA)
    assert added.status_code == 201
    assert added.headers["Location"] == f"/api/v1/patients/{added.json['id']}"
    assert dana.get(f"/patients/{added.json['id']}").json == added.json


def test_a_patient_is_kept_in_one_way_of_writing(dana: Client) -> None:
    """The MBI without dashes, codes with their dot and each once."""
    kept = dana.post("/patients", ADA).json
    assert (kept["mbi"], kept["conditions"]) == ("1EG4TE5MK73", ["M17.11", "I10"])
    assert kept["equity"] == ADA["equity"]


def test_name_and_birth_date_are_enough(dana: Client) -> None:
    """Everything else may come later."""
    added = dana.post("/patients", {"name": " Ada ", "birth_date": "1951-12-10"})
    assert added.status_code == 201
    assert (added.json["name"], added.json["conditions"], added.json["mbi"]) == ("Ada", [], None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": 7}, "name"),
        ({"name": "Ada\x00"}, "name"),
        ({"birth_date": "2026-01-14"}, "birth_date"),
        ({"birth_date": "1751-12-10"}, "birth_date"),
        ({"birth_date": "10 Dec 1951"}, "birth_date"),
        ({"birth_date": None}, "birth_date"),
        ({"mbi": "1EG4-TE5-MK7S"}, "mbi"),
        ({"time_zone": "America/Chicagoo"}, "time_zone"),
        ({"language": "English please"}, "language"),
        ({"conditions": ["I10", "knee"]}, "conditions.1"),
        ({"conditions": "I10"}, "conditions"),
        ({"equity": {"dual_eligable": True}}, "equity.dual_eligable"),
        ({"equity": {"rural": ["yes"]}}, "equity.rural"),
        ({"birthdate": "1951-12-10"}, "birthdate"),
    ],
)
def test_a_wrong_field_is_named(dana: Client, changed: dict[str, Any], field: str) -> None:
    """Each rule answers 422 with the field and what to do; nothing is added."""
    refused = dana.post("/patients", {**ADA, **changed})
    assert refused.status_code == 422
    assert list(refused.json["errors"]) == [field]
    assert dana.get("/patients").json["items"] == []


def test_a_hint_names_what_was_probably_meant(dana: Client) -> None:
    """Misspelt names come with the nearest known one."""
    wrong = {**ADA, "time_zone": "America/Chicagoo", "equity": {"dual_eligable": True}}
    errors = dana.post("/patients", wrong).json["errors"]
    assert "America/Chicago'" in errors["time_zone"]
    assert "dual_eligible" in errors["equity.dual_eligable"]


def test_an_mbi_has_one_patient(dana: Client) -> None:
    """A second patient with the same MBI is refused, naming the first."""
    first = dana.post("/patients", ADA).json
    refused = dana.post("/patients", {**ADA, "name": "Augusta Lovelace"})
    assert refused.status_code == 409
    assert first["id"] in refused.json["detail"]


def test_an_unknown_patient_is_not_found(dana: Client) -> None:
    """404 says which."""
    answer = dana.get("/patients/p999")
    assert (answer.status_code, answer.json["detail"]) == (404, "no patient 'p999'")


def test_patients_are_listed_page_by_page(dana: Client) -> None:
    """Following `next` meets each patient once, in the order they were added."""
    names = [f"Patient {number}" for number in range(7)]
    for name in names:
        dana.post("/patients", {"name": name, "birth_date": "1951-12-10"})
    seen, address = [], "/patients?limit=3"
    while address:
        page = dana.get(address).json
        seen += [each["name"] for each in page["items"]]
        address = page["next"]
    assert seen == names


def test_patients_are_found_by_part_of_the_name_or_by_mbi(dana: Client) -> None:
    """Case does not matter; a percent sign is only a percent sign."""
    dana.post("/patients", ADA)
    dana.post("/patients", {"name": "Grace Hopper", "birth_date": "1950-12-09"})
    found = {q: [each["name"] for each in dana.get("/patients", q=q).json["items"]] for q in
             ("LOVE", "1EG4-TE5-MK73", "%", "nobody")}  # fmt: skip
    assert found == {"LOVE": ["Ada Lovelace"], "1EG4-TE5-MK73": ["Ada Lovelace"], "%": [], "nobody": []}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from([*ADA, "other"]), JSON) | JSON)
def test_no_body_at_all_makes_the_server_fail(dana: Client, body: Any) -> None:
    """Whatever JSON comes in is taken or refused with words, never a 500."""
    given_names = body if isinstance(body, dict) else {}
    answer = dana.post("/patients", {**ADA, "mbi": None, **given_names} if given_names else body)
    assert answer.status_code in (201, 400, 415, 422)
