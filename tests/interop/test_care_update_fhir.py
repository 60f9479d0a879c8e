"""The update as a FHIR R4 document: Composition first, every reference inside, the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from hypothesis import given
from lxml import etree

from care.care_update import CareUpdate, reviewed
from interop.care_update_fhir import bundle, bundle_bytes
from tests.care.test_care_update import UPDATES
from tests.interop.updates import KEY, an_update


def resources(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["resource"] for each in found["entry"] if each["resource"]["resourceType"] == kind]


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


@given(UPDATES)
def test_a_document_is_whole_whatever_the_record_holds(update: CareUpdate) -> None:
    """A Composition first; what is referred to is in it, and what is in it is referred to; its narrative is XHTML."""
    found = bundle(reviewed(update, update.review), KEY)
    assert found["type"] == "document"
    assert found["entry"][0]["resource"]["resourceType"] == "Composition"
    urls = [each["fullUrl"] for each in found["entry"]]
    assert len(set(urls)) == len(urls)
    assert set(references(found)) == set(urls[1:])
    assert all(UUID(url.removeprefix("urn:uuid:")) for url in urls)
    for section in found["entry"][0]["resource"]["section"]:
        # what people wrote cannot break it: signs of markup are written as signs
        assert etree.fromstring(section["text"]["div"]).tag == "{http://www.w3.org/1999/xhtml}div"


def test_what_the_pcp_needs_is_coded() -> None:
    """MBI, ICD-10-CM, LOINC with UCUM, goals with their state, medicines with the day they were listed."""
    found = bundle(an_update(), KEY)
    (patient,) = resources(found, "Patient")
    assert {"system": "http://hl7.org/fhir/sid/us-mbi", "value": "1EG4TE5MK73"} in patient["identifier"]
    assert [each["code"]["coding"][0]["code"] for each in resources(found, "Condition")] == ["I10", "E11.9"]
    values = [each["valueQuantity"] for each in resources(found, "Observation")]
    assert [each["value"] for each in values] == [152, 149.5]
    assert {each["code"] for each in values} == {"mm[Hg]"}
    (target,) = [each for each in resources(found, "Goal") if "target" in each]
    assert target["achievementStatus"]["coding"][0]["code"] == "not-achieved"
    assert {each["dateAsserted"] for each in resources(found, "MedicationStatement")} == {"2026-09-01"}
    assert resources(found, "Composition")[0]["type"]["coding"][0]["code"] == "34133-9"


def test_what_is_not_on_record_says_so() -> None:
    """An empty list of medicines would say that there are none."""
    found = bundle(an_update(medicines=None), KEY)
    sections = {each["title"]: each for each in found["entry"][0]["resource"]["section"]}
    assert sections["Active medicines"]["emptyReason"]["coding"][0]["code"] == "unavailable"


def test_the_same_update_gives_the_same_bytes() -> None:
    """A receiver may compare; another key is another document."""
    assert bundle_bytes(an_update(), KEY) == bundle_bytes(an_update(), KEY)
    other = "6f1d1c1e-9d7e-5b36-8b1e-3c9a3f0c2f12"
    assert json.loads(bundle_bytes(an_update(), other))["identifier"]["value"] == f"urn:uuid:{other}"
