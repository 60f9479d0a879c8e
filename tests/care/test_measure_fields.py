"""A form asks a measure: number fields with limits, readings checked, their mean and the BMI recorded."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from care.forms import FactValue, Form, FormError, check, facts_of, form_from, json_schema
from care.measures import Measures

CHOICE = {
    "name": "reached", "title": "Reached?", "type": "choice",
    "options": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}],
}  # fmt: skip


def a_form(*fields: dict[str, Any]) -> Form:
    """A form with the given fields."""
    return form_from({"id": "visit", "title": "Visit", "fields": list(fields)})


PRESSURE = a_form({"measure": "bp", "required": True})
BODY = a_form({"measure": "weight", "required": True}, {"measure": "height"}, {"measure": "bmi"})


def drawn(form: Form, measures: Measures) -> dict[str, Any]:
    """The schema of a form, seen to be valid JSON Schema 2020-12."""
    schema = json_schema(form, {}, lambda _: True, measures)
    Draft202012Validator.check_schema(schema)
    return schema


def test_a_blood_pressure_is_two_numbers_and_a_second_reading(measures: Measures) -> None:
    """The first reading is required, the second may stay empty; unit and limits are there to be shown."""
    schema = drawn(PRESSURE, measures)
    fields = schema["properties"]
    assert list(fields) == ["bp_systolic", "bp_diastolic", "bp_systolic_2", "bp_diastolic_2"]
    assert schema["required"] == ["bp_systolic", "bp_diastolic"]
    first = fields["bp_systolic"]
    assert (first["type"], first["minimum"], first["maximum"], first["x-unit"]) == ("integer", 30, 350, "mmHg")
    assert (first["x-section"], first["title"]) == ("Blood pressure", "Systolic")
    assert schema["x-measures"][0]["readings"][1] == {"systolic": "bp_systolic_2", "diastolic": "bp_diastolic_2"}


def test_a_typed_in_pressure_says_that_it_is_not_reported(measures: Measures) -> None:
    """Who types it in knows that the cuff's own readings are still needed; of a weight there is nothing to say."""
    told = drawn(PRESSURE, measures)["properties"]["bp_systolic"]["description"]
    assert told.startswith("In mmHg. Typed in: counts for care, not for the report to CMS, which takes readings")
    assert drawn(BODY, measures)["properties"]["weight"]["description"] == "In kg."


def test_readings_of_one_sitting_are_recorded_as_their_mean(measures: Measures) -> None:
    """152 and 148 over 94 and 91 are 150 over 92.5, rounded half up to 93; the highest are kept for safety."""
    answers = {"bp_systolic": 152, "bp_diastolic": 94, "bp_systolic_2": 148, "bp_diastolic_2": 91}
    assert check(drawn(PRESSURE, measures), answers) == {}
    assert facts_of(PRESSURE, {}, answers, measures) == [
        FactValue("bp.systolic", Decimal(150), "mm[Hg]"),
        FactValue("bp.systolic_highest", Decimal(152), "mm[Hg]"),
        FactValue("bp.diastolic", Decimal(93), "mm[Hg]"),
        FactValue("bp.diastolic_highest", Decimal(94), "mm[Hg]"),
    ]


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({}, "bp_systolic", "Systolic: an answer is needed"),
        ({"bp_systolic": 120}, "bp_diastolic", "Diastolic: an answer is needed"),
        ({"bp_systolic": 80, "bp_diastolic": 120}, "bp_diastolic", "must be below systolic (80), not 120"),
        ({"bp_systolic": 1520, "bp_diastolic": 94}, "bp_systolic", "must be at most 350, not 1520"),
        ({"bp_systolic": "high", "bp_diastolic": 94}, "bp_systolic", "must be a whole number, not 'high'"),
        (
            {"bp_systolic": 152, "bp_diastolic": 94, "bp_systolic_2": 148},
            "bp_diastolic_2",
            "Diastolic, reading 2: an answer is needed, too",
        ),
    ],
)
def test_a_wrong_reading_is_named_at_its_field(
    measures: Measures, answers: dict[str, Any], field: str, words: str
) -> None:
    """Incomplete, upside down, impossible: each in words that a person can act on."""
    assert check(drawn(PRESSURE, measures), answers)[field] == words


def test_a_weight_brings_the_bmi_with_the_height_asked_or_known(measures: Measures) -> None:
    """Computed where none was given; one that was measured stands."""
    assert facts_of(BODY, {}, {"weight": 81, "height": 170}, measures)[-1] == FactValue(
        "bmi.value", Decimal(28), "kg/m2"
    )
    assert facts_of(BODY, {}, {"weight": 81}, measures, height=Decimal(180))[-1].value == Decimal(25)
    assert [each.name for each in facts_of(BODY, {}, {"weight": 81}, measures)] == ["weight.value"]
    given_one = facts_of(BODY, {}, {"weight": 81, "height": 170, "bmi": 27.5}, measures)
    assert [each.value for each in given_one if each.name == "bmi.value"] == [Decimal("27.5")]


def test_a_measure_hangs_on_another_answer(measures: Measures) -> None:
    """Not reached, nothing is needed, checked or recorded of it."""
    when = {"field": "reached", "equals": "yes"}
    form = a_form(CHOICE, {"measure": "bp", "required": True, "when_answer": when})
    schema = drawn(form, measures)
    half = {"reached": "no", "bp_systolic": 120}
    assert (check(schema, half), [each.name for each in facts_of(form, {}, half, measures)]) == ({}, ["reached"])
    assert set(check(schema, {"reached": "yes"})) == {"bp_systolic", "bp_diastolic"}


def test_a_form_with_an_unknown_or_twice_asked_measure_is_refused(measures: Measures) -> None:
    """The form and what was meant are named."""
    with pytest.raises(FormError, match=r"forms/visit: fields: no measure 'wieght'; did you mean 'weight'"):
        drawn(a_form({"measure": "wieght"}), measures)
    with pytest.raises(FormError, match=r"fields\[2\].measure: 'bp' is asked twice"):
        a_form({"measure": "bp"}, {"measure": "bp"})


@given(data=st.data())
def test_what_passes_the_check_is_recorded_within_the_limits(measures: Measures, data: st.DataObject) -> None:
    """Any answers: refused at a field, or facts that every rule can read."""
    numbers = st.one_of(st.integers(-10, 400), st.floats(-10, 400), st.none())
    answers = data.draw(st.dictionaries(st.sampled_from(list(drawn(PRESSURE, measures)["properties"])), numbers))
    if not check(drawn(PRESSURE, measures), answers):
        systolic, diastolic = (each.value for each in facts_of(PRESSURE, {}, answers, measures))
        assert isinstance(systolic, Decimal)
        assert isinstance(diastolic, Decimal)
        assert 30 <= systolic <= 350
        assert 10 <= diastolic <= systolic
