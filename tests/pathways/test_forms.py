"""The forms can be drawn and answered by any client from their JSON Schema alone."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from care.access import FRESHNESS_DATES
from care.forms import Form, check, facts_of, form_from, json_schema
from care.instruments import Instrument, instrument_from
from engine.bpmn.extension import TRACKS
from engine.feel import compile_expression
from engine.functions import FUNCTIONS
from engine.measure_files import shipped_measures
from tests.pathways.bpmn_files import PATHWAYS

FORMS = sorted(path.stem for path in (PATHWAYS / "forms").glob("*.yaml"))
TODAY = date(2026, 8, 3)
REGIONS = {"knee": "koosjr", "hip": "hoosjr", "low_back": "odi", "neck": "ndi", "upper_limb": "quickdash"}


@cache
def form(id_: str) -> Form:
    return form_from(yaml.safe_load((PATHWAYS / "forms" / f"{id_}.yaml").read_text(encoding="utf-8")))


@cache
def instruments() -> dict[str, Instrument]:
    paths = (PATHWAYS / "instruments").glob("*.yaml")
    found = [instrument_from(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in paths]
    return {instrument.id: instrument for instrument in found}


def schema(id_: str, region: str = "knee", track: str = "msk", week: int = 4) -> dict[str, Any]:
    """A form as a patient sees it of whom nothing has been measured yet."""
    scope: dict[str, Any] = {
        "msk.region": region,
        "case": {"track": track, "week": week},
        "event": {"reason": "housing"},
        "access": dict.fromkeys(FRESHNESS_DATES, TODAY),
        "today": TODAY,
    }
    return json_schema(
        form(id_),
        instruments(),
        lambda condition: compile_expression(condition, functions=FUNCTIONS).evaluate(scope) is True,
        shipped_measures(),
    )


def asked(drawn: dict[str, Any]) -> set[str]:
    """The instruments in a schema."""
    return {each["id"] for each in drawn["x-instruments"]}


@pytest.mark.parametrize("id_", FORMS)
def test_a_form_is_named_after_its_file_and_its_conditions_are_feel(id_: str) -> None:
    """A task names its form by the file's name."""
    assert form(id_).id == id_
    for condition in form(id_).conditions:
        compile_expression(condition, functions=FUNCTIONS)


@pytest.mark.parametrize("id_", FORMS)
@given(chosen=st.data())
def test_whoever_answers_the_required_fields_is_understood(id_: str, chosen: st.DataObject) -> None:
    """Any allowed answer to each required field passes the check and can be recorded as facts."""
    drawn = schema(id_, chosen.draw(st.sampled_from(sorted(REGIONS))), chosen.draw(st.sampled_from(TRACKS)))
    data = {name: chosen.draw(answers(drawn["properties"][name])) for name in drawn["required"]}
    for condition in drawn.get("allOf", []):
        (field, wanted), *_ = condition["if"]["properties"].items()
        if data.get(field) == wanted.get("const"):
            data |= {name: chosen.draw(answers(drawn["properties"][name])) for name in condition["then"]["required"]}
    if "bp_systolic" in data:
        data |= {"bp_systolic": 150, "bp_diastolic": 90}  # one pair belongs together
    assert check(drawn, data) == {}
    assert all(fact.value is not None for fact in facts_of(form(id_), instruments(), data, shipped_measures()))


@pytest.mark.parametrize("id_", ["baseline", "prom_milestone", "end_of_period"])
@pytest.mark.parametrize(("region", "regional"), REGIONS.items())
def test_the_region_decides_the_regional_questionnaire(id_: str, region: str, regional: str) -> None:
    """One regional questionnaire a patient, the same at each measurement."""
    assert asked(schema(id_, region)) - {"pgic"} == {"pf6b", "pi6a", "nrs", regional}


def test_only_the_end_of_period_asks_for_the_global_impression() -> None:
    """PGIC is collected once, at the end."""
    assert [id_ for id_ in FORMS if "pgic" in asked(schema(id_))] == ["end_of_period"]


def test_consent_is_asked_before_anything_is_measured() -> None:
    """The intake has no questionnaire, and its first question is consent."""
    drawn = schema("intake")
    assert asked(drawn) == set()
    assert next(iter(drawn["properties"])) == "consent"


def test_other_tracks_are_not_asked_for_the_painful_region() -> None:
    """The intake is shared by all tracks."""
    assert "region" in schema("intake")["required"]
    assert "region" not in schema("intake", track="bh")["properties"]


def test_a_patient_may_decline_questions_about_social_needs() -> None:
    """No single question of the screen is required."""
    assert schema("sdoh_screen")["required"] == ["outcome"]


def answers(property_: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Any answer that a property of a schema allows."""
    if property_["type"] == "array":
        return st.lists(answers(property_["items"]), min_size=1, max_size=3, unique=True)
    if "oneOf" in property_:
        return st.sampled_from([option["const"] for option in property_["oneOf"]])
    if "enum" in property_:
        return st.sampled_from(property_["enum"])
    if property_["type"] == "boolean":
        return st.booleans()
    if property_["type"] == "integer":
        return st.integers(property_.get("minimum", 0), property_.get("maximum", 100))
    if property_["type"] == "number":
        return st.integers(int(property_["minimum"]) + 1, int(property_["maximum"]))
    if property_.get("format") == "date":
        return st.dates(date(2026, 7, 5), date(2027, 12, 31)).map(date.isoformat)
    return st.just("as agreed with the patient")
